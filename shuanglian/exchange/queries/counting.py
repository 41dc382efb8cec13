"""Counting only as far as anybody reads: a list says "1000+" and a choice "500+", however many there are."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import IntegerField, QuerySet, Subquery

MOST = 1000  # of a list; beyond, people narrow their question
MOST_OF_CHOICE = 99  # of one value of a facet, of an entry of the menu

_EVERY = "SELECT v.value, {count} FROM (VALUES {values}) v (value)"
_COUNT = (
    "(SELECT count(*) FROM (SELECT FROM ({rows}) r (value) WHERE r.value = {value} LIMIT {most}) counted)"
)


def counted(rows: QuerySet[Any], most: int = MOST) -> int:
    """How many rows there are, at most ``most`` + 1."""
    return rows.order_by()[: most + 1].count()


@dataclass(frozen=True, slots=True)
class Few:
    """Rows that are few enough to be read at once: their values column by column, to be counted as often as asked."""

    values: dict[str, tuple[Any, ...]]

    @classmethod
    def of(cls, rows: QuerySet[Any], columns: tuple[str, ...], most: int | None = None) -> "Few | None":
        """Of all the rows when there are at most ``most`` (of a list), otherwise nothing. One query."""
        limit = MOST if most is None else most
        found = list(rows.order_by().values_list(*columns)[: limit + 1])
        if len(found) > limit:
            return None
        return cls(dict(zip(columns, zip(*found, strict=True) if found else repeat(()), strict=False)))

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    def count(self, column: str) -> Counter[Any]:
        """Value of the column → how many rows have it."""
        return Counter(self.values[column])


class InAll(Subquery):
    """The same count as a column beside the rows themselves, so that a list is one query."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: QuerySet[Any], most: int = MOST) -> None:
        super().__init__(rows.order_by().values("pk")[: most + 1], output_field=IntegerField())


def counted_each(
    rows: QuerySet[Any],
    column: str,
    values: Collection[Any],
    most: int | None = None,
    *,
    one_plan: bool = False,
) -> dict[Any, int]:
    """Value of a column → how many of the rows have it, at most ``most`` (of a choice) + 1. One query.

    Each value is looked up in an index and left as soon as enough rows are seen; a grouped count would read them all.
    Values stand in the text one by one, so that the planner knows which are rare. With ``one_plan`` it plans once for
    all: several times quicker where an index finds the rows of any value by itself, rare or not.
    """
    if not values:
        return {}
    try:
        text, params = rows.order_by().values_list(column).query.sql_with_params()
    except EmptyResultSet:
        return dict.fromkeys(values, 0)
    count = _COUNT.replace("{rows}", text).replace("{most}", str((most or MOST_OF_CHOICE) + 1))
    if one_plan:
        every = _EVERY.replace("{values}", ", ".join(["(%s)"] * len(values)))
        asked, given = every.replace("{count}", count.replace("{value}", "v.value")), [*params, *values]
    else:
        asked = " UNION ALL ".join(["SELECT %s, " + count.replace("{value}", "%s")] * len(values))
        given = [p for value in values for p in (value, *params, value)]
    with connection.cursor() as cursor:
        cursor.execute(asked, given)
        return dict(cursor.fetchall())


def figure(count: int, most: int | None = None) -> str:
    """The count as people read it; ``most`` is that of a choice unless told."""
    most = MOST_OF_CHOICE if most is None else most
    return f"{most}+" if count > most else str(count)
