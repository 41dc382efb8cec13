import datetime as dt

import pytest

from shuanglian.exchange.models import DeadlineRule
from shuanglian.web.queries.time_limits import rules_in_force
from tests.people import COUNTY

pytestmark = pytest.mark.django_db


def test_the_rules_are_told_in_the_order_of_the_steps(monday):
    assert [(rule.text, rule.who, rule.days) for rule in rules_in_force(COUNTY)] == [
        ("提出以后审核", "工委工作人员", 2),
        ("公布以后认领", "联盟单位", 5),
        ("认领以后联系企业", "认领单位", 3),
        ("认领以后办结", "认领单位", 15),
        ("认领以后办结（复杂事项）", "认领单位", 30),
        ("报办结以后确认", "提出单位", 10),
    ]


def test_the_newest_version_in_force_counts_and_a_coming_one_does_not(monday):
    rule = {"county": COUNTY, "kind": "claim", "category": "", "complex": False}
    DeadlineRule.objects.create(**rule, days=7, version=2, valid_from=dt.date(2026, 3, 1))
    DeadlineRule.objects.create(**rule, days=9, version=3, valid_from=dt.date(2026, 4, 1))
    assert rules_in_force(COUNTY)[1].days == 7


def test_another_county_has_rules_of_its_own(monday):
    assert rules_in_force("140922") == []
