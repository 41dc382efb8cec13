"""Counting only as far as anybody reads: a list says "1000+" and a choice "500+", however many there are."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import IntegerField, QuerySet, Subquery

MOST = 1000  # of a list; beyond, people narrow their question
MOST_OF_CHOICE = 500  # of one value of a facet

_ONE = "SELECT %s, (SELECT count(*) FROM (SELECT 1 FROM ({rows}) r (value) WHERE value = %s LIMIT {most}) counted)"


def counted(rows: QuerySet[Any], most: int = MOST) -> int:
    """How many rows there are, at most ``most`` + 1."""
    return rows.order_by()[: most + 1].count()


class InAll(Subquery):
    """The same count as a column beside the rows themselves, so that a list is one query."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: QuerySet[Any], most: int = MOST) -> None:
        super().__init__(rows.order_by().values("pk")[: most + 1], output_field=IntegerField())


def counted_each(
    rows: QuerySet[Any], column: str, values: Collection[Any], most: int | None = None
) -> dict[Any, int]:
    """Value of a column → how many of the rows have it, at most ``most`` (of a choice) + 1. One query.

    Each value is looked up in an index and left as soon as enough rows are seen; a grouped count would read them all.
    Values stand in the text one by one, so that the planner knows which are rare.
    """
    try:
        text, params = rows.order_by().values_list(column).query.sql_with_params()
    except EmptyResultSet:
        return dict.fromkeys(values, 0)
    one = _ONE.replace("{rows}", text).replace("{most}", str((most or MOST_OF_CHOICE) + 1))
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([one] * len(values)), [p for value in values for p in (value, *params, value)]
        )
        return dict(cursor.fetchall())


def figure(count: int, most: int = MOST_OF_CHOICE) -> str:
    """The count as people read it."""
    return f"{most}+" if count > most else str(count)
