"""The rows of a sheet as they come in: piece by piece looked at, checked and staged.

While the database takes in one piece, the next is worked on.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError

from shuanglian.core.feeding import copy
from shuanglian.core.models import ImportBatch
from shuanglian.core.register.imports.chapters import Chapters
from shuanglian.core.register.imports.line import NEW, Line
from shuanglian.core.register.imports.plan import AT_ONCE, Checker
from shuanglian.core.register.imports.rows import Found, IdWatch, columns_of
from shuanglian.core.register.imports.said import Said
from shuanglian.core.register.imports.workbook import Book
from shuanglian.core.register.messy import as_text, is_blank

LONGEST = 60  # characters of a cell in a sample
SAID = 5  # rows left out that the preview quotes
_COPY = "COPY core_importrow (batch_id, number, kind, cells, twin, wrong, changes, object_id) FROM STDIN"
_COPY_PIECE = "COPY core_importpiece (batch_id, number, rows) FROM STDIN"
Report: TypeAlias = Callable[[int, int], None]


class Intake:
    """Takes in the rows of one sheet; afterwards ``counts`` says how many are of each kind, ``left`` which are no data."""

    def __init__(
        self, batch: ImportBatch, left: "Left", said: Said, checker: Checker, report: Report
    ) -> None:
        self.left, self.counts, found = left, Counter[str](), left.found
        self._batch, self._found, self._said = batch, found, said
        self._checker, self._report = checker, report
        self._watch = IdWatch(found.heads)

    def take_in(self, book: Book) -> None:
        """Every row beneath the headings.

        Raises:
            ValidationError: there is none, or a column holds ID numbers.
        """
        piece: list[tuple[int, str, list[Any]]] = []
        first = self._found.first
        for number, (raw, cells) in enumerate(book.rows(self._found.sheet, first), start=1):
            if number <= first or not any(cells) or all(map(is_blank, cells)):
                continue
            piece.append((number, raw, cells))
            if len(piece) == AT_ONCE:
                self._take(piece)
                piece = []
        self._take(piece)
        self._watch.refuse()
        if not self.counts:
            raise ValidationError("表头下面没有数据")

    def _take(self, piece: Sequence[tuple[int, str, list[Any]]]) -> None:
        """The next rows that are not blank."""
        columns = columns_of([cells for _, _, cells in piece])
        self._watch.look(columns)
        self.left.watchful = self._found.may_hold_headings(columns)
        data = [row for row in piece if not self.left.take(row[0], row[2])]
        if not data:
            return
        said, last = self._said.of, data[-1][0]
        lines = self._checker.lines([(number, cells, said(number, cells)) for number, _, cells in data])
        self.counts.update([line.kind for line in lines])
        self._report(
            last, self._found.sheet.rows
        )  # asks the database: before the next piece is on its way to it
        stage_lines(self._batch, (_text(line, raw) for line, (_, raw, _) in zip(lines, data, strict=True)))
        if self._checker.decided is not None:
            copy(_COPY_PIECE, f"{self._batch.pk}\t{last}\t{_escaped(self._checker.decided.packed())}\n")


class Left:
    """The rows that are filled and yet no data: how many, and what stands in the first of them."""

    def __init__(self, found: Found, chapters: Chapters | None = None) -> None:
        self.found, self._last = found, found.first
        self._chapters = chapters
        self.count = 0
        self.apart: list[int] = []  # where another table begins, and how many rows it has
        self.first: list[tuple[int, str]] = []
        self.watchful = True  # whether the next rows may be the headings of another table

    def take(self, number: int, cells: Sequence[Any]) -> bool:
        """Whether this row is one of them; rows come in the order of the sheet, without the blank ones."""
        found, apart = self.found, number != self._last + 1
        if self._chapters is not None and self._chapters.take(number, cells):
            return True
        if self.watchful and found.is_other_table(cells):
            self.apart = self.apart or [number, 0]
            return True
        if found.is_data(cells, apart=apart) and not (number == found.first + 1 and self._explains(cells)):
            self._last = number
            if self.apart:
                self.apart[1] += 1
            return bool(self.apart)
        self.count += 1
        if len(self.first) < SAID:
            said = " ".join(filter(None, map(as_text, cells)))
            self.first.append((number, said[:LONGEST]))
        return True

    def _explains(self, cells: Sequence[Any]) -> bool:
        return self.found.is_column_numbers(cells) or self.found.is_instruction(cells)


def stage_lines(batch: ImportBatch, lines: Iterable[str]) -> None:
    """Store rows given in COPY's text format, without the batch."""
    start = f"{batch.pk}\t"
    copy(_COPY, "".join([f"{start}{line}\n" for line in lines]))


def _text(line: Line, raw: str) -> str:
    """A line of COPY."""
    kind = line.kind
    if kind == NEW:
        key = "\\N" if line.key is None else line.key
        return f"{line.number}\t{NEW}\t{_escaped(raw)}\t0\t{{}}\t[]\t{key}"
    wrong = {key: [error.reason, error.suggestion] for key, error in line.wrong.items()}
    told = f"{_json(wrong)}\t{_json(line.changes)}"
    return f"{line.number}\t{kind}\t{_escaped(raw)}\t{line.twin}\t{told}\t\\N"


def _json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    if not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    return _escaped(json.dumps(value, ensure_ascii=False))


def _escaped(text: str) -> str:
    """JSON holds no tabs or line ends of its own; only the backslash means something to COPY."""
    return text.replace("\\", "\\\\")
