"""The sheets of a workbook that show something, as the child process (``reader``) walks through them.

A short sheet is held by calamine as a whole. A long one is cut first (``cutting``), and held a piece at a time.
"""

import contextlib
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import IO, Any, Protocol, TypeAlias

import python_calamine as calamine

from shuanglian.core.register.imports.cutting import PIECE, Cut, Merged, UnusualError, cut, parts_of
from shuanglian.core.register.imports.marks import Marks
from shuanglian.core.register.imports.records import marks_of

LONG = 4 << 20  # bytes of a sheet, unpacked: some 4,000 rows of twenty columns
MOST_SHEETS = 30
Row: TypeAlias = list[Any]
_UNUSUAL = (zipfile.BadZipFile, KeyError, ET.ParseError, NotImplementedError, OSError, UnusualError)


class Sheet(Protocol):
    """A sheet that can be walked through again and again."""

    name: str
    size: tuple[int, int]  # rows and columns, as far as cells reach

    @property
    def merged(self) -> Merged:
        """The cells that are merged."""

    @property
    def marks(self) -> Marks:
        """At least those of the row that was given last."""

    def rows(self) -> Iterator[Row]:
        """Every row from the first of the sheet; empty columns on the left keep their place."""


class Book:
    """A workbook and the places of its visible sheets; raises what calamine raises for what is no workbook."""

    def __init__(self, file: IO[bytes], room: IO[bytes]) -> None:
        """``room``: an empty file for the package with its long sheets cut."""
        self._file = file
        self._book = calamine.CalamineWorkbook.from_path(_path(file))
        self._names = {
            at: sheet.name
            for at, sheet in enumerate(self._book.sheets_metadata)
            if sheet.visible == calamine.SheetVisibleEnum.Visible
            and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        }
        self.shown = list(self._names)[:MOST_SHEETS]
        self._parts, sizes = _parts(file)
        self._long = {part: Cut() for at in self.shown if sizes.get(part := self._part(at), 0) > LONG}
        self._first = len(self._book.sheets_metadata)
        if self._long and _cut(file, self._long, room):
            self._file, self._book = room, calamine.CalamineWorkbook.from_path(_path(room))
        else:
            self._long = {}

    def sheet(self, at: int) -> Sheet:
        """The sheet at this place."""
        part, first = self._part(at), self._first
        for name, made in self._long.items():
            if name == part:
                return _InPieces(self._names[at], self._book, made, first, self._file)
            first += len(made.parts)
        find_marks = partial(_marks, self._file, part) if part else partial(marks_of, self._file, at)
        return _Whole(self._book.get_sheet_by_index(at), find_marks)

    def _part(self, at: int) -> str:
        return self._parts.get(self._names[at], "")


class _Whole:
    def __init__(self, sheet: calamine.CalamineSheet, find_marks: Callable[[], Marks]) -> None:
        self.name, self._sheet, self._find_marks = sheet.name, sheet, find_marks
        self.size = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end is not None else (0, 0)

    @cached_property
    def merged(self) -> Merged:
        return list(self._sheet.merged_cell_ranges or ())

    @cached_property
    def marks(self) -> Marks:
        return self._find_marks()

    def rows(self) -> Iterator[Row]:
        left = [""] * self._sheet.start[1] if self._sheet.start else []
        return (left + row for row in self._sheet.iter_rows()) if left else iter(self._sheet.iter_rows())


class _InPieces:
    def __init__(
        self, name: str, book: calamine.CalamineWorkbook, made: Cut, first: int, file: IO[bytes]
    ) -> None:
        self.name, self.merged, self.marks = name, made.merged, Marks()
        self._book, self._parts, self._first, self._file = book, made.parts, first, file
        end = book.get_sheet_by_index(first).end if made.rows else None
        self.size = (made.rows, end[1] + 1) if end is not None else (made.rows, 0)

    def rows(self) -> Iterator[Row]:
        at, width = 0, self.size[1]
        with zipfile.ZipFile(self._file) as package:
            for number, part in enumerate(self._parts, start=self._first):
                sheet = self._book.get_sheet_by_index(number)
                if sheet.start is None:
                    continue
                self.marks = Marks()
                self.marks.look(package.read(part))
                yield from ([""] * width for _ in range(at, sheet.start[0]))
                left = [""] * sheet.start[1]
                right = [""] * (width - sheet.end[1] - 1)
                for row in sheet.to_python(skip_empty_area=True):
                    yield [*left, *row, *right]
                at = sheet.end[0] + 1


def _path(file: IO[bytes]) -> str:
    """A file that has no name has this one."""
    return f"/proc/self/fd/{file.fileno()}"


def _parts(file: IO[bytes]) -> tuple[dict[str, str], dict[str, int]]:
    """Sheets by name with their parts of the package, and the sizes of all parts; nothing where there is no package."""
    try:
        with zipfile.ZipFile(file) as package:
            return parts_of(package), {info.filename: info.file_size for info in package.infolist()}
    except _UNUSUAL:
        return {}, {}


def _cut(file: IO[bytes], long: dict[str, Cut], room: IO[bytes]) -> bool:
    """Write the package with its long sheets cut, if it can be."""
    try:
        with zipfile.ZipFile(file) as package:
            cut(package, long, room)
        room.flush()
    except _UNUSUAL:
        return False
    return True


def _marks(file: IO[bytes], part: str) -> Marks:
    """The marks of a whole sheet; none where the file is not of XML or is put together unusually."""
    marks = Marks()
    with contextlib.suppress(UnicodeDecodeError, *_UNUSUAL):
        with zipfile.ZipFile(file) as package, package.open(part) as sheet:
            rest = b""
            while piece := sheet.read(PIECE):
                xml = rest + piece
                end = max(xml.rfind(b"<c "), xml.rfind(b"<row "), len(xml) - PIECE)
                marks.look(xml[:end])
                rest = xml[end:]
            marks.look(rest)
        return marks
    return Marks()
