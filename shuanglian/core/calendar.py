"""Chinese working days: weekends, public holidays and make-up days (调休), from an editable table.

A year counts as known when the table holds any of its days; beyond that the weekday rule is a guess and every
result says so (handbook 3.6: a visible warning when a date crosses into a year without a calendar).
"""

import datetime as dt
from dataclasses import dataclass

import chinese_calendar
from django.db import connection

from shuanglian.core.clock import SHANGHAI
from shuanglian.core.models import CalendarDay

_FIVE_DAYS = 5  # Monday to Friday by the weekday rule
_SPECIAL = """
SELECT day, is_workday, note FROM core_calendarday
WHERE day BETWEEN %s AND %s AND (note <> '' OR is_workday <> (extract(isodow FROM day) <= 5))
UNION ALL
(SELECT DISTINCT ON (extract(year FROM day)) day, is_workday, note FROM core_calendarday WHERE day BETWEEN %s AND %s)
"""


@dataclass(frozen=True, slots=True)
class DueDate:
    """A date with the way it was worked out: the days counted, those skipped, and whether a year was a guess."""

    start: dt.date
    days: int
    due: dt.date
    skipped: tuple[tuple[dt.date, str], ...]
    guessed_years: tuple[int, ...]

    @property
    def ends_at(self) -> dt.datetime:
        """23:59:59 local time of the due day (handbook 3.6)."""
        return dt.datetime.combine(self.due, dt.time(23, 59, 59), SHANGHAI)


class Calendar:
    """The special days of a span of years, read once; all questions after that need no query.

    Days that are as their weekday says are left in the table, except one of each year, which makes the year known.
    """

    def __init__(self, first: int, last: int) -> None:
        span = [dt.date(first, 1, 1), dt.date(last, 12, 31)]
        with connection.cursor() as cursor:
            cursor.execute(_SPECIAL, span * 2)
            self.days = {day: (work, note) for day, work, note in cursor.fetchall()}
        self.known = {day.year for day in self.days}

    def is_workday(self, day: dt.date) -> bool:
        """Whether people work on this day."""
        return self.days[day][0] if day in self.days else day.weekday() < _FIVE_DAYS

    def reason(self, day: dt.date) -> str:
        """Why nobody works on this day, in a word."""
        note = self.days.get(day, (False, ""))[1]
        return note or "周末"

    def add(self, start: dt.date, days: int) -> DueDate:
        """The day on which ``days`` working days have passed since ``start``, which itself does not count."""
        day, left, skipped, years = start, days, [], set()
        while left > 0:
            day += dt.timedelta(days=1)
            if day.year not in self.known:
                years.add(day.year)
            if self.is_workday(day):
                left -= 1
            else:
                skipped.append((day, self.reason(day)))
        return DueDate(start, days, day, tuple(skipped), tuple(sorted(years)))

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after ``start`` up to and with ``end``; negative when ``end`` lies before."""
        if end < start:
            return -self.between(end, start)
        span = (start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_workday(day) for day in span)


def around(day: dt.date) -> Calendar:
    """The calendar of the year before, this one and the two after: enough for every time limit."""
    return Calendar(day.year - 1, day.year + 2)


def add_working_days(start: dt.date, days: int) -> DueDate:
    """One due date; for many at once make a ``Calendar`` and ask it."""
    return around(start).add(start, days)


def seed_year(year: int) -> list[CalendarDay]:
    """Every day of a published year as unsaved rows, from the package ``chinesecalendar``.

    Raises:
        NotImplementedError: the package does not know this year yet.
    """
    first = dt.date(year, 1, 1)
    span = [first + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - first).days)]
    return [
        CalendarDay(day=day, is_workday=chinese_calendar.is_workday(day), note=_note(day)) for day in span
    ]


_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午",
    "National Day": "国庆",
    "Mid-autumn Festival": "中秋",
}


def _note(day: dt.date) -> str:
    off, name = chinese_calendar.get_holiday_detail(day)
    word = _NAMES.get(name or "", "")
    if not off and word:
        return f"{word}调休上班"
    return word
