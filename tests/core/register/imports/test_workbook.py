import io
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shuanglian.core.register.imports import workbook

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


def table_of(data):
    """All rows of the first sheet."""
    with workbook.opened(data) as opened:
        return [cells for _, cells in opened.rows(opened.sheets[0])]


def refusal(call, *args):
    with pytest.raises(ValidationError) as refused:
        call(*args)
    return refused.value.messages[0]


def test_cells_come_as_what_they_are():
    import datetime as dt  # noqa: PLC0415

    table = table_of(book([], [None, "甲", 3, 2.5, True, dt.date(2026, 3, 5)]))

    assert table == [
        [""] * 6,
        ["", "甲", 3.0, 2.5, True, dt.date(2026, 3, 5)],
    ]


def test_an_empty_first_sheet_is_passed_over():
    made = Workbook()
    made.create_sheet("数据").append(["甲", "乙"])
    out = io.BytesIO()
    made.save(out)

    assert table_of(out.getvalue()) == [["甲", "乙"]]


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (b"", "这个文件是空的"),
        (b"\xff\xd8\xff\xe0 JFIF", "这是一张图片"),
        (b"\x89PNG\r\n", "这是一张图片"),
        (b"%PDF-1.7", "这是 PDF 文件"),
        (b"Rar!\x1a\x07", "这是压缩包"),
        (b"  <html><table><tr><td>1</td></tr></table>", "这是网页导出的表格，不是真正的 Excel 文件"),
        ("\ufeff组织名称,类别\n甲,乙".encode(), "这是文本文件（例如 CSV）"),
        (b"\x00\x01\x02", "这不是 Excel 文件"),
        (b"PK\x03\x04 broken", "这个文件读不了，可能已损坏"),
    ],
)
def test_what_is_not_a_workbook_is_refused_by_its_bytes(data, start):
    sentence = refusal(workbook.accept, upload(data))

    assert sentence.startswith(start), sentence


def packed(**parts):
    """A zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("part", "start"),
    [
        ("word/document.xml", "这不是 Excel 文件"),
        ("content.xml", "这是 OpenDocument 表格（.ods），不是 Excel 文件"),
        ("xl/vbaProject.bin", "这个文件带有宏"),
        ("xl/externalLinks/externalLink1.xml", "这个文件引用了别的文件"),
    ],
)
def test_packages_with_what_no_ledger_has_are_refused(part, start):
    assert refusal(workbook.accept, upload(packed(**{part: "x"}))).startswith(start)


def test_old_workbooks_with_macros_are_refused():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le")

    assert refusal(workbook.accept, upload(data)) == workbook.REFUSALS["macros"]


def test_a_bomb_that_lies_about_its_size_takes_nothing_down():
    """The directory says a thousand bytes; unpacked it is a text of more than a gigabyte."""
    bomb = zlib.compressobj(6, zlib.DEFLATED, -15)
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
    body = bomb.compress(head) + bomb.flush(zlib.Z_FULL_FLUSH)
    body += (bomb.compress(b"x" * 2**24) + bomb.flush(zlib.Z_FULL_FLUSH)) * 80 + bomb.flush()
    made = book(["x"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(
                part.filename, b"@" * 1000 if part.filename == "xl/worksheets/sheet1.xml" else old.read(part)
            )
    data = bytearray(out.getvalue())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
        start = info.header_offset + 30 + len(info.filename)
        end, directory = start + info.compress_size, archive.start_dir
    grown = len(body) - info.compress_size
    data[start:end] = body
    data[info.header_offset + 18 : info.header_offset + 22] = len(body).to_bytes(4, "little")
    _move_directory(data, directory + grown, info.filename, len(body), grown)

    assert refusal(table_of, bytes(data)) == workbook.REFUSALS["broken"]


def _move_directory(data, directory, name, size, grown):
    """Let the directory know the new size of one packed part, and where the parts after it and itself now start."""
    at, reached = directory, False
    while data[at : at + 4] == b"PK\x01\x02":
        length = int.from_bytes(data[at + 28 : at + 30], "little")
        more = int.from_bytes(data[at + 30 : at + 32], "little") + int.from_bytes(
            data[at + 32 : at + 34], "little"
        )
        if reached:
            moved = int.from_bytes(data[at + 42 : at + 46], "little") + grown
            data[at + 42 : at + 46] = moved.to_bytes(4, "little")
        if data[at + 46 : at + 46 + length].decode() == name:
            data[at + 20 : at + 24], reached = size.to_bytes(4, "little"), True
        at += 46 + length + more
    data[at + 16 : at + 20] = directory.to_bytes(4, "little")


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
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="150000"><c r="A150000"><v>1</v></c></row>', "rows"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="ZZ1"><v>1</v></c></row>', "columns"),
        ("", "empty"),
    ],
)
def test_tables_that_are_too_long_too_wide_or_empty_are_refused(rows, reason):
    assert refusal(table_of, book_with_sheet(SHEET.format(rows))) == workbook.REFUSALS[reason]


def test_a_sheet_that_claims_the_whole_grid_takes_nothing_down():
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    assert refusal(table_of, book_with_sheet(SHEET.format(corners))) in (
        workbook.REFUSALS["broken"],
        workbook.REFUSALS["rows"],
    )


def test_broken_files_are_refused():
    assert refusal(table_of, b"PK\x03\x04 broken") == workbook.REFUSALS["broken"]
    assert refusal(table_of, book_with_sheet("<worksheet>")) in (
        workbook.REFUSALS["broken"],
        workbook.REFUSALS["empty"],
    )


def test_a_file_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(workbook, "PATIENCE", 0.001)

    assert refusal(table_of, book(["x"])) == workbook.REFUSALS["broken"]
