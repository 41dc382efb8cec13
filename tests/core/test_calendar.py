import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuanglian.core.calendar import Calendar, add_working_days, around, seed_year
from shuanglian.core.models import CalendarDay

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [  # the six examples of handbook 3.6
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-09-18", 3, "2026-09-22"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2026-04-30", 1, "2026-05-06"),
    ],
)
def test_due_dates_of_the_handbook(start, days, due):
    assert add_working_days(dt.date.fromisoformat(start), days).due == dt.date.fromisoformat(due)


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_known_year_has_248_working_days(year):
    assert CalendarDay.objects.filter(day__year=year, is_workday=True).count() == 248


def test_the_way_to_a_date_names_what_was_skipped():
    due = add_working_days(dt.date(2026, 4, 3), 2)

    assert (due.due, due.guessed_years) == (dt.date(2026, 4, 8), ())
    assert [(d.day, why) for d, why in due.skipped] == [(4, "清明"), (5, "清明"), (6, "清明")]


def test_a_make_up_day_counts_as_a_working_day():
    assert add_working_days(dt.date(2026, 9, 19), 1).due == dt.date(2026, 9, 20)


def test_crossing_into_a_year_without_a_calendar_is_said():
    due = add_working_days(dt.date(2026, 12, 30), 5)

    assert due.guessed_years == (2027,)


def test_a_due_day_ends_at_midnight_in_shanghai():
    ends = add_working_days(dt.date(2026, 3, 9), 1).ends_at

    assert ends.astimezone(dt.UTC) == dt.datetime(2026, 3, 10, 15, 59, 59, tzinfo=dt.UTC)


def test_a_changed_day_changes_the_date():
    CalendarDay.objects.filter(day=dt.date(2026, 3, 10)).update(is_workday=False, note="临时放假")

    assert add_working_days(dt.date(2026, 3, 9), 1).due == dt.date(2026, 3, 11)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.dates(dt.date(2025, 1, 1), dt.date(2026, 11, 1)), days=st.integers(1, 30))
def test_adding_and_counting_agree(db, start, days):
    calendar = Calendar(2025, 2026)
    due = calendar.add(start, days).due

    assert calendar.is_workday(due)
    assert calendar.between(start, due) == days
    assert calendar.between(due, start) == -days


def test_a_calendar_is_read_with_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar = around(dt.date(2026, 3, 9))
        calendar.add(dt.date(2026, 3, 9), 200)


def test_a_year_nobody_published_is_refused():
    with pytest.raises(NotImplementedError):
        seed_year(2099)
