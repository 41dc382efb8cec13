import pytest
from django.core.exceptions import ValidationError

from shuanglian.core.register.imports.rows import IdWatch, columns_of
from tests.core.register.imports.test_table import HEADS, find

ID_NUMBERS = ["11010519491231002X", "440524188001010014", "140921188001010016", "140921188002290021"]


@pytest.mark.parametrize(
    "row",
    [
        ["合计", None, 3],
        ["合 计", None, 3, "12家", "120"],
        ["填表人：王晓岚"],
        [None, "注：本表一式两份"],
        [7],
        HEADS,
        ["说明：1.本表由乡镇填写，经党委审核后报工委。"],
        ["以上数据截至2026年3月，由各乡镇报送汇总。"],
    ],
)
def test_totals_signatures_remarks_and_headings_again_are_no_data(row):
    assert find(HEADS).is_data(row) is False


@pytest.mark.parametrize(
    "row",
    [
        [1, "甲", "x", "y", "z"],
        ["", "注塑模具厂", "x", "y", "z"],
        ["合计", "甲", "x", "y", "z"],
        [None, "甲"],
    ],
)
def test_rows_with_facts_are_data(row):
    assert find(HEADS).is_data(row) is True


def test_a_row_of_column_numbers_is_known():
    found = find(HEADS)

    assert found.is_column_numbers(["甲", "乙", 1.0, 2.0, 3.0]) is True
    assert found.is_column_numbers(["(1)", "(2)", "(3)", "(4)=(2)+(3)"]) is True
    assert found.is_column_numbers([1, "甲厂", 3]) is False


def watched(*rows, heads=HEADS):
    watch = IdWatch(heads)
    watch.look(columns_of(rows))
    try:
        watch.refuse()
    except ValidationError as refused:
        return refused.messages[0]
    return ""


def test_a_column_of_id_numbers_is_refused_even_when_it_is_not_used():
    rows = [[i, "甲", None, None, None, number] for i, number in enumerate(ID_NUMBERS)]

    assert watched(*rows, [5, "乙", "", "", "", "不知道"], heads=[*HEADS, "证件"]) == (
        "“证件”这一列像是身份证号码。本系统的工作用不到身份证号码，也不收集。请删掉这一列，再导入。"
    )
    assert watched(*rows).startswith("“第 6 列”这一列像是身份证号码")


def test_a_column_in_which_few_are_id_numbers_passes():
    assert watched([ID_NUMBERS[0]], ["x"], [""], ["y"]) == ""


def test_an_id_number_under_its_own_heading_is_refused_however_few_there_are():
    heads = [*HEADS[:4], "法人身份证号"]
    rows = [[1, "甲", "x", "私营企业", ID_NUMBERS[0]], [2, "乙", "x", "私营企业", "不详"]]

    assert watched(*rows, heads=heads).startswith("“法人身份证号”这一列像是身份证号码。")


@pytest.mark.parametrize(
    "row",
    [
        ["单位负责人：", "", "填表人：", "", "填报日期："],
        ["", "1.以上数据截至2026年3月。"],
        ["", "2026年3月5日"],
        ["一、", "规上企业"],
        ["（二）", "规下企业"],
    ],
)
def test_signatures_numbered_remarks_and_chapters_are_no_data(row):
    assert find(HEADS).is_data(row) is False


def test_a_lone_cell_is_data_in_the_table_and_none_apart_from_it():
    found = find(HEADS)

    assert found.is_data(["", "宏道镇党委"]) is True
    assert found.is_data(["", "宏道镇党委"], apart=True) is False
    assert found.is_data([5, "宏道镇党委"], apart=True) is True


@pytest.mark.parametrize(
    "row",
    [
        ["", "本页小计", "", "", 80],
        ["", "宏道镇小计（2家）", "", "", 7],
        ["河边镇 合计：1家", "", "", "", 3, 30],
        ["其中：规上企业", "", "", "", 2],
        ["示例", "某某有限公司", "91140921XXXXXXXXXX", "私营企业", "宏道镇"],
        [1, "（例）某某有限公司", "91140921XXXXXXXXXX", "私营企业", "宏道镇"],
    ],
)
def test_subtotals_with_names_and_examples_are_no_data(row):
    assert find(HEADS).is_data(row) is False


def test_a_name_that_holds_the_word_total_is_data():
    assert find(HEADS).is_data([3, "总计装备厂", "x", "y", "z"]) is True
    assert find(HEADS).is_data(["总计装备厂", "", "", "私营企业", 3]) is True


def test_headings_of_another_table_are_known_and_another_word_for_a_column_is_none():
    found = find(HEADS)

    assert found.is_other_table(["序号", "组织名称", "统一社会信用代码", "主管单位", "所属乡镇"]) is True
    assert found.is_other_table(["序号", "企业名称", "信用代码", "组织类别", "所属乡镇"]) is False
    assert found.is_other_table([1, "甲厂", "x", "私营企业", "宏道镇"]) is False


def test_what_a_template_says_beneath_its_headings_is_no_data():
    found = find(HEADS)

    assert found.is_instruction(["", "填全称", "18位，文本格式", "下拉选择", "按实际填写"]) is True
    assert found.is_instruction([1, "甲厂", "91140921MA0X000015", "私营企业", "宏道镇"]) is False
    assert found.is_instruction([1, "填料厂", "", "私营企业", "宏道镇"]) is False


def test_headings_are_looked_for_only_where_there_may_be_some():
    found = find(HEADS)
    data = [[1, "甲锻造厂", "x"], [2, "乙（法兰）厂", "y"]]

    assert found.may_hold_headings(columns_of(data)) is False
    assert found.may_hold_headings(columns_of([*data, list(HEADS)])) is True
    assert found.may_hold_headings(columns_of([*data, ["", " 组织名称 "]])) is True


def test_an_id_number_with_blanks_between_its_digits_counts_too():
    heads = [*HEADS[:4], "法人身份证号"]
    spaced = f"{ID_NUMBERS[0][:6]} {ID_NUMBERS[0][6:14]} {ID_NUMBERS[0][14:]}"

    assert watched([1, "甲", "x", "私营企业", spaced], heads=heads) != ""
    assert watched([1, "甲", "x", "私营企业", "91140921MA0000001W91140921"], heads=heads) == ""
