import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shuanglian.core.register import workbook

SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def book(*rows):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def book_with_sheet(xml):
    """A workbook whose first sheet is this XML, whatever it says."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(["x"]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            data = xml if part.filename == "xl/worksheets/sheet1.xml" else old.read(part)
            new.writestr(part.filename, data)
    return out.getvalue()


def upload(data, name="a.xlsx"):
    return SimpleUploadedFile(name, data)


def refusal(call, *args):
    with pytest.raises(ValidationError) as refused:
        call(*args)
    return refused.value.messages[0]


def test_cells_come_as_what_they_are():
    import datetime as dt  # noqa: PLC0415

    table = workbook.table_of(book([], [None, "甲", 3, 2.5, True, dt.date(2026, 3, 5)]))

    assert table == [
        [None] * 6,
        [None, "甲", 3.0, 2.5, True, dt.date(2026, 3, 5)],
    ]


def test_an_empty_first_sheet_is_passed_over():
    made = Workbook()
    made.create_sheet("数据").append(["甲", "乙"])
    out = io.BytesIO()
    made.save(out)

    assert workbook.table_of(out.getvalue()) == [["甲", "乙"]]


def test_what_is_not_a_workbook_is_refused_by_its_bytes():
    assert refusal(workbook.accept, upload(b"")) == "这个文件是空的，请重新选择"
    assert refusal(workbook.accept, upload(b"<table><tr><td>1</td></tr></table>", "a.xls")).startswith(
        "这不是 Excel 文件"
    )
    assert refusal(workbook.accept, upload(b"PK\x03\x04 broken")) == workbook.REFUSALS["broken"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "x")
    assert refusal(workbook.accept, upload(out.getvalue())) == "这不是 Excel 文件，请选择 .xlsx 或 .xls 文件"


def test_files_that_are_too_large_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "LARGEST", 1024 * 1024)

    assert (
        refusal(workbook.accept, upload(b"PK\x03\x04" + b"0" * 1024 * 1280))
        == "文件不能超过 1 MB，这个有 1.3 MB"
    )


def test_locked_files_are_refused():
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")

    assert refusal(workbook.accept, upload(locked)) == "这个文件加了打开密码，请去掉密码后再传"


def test_files_that_unpack_to_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "UNPACKED", 1000)

    assert refusal(workbook.accept, upload(book(["x"]))).startswith("这个文件展开后太大")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="30000"><c r="A30000"><v>1</v></c></row>', "rows"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="ZZ1"><v>1</v></c></row>', "columns"),
        ("", "empty"),
    ],
)
def test_tables_that_are_too_long_too_wide_or_empty_are_refused(rows, reason):
    assert refusal(workbook.table_of, book_with_sheet(SHEET.format(rows))) == workbook.REFUSALS[reason]


def test_a_sheet_that_claims_the_whole_grid_takes_nothing_down():
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    assert refusal(workbook.table_of, book_with_sheet(SHEET.format(corners))) in (
        workbook.REFUSALS["broken"],
        workbook.REFUSALS["rows"],
    )


def test_broken_files_are_refused():
    assert refusal(workbook.table_of, b"PK\x03\x04 broken") == workbook.REFUSALS["broken"]
    assert refusal(workbook.table_of, book_with_sheet("<worksheet>")) in (
        workbook.REFUSALS["broken"],
        workbook.REFUSALS["empty"],
    )


def test_a_file_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(workbook, "PATIENCE", 0.001)

    assert refusal(workbook.table_of, book(["x"])) == workbook.REFUSALS["broken"]
