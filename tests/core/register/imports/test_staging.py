"""Workbooks as county offices send them come in right (``tests/data/sheets``; the .xls are LibreOffice's)."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shuanglian.core import actions
from shuanglian.core.models import ImportRow
from shuanglian.core.register.imports import staging
from shuanglian.directory.models import Organization
from tests.core.register.sample import SAMPLE

pytestmark = pytest.mark.django_db
SHEETS = Path(__file__).parents[3] / "data" / "sheets"
DAY, FIRST = dt.date(2026, 3, 5), dt.date(2026, 3, 1)


@pytest.fixture
def brought(staff, town):
    """Bring one of the workbooks; gives the batch."""

    def bring(name):
        data = (SHEETS / name).read_bytes()
        return actions.open_import(SAMPLE, SimpleUploadedFile(name, data), by=staff)

    return bring


@pytest.fixture
def written(brought, staff):
    """Bring one of the workbooks and write it; gives the named facts of what is in the ledger then."""

    def write(name, *facts):
        batch = brought(name)
        wrong = {row.number: row.wrong for row in batch.rows.filter(kind="wrong")}
        assert wrong == {}
        actions.confirm_import(batch, SAMPLE, seen=batch.counts, only_valid=True, by=staff)
        return list(Organization.objects.order_by("pk").values_list(*facts))

    return write


@pytest.mark.parametrize("name", ["01-title-and-signature.xlsx", "01-title-and-signature.xls"])
def test_titles_above_and_signatures_below(written, name):
    assert written(name, "name", "kind", "division__name", "member_count") == [
        ("甲锻造厂", "private_enterprise", "蒋村镇", 3),
        ("乙法兰厂", "self_employed", "蒋村镇", 0),
    ]


@pytest.mark.parametrize("name", ["02-two-heading-rows.xlsx", "02-two-heading-rows.xls"])
def test_two_rows_of_headings_numbers_of_columns_and_totals(written, name):
    assert written(name, "name", "member_count", "division__name", "contact_name", "contact_phone") == [
        ("甲锻造厂", 3, "蒋村镇", "王晓岚", "13800138000"),
        ("乙法兰厂", 12, "宏道镇", "李建国", "0350-6022345"),
    ]


def test_full_width_and_blanks(written):
    assert written("03-full-width-and-blanks.xlsx", "name", "uscc", "member_count", "checked_on") == [
        ("甲锻造厂", "91140921MA0000001W", 12, DAY),
        ("乙法兰厂", "91140921MA00000020", 7, DAY),
    ]


@pytest.mark.parametrize("name", ["04-dates.xlsx", "04-dates.xls"])
def test_days_in_all_ways_of_writing(written, name):
    assert [day for (day,) in written(name, "checked_on")] == [DAY, FIRST, *[DAY] * 8]


def test_yes_and_no_in_all_ways_of_writing(written):
    yes, no = True, False
    assert [said for (said,) in written("05-yes-and-no.xlsx", "is_scaled")] == [
        *(yes, yes, no, no, yes, yes, no, yes, no, yes, no, yes, no)
    ]


def test_pages_with_headings_again_blank_lines_subtotals_and_numbers_without_rows(written):
    names = [(f"第{n}厂", n) for n in range(1, 7)]

    assert written("06-printed-pages.xlsx", "name", "member_count") == names


def test_the_sheet_with_the_data_is_found_and_hidden_columns_hurt_nothing(written):
    assert written("07-sheets-and-hidden-columns.xlsx", "name", "division__name") == [
        ("甲锻造厂", "蒋村镇"),
        ("乙法兰厂", "宏道镇"),
    ]


def test_marks_and_remarks_in_headings_old_names_and_units_in_cells(written):
    assert written("08-marks-in-headings.xlsx", "name", "division__name", "is_scaled", "member_count") == [
        ("甲锻造厂", "蒋村镇", True, 3),
        ("乙法兰厂", "季庄镇", False, 5),
    ]


def test_codes_that_have_lost_their_end_are_not_taken(brought):
    batch = brought("09-codes-as-numbers.xlsx")
    (row,) = batch.rows.filter(kind="wrong")

    assert batch.counts["new"] == 1
    assert row.wrong["uscc"][0].startswith("这一格在 Excel 里是数字，末尾几位已经丢失")


def test_formatted_blank_rows_are_no_rows(written):
    assert written("10-formatted-tail.xlsx", "name", "member_count") == [("甲锻造厂", 3)]


def test_data_need_not_begin_in_the_corner(written):
    assert written("11-not-at-the-corner.xlsx", "name") == [("甲锻造厂",), ("乙法兰厂",)]


def test_numbers_with_words_and_the_same_row_twice(brought):
    batch = brought("12-numbers-with-words.xlsx")
    (wrong,) = batch.rows.filter(kind="wrong")

    assert batch.counts == {"new": 2, "changed": 0, "same": 0, "twice": 1, "wrong": 1}
    assert wrong.wrong == {"member_count": ["只能填数字，如 60", "60"]}
    assert batch.rows.get(kind="twice").twin == 2


def test_pieces_go_through_all_rows_in_order(brought, monkeypatch):
    batch = brought("06-printed-pages.xlsx")
    monkeypatch.setattr(staging, "AT_ONCE", 4)

    assert [[number for number, *_ in piece] for piece in staging.pieces(batch)] == [[3, 4, 5, 9], [10, 11]]


def test_checking_again_leaves_one_set_of_rows(brought, staff):
    batch = brought("01-title-and-signature.xlsx")
    actions.fix_import(batch, SAMPLE, {"4": {"member_count": "四"}}, by=staff)

    rows = ImportRow.objects.filter(batch=batch).values_list("number", "kind")
    assert list(rows) == [(4, "wrong"), (5, "new")]
