import pytest

from shuanglian.core.register.imports import table
from shuanglian.core.register.imports.chapters import Chapters, chapters_of
from shuanglian.core.register.imports.workbook import Sheet
from tests.core.register.sample import SAMPLE

HEADS = ["序号", "组织名称", "统一社会信用代码", "组织类别"]
NAMES = {"宏道镇": "宏道镇", "宏道": "宏道镇", "河边镇": "河边镇"}


@pytest.mark.parametrize(
    "row",
    [
        ["一、宏道镇（2家）"],
        ["", "宏道镇", ""],
        ["一", "宏道"],
        ["（一）宏道镇：共2家"],
        ["第一部分 宏道镇"],
        ["1.宏道镇 2家"],
    ],
)
def test_a_row_that_says_little_more_than_a_name_is_a_chapter(row):
    assert Chapters("division", "所属乡镇", NAMES).name_in(row) == "宏道镇"


@pytest.mark.parametrize(
    "row",
    [
        ["宏道镇小计（2家）", 7],
        ["宏道镇", 25],
        [1, "宏道镇法兰厂"],
        [1, "宏道镇", "私营企业"],
        ["宏道镇、河边镇"],
        ["一、宏道镇（" + "各企业" * 20],
        [],
    ],
)
def test_subtotals_and_rows_with_facts_are_none(row):
    assert Chapters("division", "所属乡镇", NAMES).name_in(row) == ""


def test_chapters_are_kept_in_their_order():
    chapters = Chapters("division", "所属乡镇", NAMES)

    assert [
        chapters.take(number, [text]) for number, text in ((2, "一、宏道镇"), (3, "甲"), (5, "河边镇"))
    ] == [
        True,
        False,
        True,
    ]
    assert chapters.growing() == {
        "key": "division",
        "heading": "所属乡镇",
        "rows": [(2, "宏道镇"), (5, "河边镇")],
    }


def looked_for(staff, *rows, told=()):
    found = table.find(SAMPLE, [Sheet(0, "表", len(rows), [list(row) for row in rows])])
    return chapters_of(found, SAMPLE, staff, dict.fromkeys(told, "蒋村镇"))


def test_chapters_are_looked_for_where_a_needed_column_is_missing(staff, town):
    rows = [["一", town.name], [1, "甲厂", "x", "私营企业"]]

    assert looked_for(staff, HEADS, *rows).key == "division"
    assert looked_for(staff, HEADS, *rows, told=["division"]) is None
    assert looked_for(staff, [*HEADS, "所属乡镇"], *rows) is None
    assert looked_for(staff, HEADS, *rows[1:]) is None
