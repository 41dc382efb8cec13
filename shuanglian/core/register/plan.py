"""What an import would do, row by row: new, changed, the same, twice in the sheet, or wrong and why. Nothing is written here.

A ``Checker`` reads a sheet in pieces, column by column, so that a long one takes no more memory than its longest piece.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from shuanglian.core.access import can
from shuanglian.core.register.cells import NOTHING, ColumnReader, Source
from shuanglian.core.register.columns import Column
from shuanglian.core.register.declare import Register
from shuanglian.core.register.messy import CellError, as_text, plain
from shuanglian.core.register.table import writable

NEW, CHANGED, SAME, TWICE, WRONG = "new", "changed", "same", "twice", "wrong"
KINDS = (NEW, CHANGED, SAME, TWICE, WRONG)
WHOLE_ROW = ""
AT_ONCE = 5_000  # rows in one piece; for each the ledger is read once a key, so that fewer are quicker
_KEYS_AT_ONCE = 1_000  # keys in one query


@dataclass(slots=True)
class Line:
    """One row of the sheet: the values read (after corrections), what is wrong."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, CellError] = field(default_factory=dict)
    row: Model | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    unclear: bool = False  # several stored rows are meant by its keys
    twin: int = 0  # the row of the sheet that says the same already

    @property
    def kind(self) -> str:
        """new, changed, same, twice or wrong."""
        if self.twin:
            return TWICE
        if self.wrong:
            return WRONG
        if self.row is None:
            return NEW
        return CHANGED if self.changes else SAME

    @property
    def reasons(self) -> str:
        """Everything that is wrong, in one sentence."""
        return reasons_of(self.kind, self.twin, {key: error.reason for key, error in self.wrong.items()})


def reasons_of(kind: str, twin: int, wrong: Mapping[str, str]) -> str:
    """Why a row is not written, in one sentence."""
    return f"和第 {twin} 行重复" if kind == TWICE else "；".join(wrong.values())


class Checker:
    """Compares the rows of one sheet with what this user may see, piece by piece, in the order of the sheet.

    An empty cell leaves what is stored as it is; a row that says nothing new is the same.
    """

    def __init__(self, register: Register, places: Mapping[str, int], *, user: Any) -> None:
        self._register, self._user = register, user
        self.columns = tuple(column for column in writable(register) if column.key in places)
        self._readers = [ColumnReader(register, column, places[column.key], user) for column in self.columns]
        self._may_add = register.create is not None and can(user, register.permission("add"))
        self._required = [column for column in self.columns if column.required]
        self._missing = "、".join(c.heading for c in writable(register) if c.required and c.key not in places)
        self._twins = _Twins(register)
        self._written: set[int] = set()

    def wrote(self, keys: Iterable[int]) -> None:
        """These rows of the ledger are of this sheet by now: no other row of it can mean them."""
        self._written.update(keys)

    def lines(self, sources: Sequence[Source], twins: Sequence[int] | None = None) -> list[Line]:
        """The next rows of the sheet with what would become of them.

        ``twins``: which rows of the sheet they repeat, where that is known: it follows from what the sheet says.
        """
        lines = self._read(sources)
        _match(self._register, lines, self._user, self._written)
        for at, line in enumerate(lines):
            line.twin = twins[at] if twins else self._twins.look(line)
            if not (line.unclear or line.twin):
                self._judge(line)
        return lines

    def _read(self, sources: Sequence[Source]) -> list[Line]:
        """The rows, read column by column."""
        keys = [reader.column.key for reader in self._readers]
        columns = [reader.read_all(sources) for reader in self._readers]
        lines = [
            Line(
                number, {key: value for key, value in zip(keys, values, strict=True) if value is not NOTHING}
            )
            for (number, _, _), values in zip(sources, zip(*columns, strict=True), strict=True)
        ]
        for key, values in zip(keys, columns, strict=True):
            for at, value in enumerate(values):
                if type(value) is CellError:
                    lines[at].wrong[key] = lines[at].values.pop(key)
        return lines

    def _judge(self, line: Line) -> None:
        """Decide about one line: what is missing, what would change, and whether this user may do it."""
        register = self._register
        if line.row is None:
            self._judge_new(line)
        else:
            line.changes = list(_changes(self.columns, line))
            if line.changes and (
                register.update is None or not can(self._user, register.permission("change"), line.row)
            ):
                line.wrong.setdefault(WHOLE_ROW, CellError("您不能改这一行"))
        if register.check_row is not None and line.kind in (NEW, CHANGED):
            try:
                register.check_row(line.values, line.row, self._user)
            except ValidationError as error:
                line.wrong |= self._by_column(error)

    def _by_column(self, error: ValidationError) -> dict[str, CellError]:
        """What is wrong with a row, in the column it is about where the sheet has that."""
        faults = error.message_dict if hasattr(error, "error_dict") else {WHOLE_ROW: error.messages}
        known = {column.keyword: column.key for column in self.columns}
        by_key = [(known.get(name, WHOLE_ROW), message) for name, said in faults.items() for message in said]
        return {
            key: CellError("；".join(message for at, message in by_key if at == key)) for key, _ in by_key
        }

    def _judge_new(self, line: Line) -> None:
        for column in self._required:
            if column.key not in line.values and column.key not in line.wrong:
                line.wrong[column.key] = CellError(f"{column.heading}没有填")
        if self._missing:
            line.wrong[WHOLE_ROW] = CellError(f"表里没有这些列，不能新增：{self._missing}")
        if not self._may_add:
            line.wrong.setdefault(WHOLE_ROW, CellError("台账里没有这一行，您不能新增"))


class _Twins:
    """Knows the rows of the sheet so far: two are the same when they share keys and nothing stronger tells them apart."""

    def __init__(self, register: Register) -> None:
        self._levels = register.keys
        self._any: dict[int, int] = {}
        self._strongest: dict[int, int] = {}

    def look(self, line: Line) -> int:
        """The earlier row that a line repeats, or 0.

        What rows say is kept as its hash, of 64 bits, salted anew in each process: a long sheet stays small.
        """
        marks = [
            hash((level, *_identity([line.values[key] for key in keys])))
            for level, keys in enumerate(self._levels)
            if _fills(line, keys)
        ]
        known = [
            self._any.get(mark) if at == 0 else self._strongest.get(mark) for at, mark in enumerate(marks)
        ]
        if line.row is not None:
            marks.append(hash(("row", line.row.pk)))
            known.append(self._any.get(marks[-1]))
        for at, mark in enumerate(marks):
            self._any.setdefault(mark, line.number)
            if at == 0:
                self._strongest.setdefault(mark, line.number)
        return next((number for number in known if number), 0)


def _match(register: Register, lines: Iterable[Line], user: Any, written: Set[int]) -> None:
    """Find the stored row of each line by its keys, in their order.

    A row known by a weaker key (the name) counts only where its stronger key (the code) is still empty.
    """
    for at, keys in enumerate(register.keys):
        mine = [line for line in lines if line.row is None and _fills(line, keys)]
        stored = _stored(register, keys, mine, user, written)
        if not stored:
            continue
        for line in mine:
            rows = [
                row
                for row in stored.get(_identity(line.values[key] for key in keys), ())
                if not _is_another(register, register.keys[:at], line, row)
            ]
            if len(rows) > 1:
                line.unclear = True
                line.wrong[keys[-1]] = CellError(f"台账里有 {len(rows)} 条一样的，分不清是哪一条")
            elif rows:
                line.row = rows[0]


def _fills(line: Line, keys: tuple[str, ...]) -> bool:
    return all(line.values.get(key) for key in keys)


def _is_another(register: Register, stronger: tuple[tuple[str, ...], ...], line: Line, row: Model) -> bool:
    return any(_fills(line, keys) and all(register.column(key).raw(row) for key in keys) for keys in stronger)


def _stored(
    register: Register, keys: tuple[str, ...], lines: list[Line], user: Any, written: Set[int]
) -> dict[tuple[Any, ...], list[Model]]:
    """The stored rows that these lines may mean, by their keys. Only those that are there are fetched whole."""
    columns = [register.column(key) for key in keys]
    wanted = {form for line in lines for form in _forms(line.values[keys[-1]])}
    found: dict[tuple[Any, ...], list[Model]] = defaultdict(list)
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


def _changes(columns: Iterable[Column], line: Line) -> Iterable[tuple[str, str, str]]:
    for column in columns:
        if column.key not in line.values:
            continue
        before, after = column.raw(line.row), line.values[column.key]
        if column.is_same(before, after) or _reads_same(before, after):
            continue
        yield column.heading, column.words(before), column.words(after)


def _reads_same(before: Any, after: Any) -> bool:
    """A stored text with stray blanks is not changed by the same text without them."""
    return isinstance(before, str) and isinstance(after, str) and as_text(before) == after
