"""Write sheets as the handbook's ledgers want them (2.4): title, unit and date, headings, data from row 4.

Nothing typed by a person can become a formula; codes stay text; memory is flat in the number of rows.
"""

import csv
import datetime as dt
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from inspect import unwrap
from typing import IO, Any

import xlsxwriter
from django.db.models import Model

from shuanglian.core.clock import today
from shuanglian.core.dictionary import office
from shuanglian.core.register.columns import Column
from shuanglian.core.register.declare import Register

NUMBER = "序号"
MOST_ROWS = 5_000  # as an answer to a press; more is a job (exporting.py)
MOST_IN_FILE = 1_000_000  # what a sheet of Excel holds, less its heading
CHUNK = 2_000  # rows fetched at once
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LOOKS_LIKE_A_NUMBER = re.compile(r"0\d+|\d{12,}|\d+[eE]\d+")
_WIDEST = 40


def write_xlsx(
    register: Register, rows: Iterable[Model], user: Any, out: IO[bytes] | None = None
) -> IO[bytes]:
    """The ledger as a workbook in ``out`` or a file without a name, at its beginning, ready to be sent."""
    columns = register.sheet_columns()
    heads = [NUMBER, *(column.heading for column in columns)]
    out = out or _scratch()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet(register.sheet_title[:31].translate(_NOT_IN_NAMES))
        _write_head(book, page, register, heads, columns)
        cells = [
            (at, *both)
            for at, both in enumerate(zip(_cells(columns, user), _formats(book, columns), strict=True), 1)
        ]
        write_string = partial(unwrap(type(page).write_string), page)  # without looking for addresses like A1
        for number, row in enumerate(rows, start=1):
            line = 2 + number
            page.write_number(line, 0, number)
            for at, cell, form in cells:
                value = cell(row)
                if value.__class__ is not str:
                    put(page, line, at, value, form)
                elif value:
                    write_string(line, at, value, form)
    out.seek(0)
    return out


def write_csv(
    register: Register, rows: Iterable[Model], user: Any, out: IO[bytes] | None = None
) -> IO[bytes]:
    """Headings and data as CSV that Excel opens as Chinese (with BOM); what looks like a formula gets a quote."""
    columns = register.sheet_columns()
    out = out or _scratch()
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([NUMBER, *(column.heading for column in columns)])
    cells = _cells(columns, user)
    for number, row in enumerate(rows, start=1):
        writer.writerow([number, *(_csv_cell(cell(row)) for cell in cells)])
    text.flush()
    text.detach()
    out.seek(0)
    return out


def write_failed(title: str, heads: list[str], rows: Iterator[tuple[int, list[Any], str]]) -> IO[bytes]:
    """The rows that were not written, as they were, with their row number and the reason; it can be imported again."""
    out = _scratch()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet("要修改的行")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        page.set_column(0, len(heads), 18)
        page.set_column(len(heads), len(heads) + 1, 44)
        page.write_string(0, 0, f"{title}：没有写入的行，改好后可以直接再导入", bold)
        for at, head in enumerate([*heads, "原来的行号", "要改什么"]):
            page.write_string(1, at, head, bold)
        for line, (number, cells, reason) in enumerate(rows, start=2):
            for at, value in enumerate(cells[: len(heads)]):
                put(page, line, at, value, day if isinstance(value, dt.date) else None)
            page.write_number(line, len(heads), number)
            page.write_string(line, len(heads) + 1, reason)
    out.seek(0)
    return out


def put(page: Any, row: int, column: int, value: Any, form: Any = None) -> None:
    """Write a value as what it is; text is always text, never a formula or an address."""
    if isinstance(value, str):
        if value:
            page.write_string(row, column, value, form)
    elif value is None:
        return
    elif isinstance(value, bool):
        page.write_string(row, column, "是" if value else "否", form)
    elif isinstance(value, (int, float, Decimal)):
        page.write_number(row, column, value, form)
    elif isinstance(value, (dt.datetime, dt.date)):
        page.write_datetime(row, column, value, form)
    else:
        page.write_string(row, column, str(value), form)


def unit_line(day: str = "导出日期") -> str:
    """Row 2: who made the sheet, and when."""
    return f"填报单位：{office()}　　{day}：{today():%Y-%m-%d}"


def _cells(columns: Iterable[Column], user: Any) -> list[Callable[[Any], Any]]:
    return [column.cells(user) for column in columns]


def _scratch() -> IO[bytes]:
    """A file without a name; the response that sends it closes it."""
    return tempfile.TemporaryFile()


def _write_head(book: Any, page: Any, register: Register, heads: list[str], columns: list[Column]) -> None:
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    head = book.add_format(
        {"bold": True, "border": 1, "align": "center", "text_wrap": True, "bg_color": "#F1F1EE"}
    )
    page.set_column(0, 0, 6)
    for at, column in enumerate(columns, start=1):
        page.set_column(at, at, min(_WIDEST, max(column.width, 2 * len(column.heading) + 2)))
    page.set_row(0, 28)
    if len(heads) > 1:
        page.merge_range(0, 0, 0, len(heads) - 1, register.sheet_title, title)
    page.write_string(1, 0, unit_line())
    for at, text in enumerate(heads):
        page.write_string(2, at, text, head)
    page.freeze_panes(3, 2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)


def _formats(book: Any, columns: list[Column]) -> list[Any]:
    text = book.add_format({"num_format": "@"})
    return [
        book.add_format({"num_format": column.number_format})
        if column.number_format
        else None
        if column.numeric
        else text
        for column in columns
    ]


def _csv_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float, Decimal)):
        return value
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    text = "" if value is None else str(value)
    if _LOOKS_LIKE_A_NUMBER.fullmatch(text):
        return f"{text}\t"  # else a spreadsheet shows 18 digits as 9.1E+17 and drops the zeros in front
    return f"'{text}" if text.startswith(_FORMULA) else text


_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
