"""The narrowed list on paper: the ledger's title, unit and date, its headings on every page, all rows, the sums."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shuanglian.core.register.columns import Column
from shuanglian.core.register.declare import Register
from shuanglian.core.register.sheet import NUMBER
from shuanglian.core.render import qty

MOST_ROWS = 1_000  # about thirty pages
MANY_COLUMNS = 14  # more than these are printed only when asked for


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: headings with their style, rows of texts, the sums in the last row or nothing."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]


def columns_of(register: Register, shown: list[Column], *, everything: bool) -> list[Column]:
    """The columns of the ledger in its order, or those the list shows after the one that names the row."""
    if everything:
        return register.sheet_columns()
    first = [register.column(key) for key in (register.heading, register.under) if key]
    return list({column.key: column for column in (*first, *shown)}.values())


def printed(rows: Iterable[Any], columns: list[Column], user: Any) -> Paper:
    """The rows as texts, numbered from 1, each cell as this user may see it."""
    makers = [(column.cells(user), column.getter() if column.total else None) for column in columns]
    sums: dict[int, Any] = {at: 0 for at, (_, take) in enumerate(makers) if take}
    lines = []
    for number, row in enumerate(rows, start=1):
        lines.append((str(number), *(_text(make(row)) for make, _ in makers)))
        for at in sums:
            sums[at] += makers[at][1](row) or 0  # type: ignore[misc]
    totals = [columns[at].words(sums[at]) if at in sums else "" for at in range(len(columns))]
    heads = ((NUMBER, "num"), *((column.heading, column.css) for column in columns))
    return Paper(heads, tuple(lines), ("合计", *totals) if sums and lines else ())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, Decimal):
        return qty(value)
    return "" if value is None else str(value)
