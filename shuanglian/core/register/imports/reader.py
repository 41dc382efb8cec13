"""Run by ``workbook`` as a process of its own: a workbook on standard input, its rows as lines of JSON on standard output.

It loads neither Django nor settings. Memory and processor time are limited before the first byte is read; what lies in the
file waits on disk, so that a long sheet takes no more memory than a short one (``shown``). It answers twice: first the
beginning of every sheet that shows something, then, when it is told which one and where its data begin, that sheet row by
row: with what cells merged downwards and marks like 同上 stand for, and with the errors of formulas (``marks``).
"""

import datetime as dt
import json
import resource
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

import python_calamine as calamine

from shuanglian.core.register.imports.shown import Book, Row, Sheet

MEMORY = 1024 * 1024 * 1024  # bytes of address space, Python and calamine included
SECONDS = 45
BLANK_TAIL = 40  # rows of title, notes and the like that do not count as data
HEAD = 30  # rows of each sheet that the first answer shows
LARGEST_FILE = 1024 * 1024 * 1024  # bytes on disk
MOST_TEXT = 200_000_000  # characters of all rows together: one long text may stand in a million cells
ABOVE = frozenset({"同上", "〃", "″", "＂", '"', "”", "“", "''", "′′"})  # the same as in the row above
_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=lambda cell: _moment(cell)
).encode


def main(most_rows: int, most_columns: int) -> None:
    """First line ``{"sheets": [...]}``; then, to the number of a sheet, its rows and ``{"end": true}``.

    In place of any line ``{"refused": reason}``.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
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
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as room:
        _take_in(file)
        book, sheets, last = Book(file, room), list[dict[str, Any]](), -1
        for last in book.shown:
            sheet = book.sheet(last)
            if about := _about(sheet, most_rows, most_columns):
                sheets.append({"at": last, **about})
        if not sheets:
            yield _encode({"refused": "empty"})
            return
        _say({"sheets": sheets})
        chosen, first = map(int, (sys.stdin.buffer.readline() or b"-1 0").split())
        if chosen >= 0:
            sheet = sheet if chosen == last else book.sheet(chosen)
            most = next(about["rows"] for about in sheets if about["at"] == chosen)
            yield from _lines(sheet, first, most, most_columns)


def _take_in(file: IO[bytes]) -> None:
    """The file comes in pieces, each after a line with its size; the last is empty."""
    while size := int(sys.stdin.buffer.readline()):
        file.write(sys.stdin.buffer.read(size))
    file.flush()


def _about(sheet: Sheet, most_rows: int, most_columns: int) -> dict[str, Any]:
    """Name, size and beginning of a sheet, or why it cannot be used; nothing when it only looks filled."""
    rows, columns = sheet.size
    if rows > most_rows + BLANK_TAIL or columns > most_columns:  # by a blank typed far away, perhaps
        rows, columns = _filled(sheet)
    if not rows:
        return {}
    about: dict[str, Any] = {"name": sheet.name, "rows": rows, "head": []}
    if rows > most_rows + BLANK_TAIL:
        return about | {"refused": "rows"}
    if columns > most_columns:
        return about | {"refused": "columns"}
    beginning = sheet.rows()
    return about | {"head": [next(beginning, [])[:columns] for _ in range(min(HEAD, rows))]}


def _filled(sheet: Sheet) -> tuple[int, int]:
    """How many rows and columns reach to the last cell that shows something."""
    rows = columns = 0
    for number, row in enumerate(sheet.rows(), start=1):
        if any(row) and (width := _width(row)):
            rows, columns = number, max(columns, width)
    return rows, columns


def _width(row: Row) -> int:
    """How many columns reach to the last cell of a row that shows something."""
    width = len(row)
    while width and (row[width - 1] == "" or not str(row[width - 1]).strip()):
        width -= 1
    return width


def _lines(sheet: Sheet, first: int, most: int, most_columns: int) -> Iterator[str]:
    written, hidden, merged = 0, 0, _merged(sheet, first)
    above: Row = []
    held: dict[int, tuple[int, Any]] = {}
    for at, row in enumerate(islice(sheet.rows(), most)):
        if len(row) > most_columns:
            if _width(row) > most_columns:  # below the beginning that was looked at
                yield _encode({"refused": "columns"})
                return
            del row[most_columns:]
        if at >= first:
            sheet.marks.put(at, row)
            hidden += at in sheet.marks.hidden and any(row)
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


def _merged(sheet: Sheet, first: int) -> dict[int, list[tuple[int, int]]]:
    """Where cells of one column are merged downwards: first row → places with their last rows."""
    found = defaultdict(list)
    for (top, left), (bottom, right) in sheet.merged:
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


def _moment(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        return {"t": cell.isoformat()}
    return {"d": cell.isoformat()} if isinstance(cell, dt.date) else str(cell)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(_encode(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
