"""What a desk is made of: sections of rows, each row saying what to do next.

A section is data: a title, a way to fill it in a constant number of queries, words for when it is empty, and where
the whole list is. ``listed`` makes the usual way: one query for what there is, one for the rows that are shown.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.exchange.queries.counting import figure

SHOWN = 6  # rows of a section on the desk; the rest is one link away
LISTED = 200  # rows of a section on its own page; nobody counts further


@dataclass(frozen=True, slots=True)
class Act:
    """The one thing to do about a row: a link, or with ``posts`` a single press that does it, sending ``fields``."""

    text: str
    href: str
    posts: bool = False
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One matter. ``left``: calendar days to its time limit, negative when it is late, None without one."""

    title: str
    href: str
    text: str = ""
    left: int | None = None
    act: Act | None = None


Contents = tuple[list[Row], int]  # the rows to show, and how many there are in all
Fill = Callable[[User, int], Contents]  # at most so many rows


@dataclass(frozen=True, slots=True)
class Section:
    """A list on a desk. ``strip`` names it in the line of things to do today; ``aside`` puts it in the right column."""

    key: str
    title: str
    fill: Fill
    empty: tuple[str, str]
    strip: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A section with its rows for one person."""

    section: Section
    rows: list[Row]
    total: int

    @property
    def figure(self) -> str:
        """How many there are, as it is shown."""
        return figure(self.total, LISTED)

    @property
    def is_late(self) -> bool:
        """Whether the most urgent row is late; lists begin with it."""
        return bool(self.rows) and (self.rows[0].left or 0) < 0

    @property
    def pressing(self) -> str:
        """How the most urgent row stands, in a few words."""
        if not self.rows:
            return self.section.empty[0]
        left = self.rows[0].left
        if left is None:
            return ""
        if left < 0:
            return f"最长的超期 {-left} 天"
        return "最急的今天到期" if left == 0 else f"最急的还剩 {left} 天"


def listed(find: Callable[[User], QuerySet[Any]], show: Callable[[Any], Row]) -> Fill:
    """Fill from a query: the ids of its rows as far as anybody counts, then the first of them with all that belongs to them.

    So nothing is read along with rows that are only sorted or counted. ``show`` may ask nothing of the database.
    """

    def fill(user: User, most: int) -> Contents:
        rows = find(user)
        ids = list(rows.values_list("pk", flat=True)[: LISTED + 1])
        found = rows.filter(pk__in=ids[:most]) if ids else []
        return [show(one) for one in found], len(ids)

    return fill


def together(*fills: Fill) -> Fill:
    """Several queries as one list, in this order: for a desk that asks "what waits for you" in one breath."""

    def fill(user: User, most: int) -> Contents:
        parts = [part(user, most) for part in fills]
        rows = [row for found, _ in parts for row in found]
        return rows[:most], sum(total for _, total in parts)

    return fill


def days_to(day: dt.date | None) -> int | None:
    """Calendar days from today; None when there is no day."""
    return None if day is None else (day - today()).days
