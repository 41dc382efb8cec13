"""What an import would do, row by row: new, changed, the same, twice in the sheet, or wrong and why. Nothing is written here.

A ``Checker`` reads a sheet in pieces, column by column, so that a long one takes no more memory than its longest piece.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from shuanglian.core.access import can
from shuanglian.core.many import Many
from shuanglian.core.register.columns import Column, field_at
from shuanglian.core.register.declare import Refusal, Register
from shuanglian.core.register.imports.cells import NOTHING, ColumnReader, Source
from shuanglian.core.register.imports.line import CHANGED, NEW, WHOLE_ROW, Cells, Line
from shuanglian.core.register.imports.matching import Twins, identities_of, match
from shuanglian.core.register.imports.rows import columns_of
from shuanglian.core.register.imports.table import writable
from shuanglian.core.register.messy import CellError, as_text

AT_ONCE = 5_000  # rows in one piece; for each the ledger is read once a key, so that fewer are quicker


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
        self._twins = Twins()
        self.decided: Many | None = None
        self._written: set[int] = set()

    def wrote(self, keys: Iterable[int]) -> None:
        """These rows of the ledger are of this sheet by now: no other row of it can mean them."""
        self._written.update(keys)

    def lines(self, sources: Sequence[Source], twins: Sequence[int] | None = None) -> list[Line]:
        """The next rows of the sheet with what would become of them; ``decided`` are the new ones then.

        ``twins``: which rows of the sheet they repeat, where that is known: it follows from what the sheet says.
        """
        cells = self._read(sources)
        lines = [Line(number, at, cells) for at, (number, _, _) in enumerate(sources)]
        for key, values in cells.items():
            if CellError in set(map(type, values)):
                for line in lines:
                    if isinstance(error := values[line.at], CellError):
                        line.refuse(key, error)
        identities = [identities_of(cells, keys, len(lines)) for keys in self._register.keys]
        match(self._register, lines, identities, self._user, self._written)
        for line, twin in zip(lines, twins or self._twins.look(lines, identities), strict=True):
            line.twin = twin
        self._judge(cells, [line for line in lines if not (line.unclear or line.twin)])
        self._decide(cells, [line for line in lines if line.kind == NEW])
        return lines

    def _read(self, sources: Sequence[Source]) -> Cells:
        """The rows, read column by column."""
        fixed = [(at, fixes) for at, (_, _, fixes) in enumerate(sources) if fixes]
        columns = columns_of([row for _, row, _ in sources])
        read = {}
        for reader in self._readers:
            key, place = reader.column.key, reader.place
            cells = columns[place] if place < len(columns) else [None] * len(sources)
            for at, fixes in fixed:
                cells[at] = fixes.get(key, cells[at])
            read[key] = reader.read_all(cells)
        return read

    def _judge(self, cells: Cells, lines: Sequence[Line]) -> None:
        """What is missing, what would change, and whether this user may do it."""
        self._judge_new(cells, [line for line in lines if line.row is None])
        for line in lines:
            if line.row is not None:
                self._judge_stored(line, line.row)
        if self._register.check_row is not None:
            self._check_rows(lines)

    def _judge_new(self, cells: Cells, new: Sequence[Line]) -> None:
        for column in self._required:
            values = cells[column.key]
            if any(value is NOTHING for value in values):
                for line in new:
                    if values[line.at] is NOTHING:
                        line.refuse(column.key, CellError(f"{column.heading}没有填"))
        if self._missing or not self._may_add:
            told = (
                f"表里没有这些列，不能新增：{self._missing}"
                if self._missing
                else "台账里没有这一行，您不能新增"
            )
            for line in new:
                line.refuse(WHOLE_ROW, CellError(told))

    def _judge_stored(self, line: Line, row: Model) -> None:
        register = self._register
        line.changes = list(_changes(self.columns, line))
        if line.changes and (
            register.update is None or not can(self._user, register.permission("change"), row)
        ):
            line.refuse(WHOLE_ROW, CellError("您不能改这一行"))

    def _check_rows(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if line.kind in (NEW, CHANGED):
                try:
                    self._register.check_row(line.values, line.row, self._user)  # type: ignore[misc]
                except ValidationError as error:
                    self._tell(line, error)

    def _decide(self, cells: Cells, lines: Sequence[Line]) -> None:
        """Let the register decide about the new rows; what it refuses is wrong."""
        self.decided, weigh = None, self._register.weigh_many
        if weigh is None or not lines:
            return
        facts = {column.keyword: self._said(column, cells[column.key], lines) for column in self.columns}
        many, refused = weigh(facts, len(lines), by=self._user)
        for at, refusal in refused.items():
            self._tell(lines[at], refusal)
        self.decided = many.without(refused)
        taken = (line for line in lines if not line.wrong)
        for line, key in zip(taken, self.decided.number(), strict=True):
            line.key = key

    def _said(self, column: Column, values: list[Any], lines: Sequence[Line]) -> list[Any]:
        """What these lines say in a column, or what holds where they say nothing."""
        if len(lines) != len(values):
            values = [values[line.at] for line in lines]
        if not any(value is NOTHING for value in values):
            return values
        default = field_at(self._register.model, column.path).get_default()
        return [default if value is NOTHING else value for value in values]

    def _tell(self, line: Line, refusal: Refusal) -> None:
        """Say why a row is refused, in the columns it is about where the sheet has those."""
        told = {WHOLE_ROW: [reason_of(refusal)]}
        if isinstance(refusal, ValidationError) and hasattr(refusal, "error_dict"):
            told = refusal.message_dict
        known = {column.keyword: column.key for column in self.columns}
        reasons: dict[str, list[str]] = defaultdict(list)
        for name, said in told.items():
            reasons[known.get(name, WHOLE_ROW)] += said
        for key, said in reasons.items():
            line.refuse(key, CellError("；".join(said)))


def reason_of(refusal: Exception) -> str:
    """Why an action refused, in one sentence."""
    return "；".join(refusal.messages) if isinstance(refusal, ValidationError) else "您不能写这一行"


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
