"""Time in the demonstration: working days counted from the day of loading, and the pace at which a story goes on.

Day -1 is the last working day before today, day 0 the first one from today on. Nothing happens later than day -1.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache
from random import Random

from shuanglian.core.clock import SHANGHAI

LAST = -1
_ONE = dt.timedelta(days=1)
_MORNING, _AFTERNOON = 8 * 60 + 30, 14 * 60 + 30  # when the two halves of an office day begin, in minutes
_HALF = 200  # minutes of each half in which something happens
_WHOLE = 2 * _HALF


class Days:
    """Working days by their distance from today."""

    def __init__(self, today: dt.date, is_workday: Callable[[dt.date], bool]) -> None:
        self.today = today
        self._is_workday = is_workday
        self.day: Callable[[int], dt.date] = cache(self._day)

    def _day(self, n: int) -> dt.date:
        """The date of working day ``n``."""
        step = _ONE if n >= 0 else -_ONE
        day = self.today if n >= 0 else self.today - _ONE
        left = n if n >= 0 else -n - 1
        while left > 0 or not self._is_workday(day):
            left -= self._is_workday(day)
            day += step
        return day

    def month_end(self, months: int) -> dt.date:
        """The last day of the month so many months after this one."""
        return self.month_start(months + 1) - _ONE

    def month_start(self, months: int) -> dt.date:
        """The first day of the month so many months after this one."""
        count = self.today.year * 12 + self.today.month - 1 + months
        return dt.date(count // 12, count % 12 + 1, 1)


class Pace:
    """The clock of one story. It only goes forward, in office hours, and never reaches today."""

    def __init__(self, days: Days, start: int, chance: Random) -> None:
        self.days = days
        self.day = start
        self.chance = chance
        self._minute = chance.randint(0, _WHOLE - _HALF // 2)

    @property
    def moment(self) -> dt.datetime:
        """Where the story stands."""
        begin = _MORNING if self._minute < _HALF else _AFTERNOON - _HALF
        time = dt.time(*divmod(begin + self._minute, 60), self.chance.randint(0, 59))
        return dt.datetime.combine(self.days.day(self.day), time, SHANGHAI)

    @property
    def room(self) -> int:
        """How many working days the story may still go on."""
        return LAST - self.day

    def soon(self) -> dt.datetime:
        """Within the hour; on the next working day when this one is over.

        On the last day the steps grow small instead, so that a story never runs into today.
        """
        step = self.chance.randint(15, 60)
        if self.day == LAST:
            step = max(1, min(step, (_WHOLE - self._minute) // 3))
        self._minute += step
        if self._minute >= _WHOLE:
            self.day, self._minute = self.day + 1, self.chance.randint(0, 60)
        return self._checked()

    def later(self, least: int, most: int) -> dt.datetime:
        """After some working days between the two."""
        days = self.chance.randint(least, most)
        return self.until(self.day + days) if days else self.soon()

    def until(self, day: int) -> dt.datetime:
        """On a working day, which lies ahead.

        Raises:
            ValueError: it does not, or it is not past yet.
        """
        if day <= self.day:
            raise ValueError(f"day {day} does not lie after {self.day}")
        self.day, self._minute = day, self.chance.randint(0, _WHOLE - 1)
        return self._checked()

    def _checked(self) -> dt.datetime:
        if self.day > LAST:
            raise ValueError(f"the story runs into day {self.day}")
        return self.moment
