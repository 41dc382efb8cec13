import datetime as dt

import pytest

from shuanglian.accounts.models import User
from shuanglian.web.queries import section
from shuanglian.web.queries.section import Filled, Row, Section, days_to, listed, together

SECTION = Section("late", "超期未办", lambda user, most: ([], 0), ("没有超期的需求", "都在按时办。"))


def test_pressing_tells_how_the_first_row_stands():
    stands = [Filled(SECTION, [Row("甲", "/", left=left)], 1).pressing for left in (-3, 0, 2, None)]
    assert stands == ["最长的超期 3 天", "最急的今天到期", "最急的还剩 2 天", ""]
    assert Filled(SECTION, [], 0).pressing == "没有超期的需求"


def test_only_a_first_row_behind_its_day_is_late():
    late = [Filled(SECTION, [Row("甲", "/", left=left)], 1).is_late for left in (-1, 0, None)]
    assert late == [True, False, False]
    assert Filled(SECTION, [], 0).is_late is False


def test_together_keeps_the_order_and_the_whole_total():
    first, second = [Row("甲", "/"), Row("乙", "/")], [Row("丙", "/")]
    both = together(lambda user, most: (first, 7), lambda user, most: (second, 1))
    assert both(None, 2) == (first, 8)
    assert both(None, 9) == ([*first, *second], 8)


@pytest.mark.django_db
def test_a_list_shows_the_first_and_counts_the_rest_as_far_as_anybody_reads(
    staff, approver, handler, clerk, monkeypatch, django_assert_num_queries
):
    names = list(User.objects.order_by("name").values_list("name", flat=True))
    fill = listed(lambda user: User.objects.order_by("name"), lambda one: Row(one.name, "/"))
    with django_assert_num_queries(2):
        assert fill(staff, 2) == ([Row(name, "/") for name in names[:2]], len(names))
    monkeypatch.setattr(section, "LISTED", 2)
    assert fill(staff, 1) == ([Row(names[0], "/")], 3)
    nobody = listed(lambda user: User.objects.filter(name="没有"), lambda one: Row(one.name, "/"))
    with django_assert_num_queries(1):
        assert nobody(staff, 2) == ([], 0)


def test_days_are_counted_on_the_calendar(monday):
    assert [days_to(day) for day in (dt.date(2026, 3, 8), monday, dt.date(2026, 3, 16), None)] == [
        -1,
        0,
        7,
        None,
    ]
