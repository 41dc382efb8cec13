"""What the list page shows: rows, headings, the filter bar with its counts, chips, totals, the way through the pages.

The cost is flat in the size of the register: counts stop at ``COUNTED``, pages end there, facets are counted within the
first ``FACETED`` rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet, Sum
from django.http import QueryDict
from django.utils.safestring import SafeString

from shuanglian.core.clock import today
from shuanglian.core.register.ask import Asked, with_relations
from shuanglian.core.register.columns import Column
from shuanglian.core.register.declare import Register
from shuanglian.core.register.filters import Dates, Filter, Related
from shuanglian.core.render import query

PAGE = 20
COUNTED = 5000  # a county's 1,311 enterprises are counted and paged to the last one; beyond, "5000+"
LAST_PAGE = COUNTED // PAGE
FACETED = 20_000
IN_BAR = 3  # facets beside the search box; the others stand in the dialog


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell of the table."""

    column: Column
    html: SafeString | str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    pk: Any
    title: str
    href: str
    under: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """One heading: ``sort`` is the address that sorts by it, ``aria`` the direction in force."""

    column: Column
    sort: str
    aria: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a facet in the filter bar."""

    value: str
    text: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One filter in the bar or the dialog: a list of words, or two dates."""

    filter: Filter
    everything: str
    choices: tuple[Choice, ...]
    dates: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in force or ready to be: its words, the address without or with it, its count."""

    text: str
    href: str
    count: int | None = None
    on: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the list page needs."""

    lines: tuple[Line, ...]
    heads: tuple[Head, ...]
    count: str
    span: str
    page: int
    last: int
    beyond: bool
    totals: dict[str, str]


def listing(asked: Asked, params: QueryDict, columns: list[Column]) -> Listing:
    """One page of the list, in a count, a page of rows and, where columns ask for it, one query of totals."""
    register, rows = asked.register, asked.rows()
    counted = rows.order_by()[: COUNTED + 1].count()
    last = max(1, -(-min(counted, COUNTED) // PAGE))
    beyond = asked.page > last
    page = min(asked.page, last)
    needed = [register.column(register.heading), *columns]
    start = (page - 1) * PAGE
    found = with_relations(register, asked.ordered(rows), needed)[start : start + PAGE]
    lines = tuple(_line(register, row, columns, asked.user) for row in found)
    return Listing(
        lines=lines,
        heads=tuple(_head(asked, params, column) for column in (register.column(register.heading), *columns)),
        count=f"{COUNTED}+" if counted > COUNTED else str(counted),
        span=f"第 {start + 1} 至 {start + len(lines)} {register.counter}" if lines else "",
        page=page,
        last=last,
        beyond=beyond or (counted > COUNTED and page == LAST_PAGE),
        totals=_totals(rows, columns) if counted <= COUNTED and lines else {},
    )


def bars(asked: Asked) -> tuple[list[Bar], list[Bar]]:
    """The filters beside the search box and those in the dialog; one counting query for each facet."""
    shown = [_bar(asked, one) for one in asked.register.filters if not isinstance(one, Related)]
    short = [bar for bar in shown if bar.dates is None][:IN_BAR]
    return short, [bar for bar in shown if bar not in short]


def in_force(asked: Asked, params: QueryDict) -> list[Chip]:
    """The conditions in force, each with the address of the list without it."""
    chips = [Chip(f"“{asked.q}”", query(params, q=None, page=None))] if asked.q else []
    for one in asked.register.filters:
        if values := asked.chosen.get(one.path):
            gone: dict[str, Any] = dict.fromkeys(one.names)
            words = one.words(values, asked.choices[one.path])
            chips.append(Chip(f"{one.label}：{words}", query(params, page=None, **gone)))
    return chips


def conditions(asked: Asked, params: QueryDict) -> list[Chip]:
    """The questions people ask often, as switches with their counts within the other conditions; one query."""
    declared = asked.register.conditions
    if not declared:
        return []
    base = asked.register.rows(asked.user).filter(pk__in=_first(asked.rows())).order_by()
    counts = base.aggregate(
        **{f"n_{c.key}": Count("pk", filter=c.q(today()), distinct=True) for c in declared}
    )
    on = {c.key for c in asked.conditions}
    return [
        Chip(
            c.label,
            query(params, page=None, **{"is": _toggled(on, c.key)}),
            counts[f"n_{c.key}"],
            c.key in on,
        )
        for c in declared
    ]


def _toggled(on: set[str], key: str) -> list[str] | None:
    return sorted(on ^ {key}) or None


def _line(register: Register, row: Model, columns: Iterable[Column], user: Any) -> Line:
    heading = register.column(register.heading)
    under = register.column(register.under) if register.under else None
    return Line(
        pk=row.pk,
        title=heading.short(heading.raw(row)) or str(row),
        href=register.href(row),
        under=under.short(under.raw(row)) if under else "",
        cells=tuple(Shown(column, column.html(row, user)) for column in columns),
    )


def _head(asked: Asked, params: QueryDict, column: Column) -> Head:
    if not column.order:
        return Head(column, "", "")
    now = asked.sort or asked.register.order
    up, down = column.key, f"-{column.key}"
    aria = {up: "ascending", down: "descending"}.get(now, "none")
    return Head(column, query(params, sort=down if now == up else up, page=None), aria)


def _bar(asked: Asked, one: Filter) -> Bar:
    if isinstance(one, Dates):
        first, last = asked.chosen.get(one.path, ("", ""))
        return Bar(one, "", (), (first, last))
    chosen = asked.chosen.get(one.path, ())
    counts = _counts(asked, one)
    choices = (
        Choice(value, text, counts.get(value, 0) if counts is not None else None, value in chosen)
        for value, text in asked.choices[one.path].items()
    )
    everything = getattr(one, "everything", "") or f"{one.label}不限"
    return Bar(one, everything, tuple(c for c in choices if c.count != 0 or c.chosen), None)


def _counts(asked: Asked, one: Filter) -> dict[str, int] | None:
    """Value → rows that meet all other conditions; None when there are too many to count on every page."""
    first = _first(asked.rows(without=one), FACETED + 1)
    base = asked.register.rows(asked.user).filter(pk__in=first).order_by()
    found = list(base.values_list(one.path).annotate(n=Count("pk", distinct=True)))
    if sum(n for _, n in found) > FACETED:
        return None
    return {_key(value): n for value, n in found}


def _key(value: Any) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def _first(rows: QuerySet[Any], most: int = FACETED) -> QuerySet[Any]:
    return rows.order_by().values("pk")[:most]


def _totals(rows: QuerySet[Any], columns: Iterable[Column]) -> dict[str, str]:
    """The sums under the list, said as the column says its values."""
    summed = {column.key: column for column in columns if column.total}
    if not summed:
        return {}
    found = rows.order_by().aggregate(**{f"sum_{key}": Sum(column.path) for key, column in summed.items()})
    return {key: column.words(found[f"sum_{key}"] or 0) for key, column in summed.items()}
