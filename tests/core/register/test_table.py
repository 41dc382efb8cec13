import pytest
from django.core.exceptions import ValidationError

from shuanglian.core.register.table import find
from tests.core.register.sample import SAMPLE

HEADS = ["序号", "组织名称", "统一社会信用代码", "组织类别", "所属乡镇"]
ID_NUMBERS = ["11010519491231002X", "440524188001010014", "140921188001010016", "140921188002290021"]


def refusal(table):
    with pytest.raises(ValidationError) as refused:
        find(SAMPLE, table)
    return refused.value.messages[0]


def test_the_headings_are_found_under_titles_and_blank_rows():
    found = find(SAMPLE, [["某某台账", None], [None], ["填报单位：蒋村乡"], HEADS, [1, "甲"], [], [2, "乙"]])

    assert dict(found.places) == {"name": 1, "uscc": 2, "kind": 3, "division": 4}
    assert [(number, row) for number, row in found.rows] == [(5, [1, "甲"]), (7, [2, "乙"])]


def test_headings_are_known_with_blanks_full_width_and_other_names():
    found = find(SAMPLE, [[" 企业名称 ", "信用 代码", "党员数（合计）", "规模以上"], ["甲", "x", 1, "是"]])

    assert dict(found.places) == {"name": 0, "uscc": 1, "member_count": 2, "is_scaled": 3}


def test_columns_that_are_not_used_are_named():
    found = find(SAMPLE, [[*HEADS, "老板", "联系领导", "要改什么"], [1, "甲"]])

    assert (found.unused, found.computed) == (("老板",), ("联系领导",))


def test_totals_and_signatures_are_skipped():
    found = find(SAMPLE, [HEADS, [1, "甲", "x", "y", "z"], ["合计", None, 3], ["填表人：王晓岚"]])

    assert (len(found.rows), found.skipped) == (1, 2)


def test_without_headings_it_says_which_are_wanted():
    assert refusal([["甲", "乙"], ["丙", "丁"]]) == (
        "没有找到表头。前 30 行里应当有一行写着：组织名称、统一社会信用代码、组织类别、是否规模以上 等"
    )


def test_the_columns_that_tell_rows_apart_must_be_there():
    assert (
        refusal([["组织类别", "所属乡镇"], ["a", "b"]])
        == "缺少用来认出每一行的列：统一社会信用代码 或 组织名称"
    )


def test_the_same_column_twice_is_refused():
    assert refusal([["组织名称", "企业名称", "组织类别"], ["a", "b", "c"]]) == (
        "“组织名称”和“企业名称”是同一列，重复了，请只留一列"
    )
    assert (
        refusal([["组织名称", "组织名称", "组织类别"], ["a", "b", "c"]])
        == "“组织名称”是同一列，重复了，请只留一列"
    )


def test_a_column_of_id_numbers_is_refused_even_when_it_is_not_used():
    table = [[*HEADS, "证件"], *([i, "甲", None, None, None, number] for i, number in enumerate(ID_NUMBERS))]

    assert refusal(table) == (
        "“证件”这一列像是身份证号码。本系统的工作用不到身份证号码，也不收集。请删掉这一列，再导入。"
    )


def test_id_numbers_beyond_the_headings_are_refused_too():
    table = [HEADS, *([1, "甲", None, None, None, None, number] for number in ID_NUMBERS)]

    assert refusal(table).startswith("“第 7 列”这一列像是身份证号码")
