"""Run by ``workbook`` as a process of its own: a workbook on standard input, its rows as lines of JSON on standard output.

It imports nothing of ours. Memory and processor time are limited before the first byte is read. It answers twice: first
the beginning of every sheet that shows something, then, when it is told which one, that sheet row by row.
"""

import datetime as dt
import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any, TypeAlias

import python_calamine as calamine

MEMORY = 1024 * 1024 * 1024  # bytes of address space, Python and calamine included
SECONDS = 45
BLANK_TAIL = 40  # rows of title, notes and the like that do not count as data
HEAD = 30  # rows of each sheet that the first answer shows
MOST_SHEETS = 30
MOST_TEXT = 200_000_000  # characters of all rows together: one long text may stand in a million cells
Row: TypeAlias = list[Any]
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
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read(size)))
    shown = [
        at
        for at, sheet in enumerate(book.sheets_metadata)
        if sheet.visible == calamine.SheetVisibleEnum.Visible
        and sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    sheets, last = [], -1
    for last in shown[:MOST_SHEETS]:
        sheet = book.get_sheet_by_index(last)
        if sheet.end is not None:
            sheets.append({"at": last, **_about(sheet, most_rows, most_columns)})
    if not sheets:
        yield _encode({"refused": "empty"})
        return
    _say({"sheets": sheets})
    chosen = int(sys.stdin.buffer.readline() or b"-1")
    if chosen >= 0:
        yield from _lines(sheet if chosen == last else book.get_sheet_by_index(chosen))


def _about(sheet: calamine.CalamineSheet, most_rows: int, most_columns: int) -> dict[str, Any]:
    """Name, size and beginning of a sheet, or why it cannot be used."""
    about: dict[str, Any] = {"name": sheet.name, "rows": sheet.end[0] + 1, "head": []}
    if sheet.end[0] >= most_rows + BLANK_TAIL:
        return about | {"refused": "rows"}
    if sheet.end[1] >= most_columns:
        return about | {"refused": "columns"}
    rows = _rows(sheet)
    return about | {"head": [next(rows, []) for _ in range(min(HEAD, about["rows"]))]}


def _lines(sheet: calamine.CalamineSheet) -> Iterator[str]:
    written = 0
    for row in _rows(sheet):
        line = _encode(row)
        if "\\u0000" in line:  # the database keeps no NUL
            line = _encode([cell.replace("\0", "") if isinstance(cell, str) else cell for cell in row])
        written += len(line)
        if written > MOST_TEXT:
            yield _encode({"refused": "large"})
            return
        yield line
    yield _encode({"end": True})


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
