import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.exchange import actions
from shuanglian.exchange.models import Deadline, DeadlineRule
from shuanglian.exchange.queries import rule_for
from shuanglian.exchange.queries.rule import rules_visible_to

pytestmark = pytest.mark.django_db
NEXT_MONTH = dt.date(2026, 4, 1)


def refusal(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refused:
        call(*args, **kwargs)
    return refused.value.message_dict


def versions(user):
    return rules_visible_to(user).filter(kind="claim", category="").order_by("version")


@pytest.fixture
def claim_rule(monday):
    return DeadlineRule.objects.get(kind="claim", category="", complex=False)


def test_a_change_is_a_new_version_from_a_day_on(claim_rule, staff):
    made = actions.revise_rule(claim_rule, by=staff, days=4, valid_from=NEXT_MONTH)

    assert (made.version, made.days, made.valid_from) == (2, 4, NEXT_MONTH)
    assert DeadlineRule.objects.get(pk=claim_rule.pk).days == 5
    assert rule_for("140921", "claim", "KJ", dt.date(2026, 3, 31)) == claim_rule
    assert rule_for("140921", "claim", "KJ", NEXT_MONTH) == made
    assert [entry.verb for entry in history(made)] == ["create"]


def test_time_limits_that_run_keep_their_rule(opened, claim_rule, staff):
    running = Deadline.objects.get(need=opened, kind="claim")
    actions.revise_rule(claim_rule, by=staff, days=2, valid_from=dt.date(2026, 3, 9))
    actions.redate_deadlines("140921", by=staff)

    assert (Deadline.objects.get(pk=running.pk).due, running.rule) == (running.due, claim_rule)


def test_a_category_gets_a_time_limit_of_its_own(claim_rule, staff):
    made = actions.add_rule(by=staff, kind="claim", category="KJ", days=3, valid_from=dt.date(2026, 3, 9))

    assert made.version == 1
    assert rule_for("140921", "claim", "KJ", dt.date(2026, 3, 9)) == made
    assert rule_for("140921", "claim", "FL", dt.date(2026, 3, 9)) == claim_rule


def test_every_version_says_how_it_stands(claim_rule, staff, time_machine):
    made = actions.revise_rule(claim_rule, by=staff, days=4, valid_from=NEXT_MONTH)
    assert [rule.stands for rule in versions(staff)] == ["now", "later"]
    time_machine.move_to(dt.datetime(2026, 4, 2, 1, 0, tzinfo=dt.UTC), tick=False)

    assert [(rule.pk, rule.stands) for rule in versions(staff)] == [(claim_rule.pk, "past"), (made.pk, "now")]


def test_what_makes_no_sense_is_refused(claim_rule, staff):
    assert refusal(actions.add_rule, by=staff, kind="lunch", days=0, valid_from=dt.date(2026, 3, 8)) == {
        "kind": ["请选一个环节"],
        "days": ["要在 1 到 120 个工作日之间"],
        "valid_from": ["启用日期不能早于今天：已经算好的时限不往回改"],
    }
    assert refusal(actions.revise_rule, claim_rule, by=staff, days=5, valid_from=NEXT_MONTH) == {
        "days": ["现在就是 5 个工作日，没有变化"]
    }
    assert list(
        refusal(actions.add_rule, by=staff, kind="claim", category="??", days=3, valid_from=NEXT_MONTH)
    ) == ["category"]


@pytest.mark.parametrize("who", ["handler", "clerk", "liaison", "auditor", "secadmin"])
def test_only_the_committee_sets_time_limits(claim_rule, request, who):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.add_rule(by=person, kind="claim", days=3, valid_from=NEXT_MONTH)
    with pytest.raises(PermissionDenied):
        actions.revise_rule(claim_rule, by=person, days=3, valid_from=NEXT_MONTH)
