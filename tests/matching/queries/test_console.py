"""What the console says in words: how old the plan is, what it gains, what the units have left."""

import datetime as dt

import pytest

from shuanglian.core.clock import now
from shuanglian.exchange.models import Need
from shuanglian.matching import actions
from shuanglian.matching.models import Plan, PlanLine
from shuanglian.matching.queries.console import PAGE, UnitRoom, console
from tests.factories.exchange import NeedFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "刚刚"), (5, "5 分钟前"), (130, "2 小时前"), (3000, "2 天前")]
)
def test_how_old_the_plan_is(plan, staff, minutes, words):
    Plan.objects.update(made_at=now() - dt.timedelta(minutes=minutes))

    assert console(staff).age == words


@pytest.mark.parametrize(
    ("planned", "total", "words"),
    [
        (2, 2_000_000, "多安排 1 项，合适程度高 100%"),
        (1, 1_003_000, "合适程度高 不到 1%"),
        (1, 1_000_000, "和先来先得一样好"),
    ],
)
def test_what_planning_together_gains(plan, staff, planned, total, words):
    Plan.objects.update(planned=planned, total=total, first_planned=1, first_total=1_000_000)

    assert console(staff).gain == words


def test_there_is_nothing_to_gain_where_nothing_fits(plan, staff):
    Plan.objects.update(planned=0, total=0, first_planned=0, first_total=0)

    assert console(staff).gain == ""


def test_places_are_drawn_used_over_and_free(kejiju):
    assert UnitRoom(kejiju, 3, 2).dots == ["on", "on", ""]
    assert UnitRoom(kejiju, 1, 2).dots == ["on", "over"]
    assert (UnitRoom(kejiju, None, 2).over, UnitRoom(kejiju, None, 2).dots) == (0, [])
    assert UnitRoom(kejiju, 40, 2).dots == []


def test_long_plans_come_in_pages(county, class_, staff):
    needs = [NeedFactory() for _ in range(PAGE)]
    county.fits |= {need.pk: [(class_, 0.9)] for need in needs}
    class_.items.update(capacity=100)
    actions.make_plan("140921", by=staff, patient=True)
    pages = [[row.pk for row in console(staff, page=n).rows] for n in (1, 2, 99)]

    assert [len(page) for page in pages] == [PAGE, 2, 2]
    assert set(pages[0]) & set(pages[1]) == set()


def test_the_most_pressing_come_first(plan, staff, moulds, furnace, monday):
    Need.objects.filter(pk=furnace.pk).update(expected_by=monday)
    actions.make_plan("140921", by=staff)

    assert [row.need for row in console(staff).rows] == [furnace, moulds]


def test_who_asks_nobody_sees_no_plan(plan, auditor):
    assert (console(auditor).plan, console(auditor).rows) == (None, [])
    assert PlanLine.objects.count() == 3


def test_what_cannot_be_planned_together_is_said(plan, staff, monkeypatch):
    assert not console(staff).is_by_turn

    monkeypatch.setattr("shuanglian.matching.engine.kernels.COMPILED", False)

    assert console(staff).is_by_turn
