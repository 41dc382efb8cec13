import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.exchange import actions
from shuanglian.exchange.queries.reply import replies_for
from shuanglian.exchange.queries.rule import replies_visible_to

pytestmark = pytest.mark.django_db
FACTS = {"occasion": "propose", "title": " 顺路 ", "body": "您单位这周正好去那里。", "category": "KJ"}


def bodies(user, category):
    return [reply.body for reply in replies_for(user, "propose", category)]


def test_a_new_reply_is_offered_where_it_belongs(monday, staff):
    reply = actions.create_reply(by=staff, **FACTS)

    assert (reply.title, reply.county) == ("顺路", "140921")
    assert (
        "您单位这周正好去那里。" in bodies(staff, "KJ"),
        "您单位这周正好去那里。" in bodies(staff, "FL"),
    ) == (
        True,
        False,
    )


def test_a_reply_is_changed_and_ended(monday, staff):
    reply = actions.create_reply(by=staff, **FACTS)
    actions.change_reply(reply, by=staff, body="您单位下周去。", ended_on=dt.date(2026, 3, 9))

    assert "您单位下周去。" not in bodies(staff, "KJ")
    assert [entry.verb for entry in history(reply)] == ["change", "create"]
    assert reply in replies_visible_to(staff)


def test_an_empty_reply_is_refused(monday, staff):
    with pytest.raises(ValidationError) as refused:
        actions.create_reply(by=staff, **{**FACTS, "body": "  "})

    assert refused.value.message_dict == {"body": ["请填写"]}


@pytest.mark.parametrize("who", ["handler", "clerk", "liaison", "auditor"])
def test_only_the_committee_writes_replies(monday, staff, request, who):
    reply = actions.create_reply(by=staff, **FACTS)
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.create_reply(by=person, **FACTS)
    with pytest.raises(PermissionDenied):
        actions.change_reply(reply, by=person, body="别的")
