"""Which rows of a sheet mean the same row: of the ledger, by its keys, or of the sheet itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from typing import Any, TypeAlias

from django.db.models import Model, QuerySet

from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports.cells import NOTHING
from shuanglian.core.register.imports.line import Cells, Line
from shuanglian.core.register.messy import CellError, is_plain, plain

_KEYS_AT_ONCE = 1_000  # keys in one query
Identity: TypeAlias = tuple[Any, ...] | None  # None: the line says nothing there


class Twins:
    """Knows the rows of the sheet so far: two are the same when they share keys and nothing stronger tells them apart."""

    def __init__(self) -> None:
        self._any: dict[int, int] = {}
        self._strongest: dict[int, int] = {}

    def look(self, lines: Sequence[Line], identities: Sequence[Sequence[Identity]]) -> list[int]:
        """The earlier row that each of the next lines repeats, or 0.

        What rows say is kept as its hash, of 64 bits, salted anew in each process: a long sheet stays small.
        """
        levels = [
            [0 if one is None else hash((level, one)) for one in found]
            for level, found in enumerate(identities)
        ]
        return [self._look(line, marks) for line, marks in zip(lines, zip(*levels, strict=True), strict=True)]

    def _look(self, line: Line, marks: Sequence[int]) -> int:
        twin, strongest = 0, True
        for mark in marks:
            if not mark:
                continue
            if strongest:
                twin = self._any.get(mark, 0)
                self._strongest.setdefault(mark, line.number)
            else:
                twin = twin or self._strongest.get(mark, 0)
            self._any.setdefault(mark, line.number)
            strongest = False
        if line.row is not None:
            first = self._any.setdefault(hash(("row", line.row.pk)), line.number)
            twin = twin or (first if first != line.number else 0)
        return twin


def identities_of(cells: Cells, keys: tuple[str, ...], count: int) -> list[Identity]:
    """What each line of the piece is known by in these columns; None where one of them says nothing."""
    columns = [_plains(cells[key]) if key in cells else [None] * count for key in keys]
    return [one if all(one) else None for one in zip(*columns, strict=True)]


def _plains(values: list[Any]) -> list[Any]:
    """Values as they are compared; None for what is no value."""
    if is_plain(values):
        return values
    return [
        None
        if value is NOTHING or type(value) is CellError
        else plain(value)
        if isinstance(value, str)
        else value
        for value in values
    ]


def match(
    register: Register,
    lines: Sequence[Line],
    identities: Sequence[Sequence[Identity]],
    user: Any,
    written: Set[int],
) -> None:
    """Find the stored row of each line by its keys, in their order.

    A row known by a weaker key (the name) counts only where its stronger key (the code) is still empty.
    """
    for at, keys in enumerate(register.keys):
        known = identities[at]
        mine = [line for line in lines if line.row is None and known[line.at] is not None]
        stored = _stored(register, keys, mine, user, written)
        if not stored:
            continue
        for line in mine:
            rows = [
                row
                for row in stored.get(known[line.at], ())
                if not _is_another(register, register.keys[:at], line, row)
            ]
            if len(rows) > 1:
                line.unclear = True
                line.wrong = {
                    **line.wrong,
                    keys[-1]: CellError(f"台账里有 {len(rows)} 条一样的，分不清是哪一条"),
                }
            elif rows:
                line.row = rows[0]


def _fills(line: Line, keys: tuple[str, ...]) -> bool:
    return all(line.values.get(key) for key in keys)


def _is_another(register: Register, stronger: tuple[tuple[str, ...], ...], line: Line, row: Model) -> bool:
    return any(_fills(line, keys) and all(register.column(key).raw(row) for key in keys) for keys in stronger)


def _stored(
    register: Register, keys: tuple[str, ...], lines: list[Line], user: Any, written: Set[int]
) -> dict[Identity, list[Model]]:
    """The stored rows that these lines may mean, by their keys. Only those that are there are fetched whole."""
    columns = [register.column(key) for key in keys]
    wanted = _wanted([line.value(keys[-1]) for line in lines])
    found: dict[Identity, list[Model]] = defaultdict(list)
    there = register.rows(user).order_by().filter(**_among(columns[-1].path, wanted))
    present = there.values_list("pk", flat=True) if wanted else ()
    primary = [key for key in present if key not in written]
    for start in range(0, len(primary), _KEYS_AT_ONCE):
        part = register.rows(user).filter(pk__in=primary[start : start + _KEYS_AT_ONCE])
        for row in _with_all(register, part):
            found[_identity(column.raw(row) for column in columns)].append(row)
    return found


def _among(path: str, wanted: set[Any]) -> dict[str, Any]:
    """The filter for these values: thousands of texts as one parameter; others one by one."""
    if all(isinstance(value, str) for value in wanted):
        return {f"{path}__any": sorted(wanted)}
    return {f"{path}__in": sorted(wanted, key=str)}


def _with_all(register: Register, rows: QuerySet[Any]) -> QuerySet[Any]:
    relations = [f.name for f in register.model._meta.concrete_fields if f.is_relation]
    return rows.select_related(*relations) if relations else rows


def _wanted(values: list[Any]) -> set[Any]:
    """All ways in which these keys may be stored."""
    if _plains(values) is values:
        return set(values)
    return {form for value in values for form in _forms(value)}


def _forms(value: Any) -> set[Any]:
    """The ways in which a key may be stored: as typed, half-width, and with the brackets of Chinese names."""
    if not isinstance(value, str):
        return {value}
    narrow = plain(value)
    if narrow == value and narrow.isalnum():
        return {value}
    return {value, narrow, narrow.replace("(", "（").replace(")", "）")}


def _identity(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple([plain(value) if isinstance(value, str) else value for value in values])
