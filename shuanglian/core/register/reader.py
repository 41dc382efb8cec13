"""Run by ``workbook`` as a process of its own: a workbook on standard input, its rows as lines of JSON on standard output.

It imports nothing of ours. Memory and processor time are limited before the first byte is read. It answers twice: first
the beginning of every sheet that shows something, then, when it is told which one and where its data begin, that sheet
row by row: with what cells merged downwards and marks like 同上 stand for, and with the errors of formulas, which calamine
gives as blank.
"""

import datetime as dt
import io
import json
import re
import resource
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

import python_calamine as calamine

MEMORY = 1024 * 1024 * 1024  # bytes of address space, Python and calamine included
SECONDS = 45
BLANK_TAIL = 40  # rows of title, notes and the like that do not count as data
HEAD = 30  # rows of each sheet that the first answer shows
MOST_SHEETS = 30
MOST_TEXT = 200_000_000  # characters of all rows together: one long text may stand in a million cells
ABOVE = frozenset({"同上", "〃", "″", "＂", '"', "”", "“", "''", "′′"})  # the same as in the row above
UNCOUNTED = "#?"  # a formula that was never worked out
PIECE = 1 << 20  # bytes of XML looked through at once
Row: TypeAlias = list[Any]
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"[^>]*? t="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)</v>'
)
_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"((?: (?!t="str")[a-z]+="[^"]*")*)>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)(?:<v></v>|<v ?/>)?</c>'
)
_HIDDEN = re.compile(rb'<row r="(\d+)"[^>]*? hidden="(?:1|true)"')
_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=lambda cell: _moment(cell)
).encode


def main(most_rows: int, most_columns: int) -> None:
    """First line ``{"sheets": [...]}``; then, to the number of a sheet, its rows and ``{"end": true}``.

    In place of any line ``{"refused": reason}``.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for line in _answer(most_rows, most_columns):
            sys.stdout.write(line + "\n")
    except calamine.PasswordError:
        _say({"refused": "password"})
    except (calamine.CalamineError, OSError, ValueError, MemoryError):
        _say({"refused": "broken"})
    sys.stdout.flush()


def _answer(most_rows: int, most_columns: int) -> Iterator[str]:
    size = int(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read(size)
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    shown = [
        at
        for at, sheet in enumerate(book.sheets_metadata)
        if sheet.visible == calamine.SheetVisibleEnum.Visible
        and sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    sheets, last = [], -1
    for last in shown[:MOST_SHEETS]:
        sheet = book.get_sheet_by_index(last)
        if sheet.end is not None and (about := _about(sheet, most_rows, most_columns)):
            sheets.append({"at": last, **about})
    if not sheets:
        yield _encode({"refused": "empty"})
        return
    _say({"sheets": sheets})
    chosen, first = map(int, (sys.stdin.buffer.readline() or b"-1 0").split())
    if chosen >= 0:
        sheet = sheet if chosen == last else book.get_sheet_by_index(chosen)
        most = next(about["rows"] for about in sheets if about["at"] == chosen)
        yield from _lines(sheet, first, most, _marks(data, sheet.name))


def _about(sheet: calamine.CalamineSheet, most_rows: int, most_columns: int) -> dict[str, Any]:
    """Name, size and beginning of a sheet, or why it cannot be used; nothing when it only looks filled."""
    rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
    if rows > most_rows or columns > most_columns:  # a blank typed far away makes a sheet look large
        rows, columns = _filled(sheet)
    if not rows:
        return {}
    about: dict[str, Any] = {"name": sheet.name, "rows": rows, "head": []}
    if rows > most_rows + BLANK_TAIL:
        return about | {"refused": "rows"}
    if columns > most_columns:
        return about | {"refused": "columns"}
    beginning = _rows(sheet)
    return about | {"head": [next(beginning, [])[:columns] for _ in range(min(HEAD, rows))]}


def _filled(sheet: calamine.CalamineSheet) -> tuple[int, int]:
    """How many rows and columns reach to the last cell that shows something."""
    rows = columns = 0
    for number, row in enumerate(_rows(sheet), start=1):
        if not any(row):
            continue
        width = len(row)
        while width and (row[width - 1] == "" or not str(row[width - 1]).strip()):
            width -= 1
        if width:
            rows, columns = number, max(columns, width)
    return rows, columns


def _lines(sheet: calamine.CalamineSheet, first: int, most: int, marks: "Marks") -> Iterator[str]:
    written, hidden, merged = 0, 0, _merged(sheet, first)
    above: Row = []
    held: dict[int, tuple[int, Any]] = {}
    for at, row in enumerate(_rows(sheet)):
        if at >= most:
            break
        if at >= first:
            marks.put(at, row)
            hidden += at in marks.hidden and any(row)
            _fill(row, at, above, held, merged)
            above = row if any(row) else above
        line = _encode(row)
        if "\\u0000" in line:  # the database keeps no NUL
            line = _encode([cell.replace("\0", "") if isinstance(cell, str) else cell for cell in row])
        written += len(line)
        if written > MOST_TEXT:
            yield _encode({"refused": "large"})
            return
        yield line
    yield _encode({"end": True, "hidden": hidden})


def _merged(sheet: calamine.CalamineSheet, first: int) -> dict[int, list[tuple[int, int]]]:
    """Where cells of one column are merged downwards: first row → places with their last rows."""
    found = defaultdict(list)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and bottom > top >= first:
            found[top].append((left, bottom))
    return found


def _fill(
    row: Row,
    at: int,
    above: Row,
    held: dict[int, tuple[int, Any]],
    merged: dict[int, list[tuple[int, int]]],
) -> None:
    """Put into a row what merged cells and marks say; ``held`` are the merged cells that still reach down.

    A row that says nothing itself stays blank: cells are merged over spare rows too.
    """
    says = any(row)
    for place, (bottom, value) in list(held.items()):
        if says and place < len(row):
            row[place] = value
        if at >= bottom:
            del held[place]
    for place, bottom in merged.get(at, ()):
        if place < len(row):
            held[place] = (bottom, row[place])
    if above and not ABOVE.isdisjoint(row):
        row[:] = [
            above[place] if cell in ABOVE and place < len(above) else cell for place, cell in enumerate(row)
        ]


class Marks:
    """What calamine does not tell: the errors of formulas by row and place, and which rows are hidden."""

    def __init__(self) -> None:
        self.cells: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self.hidden: set[int] = set()

    def look(self, xml: bytes) -> None:
        """Take in a piece of a sheet."""
        if b' t="e"' in xml:
            for letters, number, text in _ERROR.findall(xml):
                self.cells[int(number) - 1].append((_place(letters), text.decode()))
        if b"</f><" in xml:
            for letters, number, _ in _FORMULA.findall(xml):
                self.cells[int(number) - 1].append((_place(letters), UNCOUNTED))
        if b' hidden="' in xml:
            self.hidden.update(int(number) - 1 for number in _HIDDEN.findall(xml))

    def put(self, at: int, row: Row) -> None:
        """Write the errors of a row into its blank cells."""
        for place, text in self.cells.get(at, ()):
            if place < len(row) and row[place] == "":
                row[place] = text


def _marks(data: bytes, name: str) -> Marks:
    """The marks of a sheet; none where the file is not of XML or is put together unusually."""
    marks = Marks()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts, parts.open(_part(parts, name)) as part:
            rest = b""
            while piece := part.read(PIECE):
                xml = rest + piece
                cut = max(xml.rfind(b"<c "), xml.rfind(b"<row "), len(xml) - PIECE)
                marks.look(xml[:cut])
                rest = xml[cut:]
            marks.look(rest)
    except (zipfile.BadZipFile, KeyError, StopIteration, ET.ParseError, UnicodeDecodeError, OSError):
        return Marks()
    return marks


def _part(parts: zipfile.ZipFile, name: str) -> str:
    """Which part of the package is the sheet of this name."""
    sheets = ET.fromstring(parts.read("xl/workbook.xml")).iterfind(".//{*}sheet")  # noqa: S314 (limited process)
    sheet = next(sheet for sheet in sheets if sheet.get("name") == name)
    wanted = next(value for key, value in sheet.items() if key.endswith("}id"))
    links = ET.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = next(link.get("Target", "") for link in links if link.get("Id") == wanted)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _place(letters: bytes) -> int:
    """The index of a column: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


def _rows(sheet: calamine.CalamineSheet) -> Iterator[Row]:
    """Every row from the first of the sheet; empty columns on the left keep their place."""
    left = [""] * sheet.start[1] if sheet.start else []
    return (left + row for row in sheet.iter_rows()) if left else iter(sheet.iter_rows())


def _moment(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        return {"t": cell.isoformat()}
    return {"d": cell.isoformat()} if isinstance(cell, dt.date) else str(cell)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(_encode(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
