import datetime as dt
from random import Random

import pytest

from demo.days import LAST, Days, Pace

TUESDAY = dt.date(2026, 3, 10)
SUNDAY = dt.date(2026, 3, 15)


def weekdays(today):
    return Days(today, lambda day: day.weekday() < 5)


@pytest.mark.parametrize(
    ("n", "day"),
    [
        (-2, dt.date(2026, 3, 6)),
        (-1, dt.date(2026, 3, 9)),
        (0, TUESDAY),
        (1, dt.date(2026, 3, 11)),
        (4, dt.date(2026, 3, 16)),
    ],
)
def test_working_days_are_counted_from_today(n, day):
    assert weekdays(TUESDAY).day(n) == day


@pytest.mark.parametrize(("n", "day"), [(-1, dt.date(2026, 3, 13)), (0, dt.date(2026, 3, 16))])
def test_on_a_free_day_the_count_starts_around_it(n, day):
    assert weekdays(SUNDAY).day(n) == day


@pytest.mark.parametrize(
    ("months", "first", "last"),
    [
        (-3, dt.date(2025, 12, 1), dt.date(2025, 12, 31)),
        (-1, dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
        (0, dt.date(2026, 3, 1), dt.date(2026, 3, 31)),
        (10, dt.date(2027, 1, 1), dt.date(2027, 1, 31)),
    ],
)
def test_months_are_counted_from_this_one(months, first, last):
    days = weekdays(TUESDAY)
    assert (days.month_start(months), days.month_end(months)) == (first, last)


def test_a_story_only_goes_forward_in_office_hours():
    pace = Pace(weekdays(TUESDAY), -20, Random(1))
    moments = [pace.moment]
    for _ in range(6):
        moments += [pace.soon(), pace.later(0, 2)]
    assert moments == sorted(moments)
    assert len(set(moments)) == len(moments)
    assert {m.weekday() for m in moments} <= {0, 1, 2, 3, 4}
    assert all(dt.time(8, 30) <= m.time() < dt.time(17, 51) for m in moments)


def test_small_steps_on_the_last_day_never_reach_today():
    pace = Pace(weekdays(TUESDAY), LAST, Random(2))
    moments = [pace.soon() for _ in range(5)]
    assert moments == sorted(moments)
    assert {m.date() for m in moments} == {dt.date(2026, 3, 9)}


def test_a_story_that_would_run_into_today_is_refused():
    pace = Pace(weekdays(TUESDAY), -2, Random(3))
    with pytest.raises(ValueError, match="the story runs into day 1"):
        pace.later(3, 3)


def test_a_day_that_has_been_is_refused():
    pace = Pace(weekdays(TUESDAY), -5, Random(4))
    with pytest.raises(ValueError, match="day -5 does not lie after -5"):
        pace.until(-5)


def test_room_is_what_is_left_until_yesterday():
    assert Pace(weekdays(TUESDAY), -5, Random(5)).room == 4
