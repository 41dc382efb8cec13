import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core import actions, queries
from shuanglian.core.audit import history
from shuanglian.core.models import Notice, Suggestion
from shuanglian.core.notify import next_morning

pytestmark = pytest.mark.django_db
COUNTY = "140921"


@pytest.fixture
def sent(monday, clerk):
    return actions.send_suggestion(by=clerk, county=COUNTY, body=" 字太小了 ", contact="微信 zjg")


def test_a_suggestion_is_to_be_answered_within_five_working_days(sent, clerk):
    assert (sent.body, sent.contact, sent.answer_by) == ("字太小了", "微信 zjg", dt.date(2026, 3, 16))
    assert [entry.verb for entry in history(sent)] == ["create"]


def test_nobody_has_to_sign_in_for_it(monday):
    row = actions.send_suggestion(by=None, county=COUNTY, body="找不到电话")

    assert (row.by, list(history(row))) == (None, [])


@pytest.mark.parametrize(
    ("body", "said"), [("  ", "请写一句您的意见"), ("字" * 1001, "最多 1000 字，现在是 1001 字")]
)
def test_what_says_nothing_or_too_much_is_refused(monday, clerk, body, said):
    with pytest.raises(ValidationError) as refused:
        actions.send_suggestion(by=clerk, county=COUNTY, body=body)

    assert refused.value.message_dict == {"body": [said]}


def test_the_answer_reaches_who_asked(sent, staff, clerk):
    row = actions.answer_suggestion(sent, by=staff, answer="右上角“字号”可以调大")

    assert (row.answered_on, row.answered_by) == (dt.date(2026, 3, 9), staff)
    (notice,) = Notice.objects.filter(user=clerk)
    assert (notice.text, notice.address, notice.shown_from) == (
        "您提的意见有了答复：右上角“字号”可以调大",
        "/suggest/",
        next_morning(),
    )


def test_it_is_answered_once_and_in_words(sent, staff):
    with pytest.raises(ValidationError, match="请写答复"):
        actions.answer_suggestion(sent, by=staff, answer=" ")
    actions.answer_suggestion(sent, by=staff, answer="改好了")
    with pytest.raises(ValidationError, match="已经答复过了"):
        actions.answer_suggestion(sent, by=staff, answer="又改了")


@pytest.mark.parametrize("who", ["clerk", "handler", "auditor", "secadmin", "liaison"])
def test_only_the_committee_answers(sent, request, who):
    with pytest.raises(PermissionDenied):
        actions.answer_suggestion(sent, by=request.getfixturevalue(who), answer="改好了")

    assert Suggestion.objects.get().answered_on is None


def test_everybody_sees_his_own_and_the_committee_all(sent, clerk, other_clerk, staff, auditor, handler):
    assert [list(queries.suggestions_of(u)) for u in (clerk, other_clerk)] == [[sent], []]
    assert [list(queries.suggestions_visible_to(u)) for u in (staff, auditor, handler)] == [
        [sent],
        [sent],
        [],
    ]
