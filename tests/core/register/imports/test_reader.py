"""The child process, through the door that talks to it: what it makes of cells that calamine alone does not understand."""

import io
import re
import threading
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook
from openpyxl.styles import Font

from shuanglian.core.register.imports import workbook

HEADS = ["名称", "乡镇", "人数"]


def book(*rows, change=None):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    if change is not None:
        change(made.active)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(data, first=1):
    """The rows of the first sheet, read with its data beginning at ``first``, and how many of them are hidden."""
    with workbook.opened(data) as opened:
        rows = [cells for _, cells in opened.rows(opened.sheets[0], first)]
        return rows, opened.hidden


def test_cells_merged_downwards_say_the_same_in_every_row():
    data = book(
        HEADS,
        ["甲", "宏道镇", 1],
        ["乙", None, 2],
        ["丙", "河边镇", 3],
        change=lambda s: s.merge_cells("B2:B3"),
    )

    assert read(data)[0][1:] == [["甲", "宏道镇", 1], ["乙", "宏道镇", 2], ["丙", "河边镇", 3]]


def test_blank_rows_under_merged_cells_stay_blank():
    data = book(HEADS, ["甲", "宏道镇", 1], ["乙", None, 2], [], [], change=lambda s: s.merge_cells("B2:B5"))

    rows = read(data)[0]
    assert rows[1:3] == [["甲", "宏道镇", 1], ["乙", "宏道镇", 2]]
    assert not any(map(any, rows[3:]))


def test_cells_merged_across_or_above_the_data_say_it_once():
    def merge(page):
        page.merge_cells("A1:A2")
        page.merge_cells("A3:B3")

    assert read(book(HEADS, [None, "代码", ""], ["合计", None, 3], change=merge), first=2)[0] == [
        HEADS,
        ["", "代码", ""],
        ["合计", "", 3],
    ]


def test_marks_for_the_same_as_above_are_followed_through_blank_rows():
    rows = read(book(HEADS, ["甲", "宏道镇", 1], [], ["乙", "同上", "〃"], ["丙", '"', 3]))[0]

    assert rows[3:] == [["乙", "宏道镇", 1], ["丙", "宏道镇", 3]]


def test_errors_of_formulas_are_told():
    rows = read(book(HEADS, ["甲", "#N/A", 1], ["#REF!", "宏道镇", "#DIV/0!"]))[0]

    assert rows[1:] == [["甲", "#N/A", 1], ["#REF!", "宏道镇", "#DIV/0!"]]


def test_formulas_that_were_never_worked_out_are_told():
    assert read(book(HEADS, ["甲", '=IF(1,"宏道镇")', "=1+2"]))[0][1] == ["甲", "#?", "#?"]


def test_rows_that_the_spreadsheet_hides_are_read_and_counted():
    def hide(page):
        for row in (1, 2, 4, 9):
            page.row_dimensions[row].hidden = True

    rows, hidden = read(book(HEADS, *(["甲", "宏道镇", n] for n in range(4)), change=hide))

    assert (len(rows), hidden) == (5, 2)  # neither the headings nor a blank row below are data


def test_a_blank_typed_far_away_makes_no_long_and_no_wide_sheet():
    narrow = book(HEADS, ["甲", "宏道镇", 1], change=lambda page: page.__setitem__("XFD2", " "))
    long = book(HEADS, ["甲", "宏道镇", 1], change=lambda page: page.__setitem__("A1048576", " "))

    assert [row[:3] for row in read(narrow)[0]] == [HEADS, ["甲", "宏道镇", 1]]
    assert read(long)[0] == [HEADS, ["甲", "宏道镇", 1]]
    with workbook.opened(narrow) as opened:
        assert [(sheet.rows, sheet.refused, len(sheet.head[0])) for sheet in opened.sheets] == [(2, "", 3)]


def test_rows_that_are_only_formatted_are_no_rows():
    data = book(
        HEADS, ["甲", "宏道镇", 1], change=lambda page: setattr(page["A5000"], "font", Font(bold=True))
    )

    assert [row for row in read(data)[0] if any(row)] == [HEADS, ["甲", "宏道镇", 1]]


# ---- long sheets ----


def long_book(count, last=""):
    """A workbook of so many rows of ten texts, each of its own, made without holding them."""
    made = book(HEADS)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.namelist():
            if part != "xl/worksheets/sheet1.xml":
                new.writestr(part, old.read(part))
        with new.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            )
            for n in range(1, count + 1):
                cells = "".join(f'<c r="{c}{n}" t="str"><v>{c} {n:09}</v></c>' for c in "ABCDEFGHIJ")
                sheet.write(f'<row r="{n}">{cells}</row>'.encode())
            sheet.write(f"{last}</sheetData></worksheet>".encode())
    return out.getvalue()


def most_memory(data):
    """MiB that the child had at most, and how many rows it gave."""
    with workbook.opened(data) as opened:
        count = sum(1 for _ in opened.rows(opened.sheets[0], 1))
        thread = Path("/proc/self/task", str(threading.get_native_id()), "children")
        status = Path("/proc", thread.read_text().split()[0], "status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024, count


def test_a_sheet_of_many_rows_takes_no_more_memory_than_one_of_few():
    (few, some), (many, all_rows) = map(most_memory, (long_book(10_000), long_book(60_000)))

    assert (some, all_rows) == (10_000, 60_000)
    assert many - few < 4


def test_a_row_far_below_that_is_too_wide_is_refused():
    data = long_book(10_000, last='<row r="10001"><c r="GT10001"><v>1</v></c></row>')

    with pytest.raises(ValidationError) as refused:
        read(data)
    assert refused.value.messages == [workbook.REFUSALS["columns"]]


def test_a_blank_far_below_a_long_sheet_makes_it_no_longer():
    blank = '<row r="1048576"><c r="GT1048576" t="str"><v> </v></c></row>'
    data = long_book(10_000, last=blank)

    with workbook.opened(data) as opened:
        assert [(sheet.rows, sheet.refused) for sheet in opened.sheets] == [(10_000, "")]
        rows = [cells for _, cells in opened.rows(opened.sheets[0], 1)]
    assert (len(rows), rows[-1][0]) == (10_000, "A 000010000")
