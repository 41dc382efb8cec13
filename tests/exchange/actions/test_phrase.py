import pytest
from django.core.exceptions import ValidationError

from shuanglian.core.audit import history
from shuanglian.exchange.actions.phrase import fill_in, keep
from shuanglian.exchange.models import ReplyTemplate, StepCheck

NEEDED = ("title", "body")


def test_only_what_was_given_is_filled_in_and_trimmed():
    reply = ReplyTemplate(title="顺路", body="这周去那里。", position=1, county="140921")

    fill_in(
        reply, ("title", "body", "position"), {"title": " 路过 ", "position": 2, "county": "1"}, needed=NEEDED
    )

    assert (reply.title, reply.body, reply.position, reply.county) == ("路过", "这周去那里。", 2, "140921")


def test_what_is_needed_and_empty_is_named_field_by_field():
    with pytest.raises(ValidationError) as refusal:
        fill_in(ReplyTemplate(), NEEDED, {"title": "  ", "body": ""}, needed=NEEDED)

    assert refusal.value.message_dict == {"title": ["请填写"], "body": ["请填写"]}


@pytest.mark.django_db
def test_what_is_kept_has_its_history(monday, staff):
    row = StepCheck(county=staff.county, step="accept", text="电话打过", category="KJ")

    keep(row, "create", {}, by=staff)

    assert (row.pk is not None, [entry.verb for entry in history(row)]) == (True, ["create"])


@pytest.mark.django_db
def test_a_category_that_is_none_is_refused(monday, staff):
    row = StepCheck(county=staff.county, step="accept", text="电话打过", category="XX")

    with pytest.raises(ValidationError) as refusal:
        keep(row, "create", {}, by=staff)

    assert ([*refusal.value.message_dict], StepCheck.objects.filter(text="电话打过").count()) == (
        ["category"],
        0,
    )
