"""What an import would do, row by row: new, changed, the same, or wrong and why. Nothing is written here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from shuanglian.core.access import can
from shuanglian.core.models import ImportBatch, ImportFile
from shuanglian.core.register.columns import Column, field_at
from shuanglian.core.register.declare import Register
from shuanglian.core.register.messy import CellError, as_text, is_blank, plain
from shuanglian.core.register.table import Found, find, writable
from shuanglian.core.register.workbook import Table, table_of

NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"
KINDS = (NEW, CHANGED, SAME, WRONG)
WHOLE_ROW = ""
_AT_ONCE = 1_000  # keys in one query
Fixes = Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class Line:
    """One row of the sheet: the cells as they stand (after corrections), the values read, what is wrong."""

    number: int
    cells: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, CellError] = field(default_factory=dict)
    row: Model | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    unclear: bool = False  # several stored rows are meant by its keys

    @property
    def kind(self) -> str:
        """new, changed, same or wrong."""
        if self.wrong:
            return WRONG
        if self.row is None:
            return NEW
        return CHANGED if self.changes else SAME

    @property
    def reasons(self) -> str:
        """Everything that is wrong, in one sentence."""
        return "；".join(error.reason for error in self.wrong.values())


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows of a sheet with what would become of them."""

    register: Register
    found: Found
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each kind."""
        counted = Counter(line.kind for line in self.lines)
        return {kind: counted[kind] for kind in KINDS}

    def of(self, *kinds: str) -> list[Line]:
        """The rows of some kinds, in the order of the sheet."""
        return [line for line in self.lines if line.kind in kinds]


def plan_of(batch: ImportBatch, register: Register, user: Any) -> Plan:
    """What this sheet, with its corrections, would do now.

    Raises:
        ValidationError: the sheet cannot be used, or was removed after two days.
    """
    file = ImportFile.objects.filter(batch=batch).first()
    if file is None:
        raise ValidationError("这个文件放得太久，已经清掉了，请重新选择")
    return prepare(register, table_of(bytes(file.data)), batch.fixes, user=user)


def prepare(register: Register, table: Table, fixes: Fixes, *, user: Any) -> Plan:
    """Compare a sheet with what this user may see.

    An empty cell leaves what is stored as it is; a row that says nothing new is the same.

    Raises:
        ValidationError: the sheet as a whole cannot be used (see ``table.find``).
    """
    found = find(register, table)
    columns = tuple(column for column in writable(register) if column.key in found.places)
    knowledge = {column.key: column.known(user) for column in columns}
    lines = tuple(
        _read(register, columns, knowledge, _cells(found, row, fixes.get(str(number), {})), number)
        for number, row in found.rows
    )
    if not lines:
        raise ValidationError("表头下面没有数据")
    _match(register, lines, user)
    for line in lines:
        _judge(register, columns, line, user)
    return Plan(register, found, columns, lines)


def _cells(found: Found, row: list[Any], fixes: Mapping[str, str]) -> dict[str, Any]:
    cells = {key: row[place] if place < len(row) else None for key, place in found.places.items()}
    return cells | {key: text for key, text in fixes.items() if key in cells}


def _read(
    register: Register,
    columns: Iterable[Column],
    knowledge: Mapping[str, Any],
    cells: dict[str, Any],
    number: int,
) -> Line:
    line = Line(number, cells)
    for column in columns:
        cell = cells[column.key]
        if is_blank(cell):
            continue
        try:
            line.values[column.key] = _checked(register, column, column.read(cell, knowledge[column.key]))
        except CellError as error:
            line.wrong[column.key] = error
    return line


def _checked(register: Register, column: Column, value: Any) -> Any:
    if column.check is not None:
        try:
            value = column.check(value)
        except ValidationError as error:
            raise CellError("；".join(error.messages)) from None
    longest = getattr(field_at(register.model, column.path), "max_length", None)
    if longest and isinstance(value, str) and len(value) > longest:
        raise CellError(f"不能超过 {longest} 个字，现在有 {len(value)} 个")
    return value


def _match(register: Register, lines: Iterable[Line], user: Any) -> None:
    """Find the stored row of each line by its keys, in their order, and refuse what stands in the sheet twice.

    A row known by a weaker key (the name) counts only where its stronger key (the code) is still empty.
    """
    for at, keys in enumerate(register.keys):
        mine = [line for line in lines if line.row is None and _fills(line, keys)]
        stored = _stored(register, keys, mine, user)
        for line in mine:
            rows = [
                row
                for row in stored[_identity(line.values[key] for key in keys)]
                if not _is_another(register, register.keys[:at], line, row)
            ]
            if len(rows) > 1:
                line.unclear = True
                line.wrong[keys[-1]] = CellError(f"台账里有 {len(rows)} 条一样的，分不清是哪一条")
            elif rows:
                line.row = rows[0]
    _refuse_twice(register, lines)


def _refuse_twice(register: Register, lines: Iterable[Line]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for line in lines:
        keys = next((keys for keys in register.keys if _fills(line, keys)), None)
        if keys is None:
            continue
        identity = ("row", line.row.pk) if line.row else (keys, *_identity(line.values[key] for key in keys))
        first = seen.setdefault(identity, line.number)
        if first != line.number:
            line.wrong[keys[-1]] = CellError(f"和第 {first} 行重复")


def _fills(line: Line, keys: tuple[str, ...]) -> bool:
    return all(line.values.get(key) for key in keys)


def _is_another(register: Register, stronger: tuple[tuple[str, ...], ...], line: Line, row: Model) -> bool:
    return any(_fills(line, keys) and all(register.column(key).raw(row) for key in keys) for keys in stronger)


def _stored(
    register: Register, keys: tuple[str, ...], lines: list[Line], user: Any
) -> dict[tuple[Any, ...], list[Model]]:
    columns = [register.column(key) for key in keys]
    wanted = sorted({form for line in lines for form in _forms(line.values[keys[-1]])}, key=str)
    found: dict[tuple[Any, ...], list[Model]] = defaultdict(list)
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        for row in _with_all(register, register.rows(user)).filter(**{f"{columns[-1].path}__in": part}):
            found[_identity(column.raw(row) for column in columns)].append(row)
    return found


def _with_all(register: Register, rows: QuerySet[Any]) -> QuerySet[Any]:
    relations = [f.name for f in register.model._meta.concrete_fields if f.is_relation]
    return rows.select_related(*relations) if relations else rows


def _forms(value: Any) -> set[Any]:
    """The ways in which a key may be stored: as typed, half-width, and with the brackets of Chinese names."""
    if not isinstance(value, str):
        return {value}
    narrow = plain(value)
    return {value, narrow, narrow.replace("(", "（").replace(")", "）")}


def _identity(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(plain(value) if isinstance(value, str) else value for value in values)


def _judge(register: Register, columns: Iterable[Column], line: Line, user: Any) -> None:
    """Decide about one line: what is missing, what would change, and whether this user may do it."""
    if line.unclear:
        return
    if line.row is None:
        _judge_new(register, columns, line, user)
    else:
        line.changes = list(_changes(columns, line))
        if line.changes and (
            register.update is None or not can(user, register.permission("change"), line.row)
        ):
            line.wrong.setdefault(WHOLE_ROW, CellError("您不能改这一行"))
    if register.check_row is not None and line.kind in (NEW, CHANGED):
        try:
            register.check_row(line.values, user)
        except ValidationError as error:
            line.wrong[WHOLE_ROW] = CellError("；".join(error.messages))


def _judge_new(register: Register, columns: Iterable[Column], line: Line, user: Any) -> None:
    for column in columns:
        if column.required and column.key not in line.values and column.key not in line.wrong:
            line.wrong[column.key] = CellError(f"{column.heading}没有填")
    if register.create is None or not can(user, register.permission("add")):
        line.wrong.setdefault(WHOLE_ROW, CellError("台账里没有这一行，您不能新增"))


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
