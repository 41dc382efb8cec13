"""A long sheet read in pieces says what it says when it is held whole."""

import datetime as dt
import io
import tempfile
import zipfile
from contextlib import contextmanager

import pytest
import xlsxwriter

from shuanglian.core.register.imports import cutting, shown

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def written(fill, **options):
    """A workbook of one sheet, filled by xlsxwriter."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        fill(book, book.add_worksheet("台账"))
    return out.getvalue()


def with_sheet(xml):
    """A workbook whose first sheet is this XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written(lambda *_: None))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, xml if part == "xl/worksheets/sheet1.xml" else old.read(part))
    return out.getvalue()


@contextmanager
def opened(data):
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as room:
        file.write(data)
        file.flush()
        yield shown.Book(file, room)


def read(data):
    """The kind of the first sheet; its rows with the errors put in, from one walk and from the next; what is hidden; what
    is merged.
    """
    with opened(data) as book:
        sheet = book.sheet(0)
        once = list(sheet.rows())
        rows, hidden = [], 0
        for at, row in enumerate(sheet.rows()):
            sheet.marks.put(at, row)
            hidden += at in sheet.marks.hidden
            rows.append(row)
        assert len(once) == len(rows)
        return type(sheet).__name__, rows, hidden, sheet.merged


def both(data, monkeypatch):
    """What is read whole and in pieces of 2,000 bytes."""
    whole = read(data)
    monkeypatch.setattr(shown, "LONG", 100)
    monkeypatch.setattr(cutting, "PIECE", 2_000)
    return whole, read(data)


def many_kinds(book, page):
    day, share = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "0.0%"})
    page.write_row(0, 0, ["名称", "日期", "人数", "比例", "是否", "算式", "富文本"])
    for n in range(1, 200):
        page.set_row(n, None, None, {"hidden": n == 60})
        page.write_string(n, 0, f"企业 {n} <&> 甲")
        page.write_datetime(n, 1, dt.date(2026, 3, 1 + n % 28), day)
        page.write_number(n, 2, n * 1.5)
        page.write_number(n, 3, n / 200, share)
        page.write_boolean(n, 4, n % 2)
        if n == 50:
            page.write_rich_string(n, 6, "前", book.add_format({"bold": True}), "后")
        page.write_formula(n, 5, f"=C{n}*2", None, "#N/A" if n % 7 == 0 else n)
        if n == 150:
            page.merge_range("I151:I154", "合并")
    page.write(199, 9, "远")


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}, {"date_1904": True}])
def test_cells_of_every_kind_are_the_same(options, monkeypatch):
    (held, *whole), (cut, *pieces) = both(written(many_kinds, **options), monkeypatch)

    assert (held, cut) == ("_Whole", "_InPieces")
    rows = [row + [""] * (10 - len(row)) for row in pieces[0]]  # as wide as the first piece, or wider
    assert [rows, *pieces[1:]] == whole
    assert (pieces[1], pieces[2]) == (1, [((150, 8), (153, 8))])
    assert rows[7][5] == "#N/A"


def test_rows_left_out_and_empty_columns_on_the_left_keep_their_places(monkeypatch):
    def far_apart(book, page):
        for row in (3, 4, 5, 900, 2_500, 2_501):
            page.write_row(row, 2, ["甲" * 50, row])

    (_, whole, *_), (cut, pieces, *_) = both(written(far_apart), monkeypatch)

    assert cut == "_InPieces"
    assert pieces == whole
    assert pieces[2_500] == ["", "", "甲" * 50, 2_500]


def test_a_package_with_a_long_and_a_short_sheet_keeps_both_in_place(monkeypatch):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("说明").write(0, 0, "说明")
        for name in ("一", "二"):
            page = book.add_worksheet(name)
            for n in range(100):
                page.write_row(n, 0, [name, n])
    monkeypatch.setattr(shown, "LONG", 2_000)
    monkeypatch.setattr(cutting, "PIECE", 1_000)

    with opened(out.getvalue()) as found:
        sheets = [found.sheet(at) for at in found.shown]
        kinds = [type(sheet).__name__ for sheet in sheets]
        rows = [list(sheet.rows()) for sheet in sheets]

    assert kinds == ["_Whole", "_InPieces", "_InPieces"]
    assert rows == [[["说明"]], [["一", n] for n in range(100)], [["二", n] for n in range(100)]]


@pytest.mark.parametrize(
    "xml",
    [
        HEAD.replace("xmlns", "xmlns:x").replace("<w", "<x:w")
        + "<x:sheetData>{}</x:sheetData></x:worksheet>",
        '<?xml version="1.0" encoding="GBK"?>' + HEAD + "<sheetData>{}</sheetData></worksheet>",
        HEAD + "<sheetData><!-- <row > -->{}</sheetData></worksheet>",
        HEAD + '<sheetData><row><c t="str"><v>a</v></c></row>{}</sheetData></worksheet>',
        HEAD + '<sheetData>{}<row r="3"><c r="A3"><v>1</v></c></row></sheetData></worksheet>',
        HEAD + "<sheetData>{}",
    ],
    ids=["prefix", "encoding", "comment", "numberless", "backwards", "torn"],
)
def test_what_is_put_together_unusually_is_not_cut(xml, monkeypatch):
    """It is calamine's to read, or to refuse."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 200))
    monkeypatch.setattr(shown, "LONG", 100)
    monkeypatch.setattr(cutting, "PIECE", 2_000)
    cut = cutting.Cut()

    with (
        zipfile.ZipFile(io.BytesIO(with_sheet(xml.format(rows)))) as package,
        pytest.raises(cutting.UnusualError),
    ):
        cutting.cut(package, {"xl/worksheets/sheet1.xml": cut}, io.BytesIO())


def test_a_sheet_that_cannot_be_cut_is_held_whole(monkeypatch):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 200))
    data = with_sheet(f"{HEAD}<sheetData><!-- von Hand -->{rows}</sheetData></worksheet>")

    whole, uncut = both(data, monkeypatch)

    assert whole == uncut
    assert (uncut[0], len(uncut[1])) == ("_Whole", 199)


def test_a_long_sheet_of_formats_alone_shows_nothing(monkeypatch):
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(1, 200))

    (_, *whole), (cut, *pieces) = both(
        with_sheet(f"{HEAD}<sheetData>{rows}</sheetData></worksheet>"), monkeypatch
    )

    assert cut == "_InPieces"
    assert pieces == whole == [[], 0, []]
