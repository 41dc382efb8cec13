import datetime as dt

import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.queries.check import checks_for, checks_visible_to, must_check

pytestmark = pytest.mark.django_db


def test_checks_come_in_their_order_until_they_end(monday, staff):
    late = actions.create_check(by=staff, step="deliver", text="最后看", position=9)
    first = actions.create_check(by=staff, step="deliver", text="先看", position=0)
    actions.create_check(by=staff, step="deliver", text="不用看了", ended_on=dt.date(2026, 3, 9))

    found = checks_for("140921", "deliver", "KJ")

    assert (found[0], found[-1], "不用看了" in [str(c) for c in found]) == (first, late, False)


def test_one_press_is_enough_unless_something_is_required(monday, staff):
    assert must_check("140921", "accept", "KJ") is False
    actions.create_check(by=staff, step="accept", text="必看", category="KJ", required=True)
    assert (must_check("140921", "accept", "KJ"), must_check("140921", "accept", "FL")) == (True, False)


def test_the_register_is_for_the_committee(monday, staff, handler, clerk):
    assert [checks_visible_to(user).exists() for user in (staff, handler, clerk)] == [True, False, False]
