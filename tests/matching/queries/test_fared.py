from decimal import Decimal

import pytest

from shuanglian.exchange.models import Match
from shuanglian.matching.queries.fared import declined_by_reason, fared_by_category, suggestions_visible_to
from tests.factories.matching import MatchFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def matches(db):
    """In 科技创新 one taken up and two declined, in 法律服务 one that waits; and a unit that staff asked."""
    MatchFactory(state="accepted", fit=Decimal("0.9"))
    MatchFactory(state="declined", decline_reason="时间来不及：下个月才有空")
    MatchFactory(state="declined", decline_reason="已经自己解决了")
    MatchFactory(of_need={"category": "FL"})
    MatchFactory(origin="staff", state="accepted")


def test_a_line_for_each_category_with_suggestions_and_one_for_all(matches, staff):
    assert [(line.name, line.total, line.counts) for line in fared_by_category(staff)] == [
        ("法律服务", 1, (0, 0, 0, 1)),
        ("科技创新", 3, (1, 2, 0, 0)),
        ("合计", 4, (1, 2, 0, 1)),
    ]


def test_every_figure_has_as_many_records(matches, staff):
    rows = suggestions_visible_to(staff)

    assert (rows.filter(category="KJ", state="declined").count(), rows.filter(why="time").count()) == (2, 1)


def test_reasons_are_told_by_the_list_and_the_rest_is_other(matches, staff):
    assert declined_by_reason(staff) == [("time", "时间来不及", 1), ("other", "其他原因", 1)]


def test_first_choice_is_the_one_that_none_of_its_need_is_better_than(staff):
    first = MatchFactory(fit=Decimal("0.9"))
    second = MatchFactory(fit=Decimal("0.5"), need_item=first.need_item)

    assert [(m.pk, m.better) for m in suggestions_visible_to(staff).order_by("pk")] == [
        (first.pk, None),
        (second.pk, 1),
    ]


def test_only_the_office_and_the_auditor_look(matches, staff, auditor, handler, clerk):
    assert [suggestions_visible_to(u).count() for u in (staff, auditor, handler, clerk)] == [4, 4, 0, 0]
    assert fared_by_category(handler)[-1].total == 0
    assert Match.objects.count() == 5
