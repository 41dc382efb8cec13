"""Run by ``workbook`` as a process of its own: a workbook on standard input, its cells as JSON on standard output.

It imports nothing of ours. Memory and processor time are limited before the first byte is read.
"""

import datetime as dt
import io
import json
import resource
import sys
from typing import Any

import python_calamine as calamine

MEMORY = 1024 * 1024 * 1024  # bytes of address space, Python and calamine included
SECONDS = 45
BLANK_TAIL = 20  # rows of title, notes and the like that do not count as data


def main(most_rows: int, most_columns: int) -> None:
    """Answer ``{"rows": [...]}`` or ``{"refused": reason}``."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = _read(sys.stdin.buffer.read(), most_rows, most_columns)
    except calamine.PasswordError:
        answer = {"refused": "password"}
    except (calamine.CalamineError, OSError, ValueError):
        answer = {"refused": "broken"}
    json.dump(answer, sys.stdout, ensure_ascii=False, separators=(",", ":"))


def _read(data: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for index in range(len(book.sheet_names)):
        sheet = book.get_sheet_by_index(index)
        if sheet.end is None:
            continue
        last_row, last_column = sheet.end
        if last_row >= most_rows + BLANK_TAIL:
            return {"refused": "rows"}
        if last_column >= most_columns:
            return {"refused": "columns"}
        return {"rows": [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]}
    return {"refused": "empty"}


def _plain(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        return {"t": cell.isoformat()}
    if isinstance(cell, dt.date):
        return {"d": cell.isoformat()}
    if isinstance(cell, (dt.time, dt.timedelta)):
        return str(cell)
    return None if cell == "" else cell


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
