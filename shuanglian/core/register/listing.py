"""What the list page shows: rows, headings, the filter bar with its counts, chips, totals, the way through the pages.

The cost is flat in the size of the register: counts stop at ``COUNTED``, pages end there, and of a longer list nothing
else is counted. A page is found by the ids of its rows, so that the rows skipped are neither joined nor worked out.
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
from shuanglian.core.register.filters import Condition, Dates, Filter, Related
from shuanglian.core.render import query

PAGE = 20
COUNTED = 5000  # a county's 1,311 enterprises are counted and paged to the last one; beyond, "5000+"
LAST_PAGE = COUNTED // PAGE
SUMMED = 50_000  # rows; a longer list has no sums under it: one aggregate, 10 ms at the limit
FACETED = 5000  # of a list that leaves out one condition, likewise
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
    many: bool  # more than anybody counts
    known: (
        tuple[Any, ...] | None
    )  # the keys of all rows that a search found, so that nothing is searched twice
    totals: dict[str, str]


def listing(asked: Asked, params: QueryDict, columns: list[Column]) -> Listing:
    """One page of the list: a count, the ids of the page, its rows and, where columns ask for it, their totals."""
    register, rows = asked.register, asked.rows()
    known, counted = _known(asked, rows)
    if known is not None:
        rows = _of(asked, known)
    last = max(1, -(-min(counted, COUNTED) // PAGE))
    beyond = asked.page > last
    page = min(asked.page, last)
    needed = [register.column(register.heading), *columns]
    start = (page - 1) * PAGE
    ids = _page(asked.ordered(rows).values_list("pk", flat=True), start, known)
    found = with_relations(register, register.rows(asked.user).filter(pk__in=ids), needed).order_by()
    by_id = {row.pk: row for row in found}
    lines = tuple(_line(register, by_id[pk], columns, asked.user) for pk in ids if pk in by_id)
    return Listing(
        lines=lines,
        heads=tuple(_head(asked, params, column) for column in (register.column(register.heading), *columns)),
        count=f"{COUNTED}+" if counted > COUNTED else str(counted),
        span=f"第 {start + 1} 至 {start + len(lines)} {register.counter}" if lines else "",
        page=page,
        last=last,
        beyond=beyond or (counted > COUNTED and page == LAST_PAGE),
        many=counted > COUNTED,
        known=known,
        totals=_totals(rows, columns) if lines else {},
    )


def bars(asked: Asked, found: Listing | None = None) -> tuple[list[Bar], list[Bar]]:
    """The filters beside the search box and those in the dialog; one query for each facet, none of very many rows."""
    shown = [_bar(asked, one, found) for one in asked.register.filters if not isinstance(one, Related)]
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


def conditions(asked: Asked, params: QueryDict, found: Listing | None = None) -> list[Chip]:
    """The questions people ask often, as switches with their counts within the list; one query, if not very many."""
    declared = asked.register.conditions
    if not declared:
        return []
    counts = {} if found and found.many else _within(asked, declared, found)
    on = {c.key for c in asked.conditions}
    return [
        Chip(
            c.label,
            query(params, page=None, **{"is": _toggled(on, c.key)}),
            counts.get(f"n_{c.key}"),
            c.key in on,
        )
        for c in declared
    ]


def _known(asked: Asked, rows: QuerySet[Any]) -> tuple[tuple[Any, ...] | None, int]:
    """How many rows there are, as far as they are counted; of a search their keys as well."""
    if not asked.q:
        return None, rows.order_by()[: COUNTED + 1].count()
    keys = tuple(rows.order_by().values_list("pk", flat=True)[: COUNTED + 1])
    return (keys if len(keys) <= COUNTED else None), len(keys)


def _page(keys: QuerySet[Any, Any], start: int, known: tuple[Any, ...] | None) -> list[Any]:
    """The keys of one page. Of what a search found all are sorted: asked for a few, the planner walks through the table."""
    page = slice(start, start + PAGE)
    return list(keys[page]) if known is None else list(keys)[page]


def _of(asked: Asked, keys: Iterable[Any]) -> QuerySet[Any]:
    """The rows with these keys: one parameter, however many (lookup of ``core.prepared``)."""
    return asked.register.rows(asked.user).filter(pk__any=list(keys))


def _within(asked: Asked, declared: Iterable[Condition], found: Listing | None) -> dict[str, int]:
    """How many rows of the list meet each condition."""
    if found and found.known is not None:
        base = _of(asked, found.known).order_by()
    else:
        base = asked.register.rows(asked.user).filter(pk__in=_first(asked.rows())).order_by()
    return base.aggregate(**{f"n_{c.key}": Count("pk", filter=c.q(today()), distinct=True) for c in declared})


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


def _bar(asked: Asked, one: Filter, found: Listing | None) -> Bar:
    if isinstance(one, Dates):
        first, last = asked.chosen.get(one.path, ("", ""))
        return Bar(one, "", (), (first, last))
    chosen = asked.chosen.get(one.path, ())
    counts = None if found and found.many else _counts(asked, one, found)
    choices = (
        Choice(value, text, counts.get(value, 0) if counts is not None else None, value in chosen)
        for value, text in asked.choices[one.path].items()
    )
    everything = getattr(one, "everything", "") or f"{one.label}不限"
    return Bar(one, everything, tuple(c for c in choices if c.count != 0 or c.chosen), None)


def _counts(asked: Asked, one: Filter, found: Listing | None) -> dict[str, int] | None:
    """Value → rows that meet all other conditions; None when there are too many to count on every page."""
    if found and found.known is not None and one.path not in asked.chosen:
        base = _of(asked, found.known).order_by()
    else:
        first = _first(asked.rows(without=one), FACETED + 1)
        base = asked.register.rows(asked.user).filter(pk__in=first).order_by()
    counts = list(base.values_list(one.path).annotate(n=Count("pk", distinct=True)))
    if sum(n for _, n in counts) > FACETED:
        return None
    return {_key(value): n for value, n in counts}


def _key(value: Any) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def _first(rows: QuerySet[Any], most: int = FACETED) -> QuerySet[Any]:
    return rows.order_by().values("pk")[:most]


def _totals(rows: QuerySet[Any], columns: Iterable[Column]) -> dict[str, str]:
    """The sums under the list, exact and of all its pages, said as the column says its values; none beyond ``SUMMED``."""
    summed = {column.key: column for column in columns if column.total}
    if not summed:
        return {}
    first = rows.order_by()[: SUMMED + 1]
    sums = {f"sum_{key}": Sum(column.path) for key, column in summed.items()}
    found = first.aggregate(n_rows=Count("pk"), **sums)
    if found["n_rows"] > SUMMED:
        return {}
    return {key: column.words(found[f"sum_{key}"] or 0) for key, column in summed.items()}
