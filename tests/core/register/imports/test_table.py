import pytest
from django.core.exceptions import ValidationError

from shuanglian.core.register.imports import table
from shuanglian.core.register.imports.table import UnknownHeadingsError
from shuanglian.core.register.imports.workbook import REFUSALS, Sheet
from tests.core.register.sample import SAMPLE

HEADS = ["序号", "组织名称", "统一社会信用代码", "组织类别", "所属乡镇"]


def sheet(*rows, name="表", at=0):
    return Sheet(at, name, len(rows), [list(row) for row in rows])


def find(*rows, learned=None):
    return table.find(SAMPLE, [sheet(*rows)], learned)


def refusal(*rows):
    with pytest.raises(UnknownHeadingsError) as refused:
        find(*rows)
    return refused.value.messages[0]


def test_the_headings_are_found_under_titles_and_blank_rows():
    found = find(["某某台账", None], [None], ["填报单位：蒋村乡"], HEADS, [1, "甲"])

    assert found.places == {"name": 1, "uscc": 2, "kind": 3, "division": 4}
    assert (found.first, found.number) == (4, 0)


def test_headings_are_known_with_blanks_full_width_marks_and_other_names():
    found = find([" 企业名称 ", "*信用 代码", "党员数（合计）", "规模以上", "组织类别（必填）", "所属乡镇："])

    assert found.places == {
        "name": 0,
        "uscc": 1,
        "member_count": 2,
        "is_scaled": 3,
        "kind": 4,
        "division": 5,
    }


def test_headings_over_two_rows_are_read_together():
    found = find(
        ["台账"],
        ["序号", "基本情况", "", "", "联系人", ""],
        ["", "组织名称", "组织类别", "所属乡镇", "姓名", "联系电话"],
        [1, "甲", "私营企业", "蒋村镇", "王", "138"],
    )

    assert found.places == {"name": 1, "kind": 2, "division": 3, "contact_phone": 5, "contact_name": 4}
    assert found.first == 3


def test_a_word_in_the_data_is_no_second_row_of_headings():
    found = find(["组织名称", "组织类别", "规模"], ["甲", "私营企业", "规模以上"])

    assert (found.first, found.places) == (1, {"name": 0, "kind": 1, "is_scaled": 2})


def test_the_sheet_that_fits_is_taken():
    notes = sheet(["填表说明"], ["组织名称照营业执照填写"])
    found = table.find(SAMPLE, [notes, sheet(HEADS, name="数据", at=2)])

    assert found.sheet.name == "数据"


def test_headings_that_are_part_of_one_of_ours_are_taken_for_it_and_named():
    found = find(["企业名称", "统一社会信用代码", "类别", "所属乡镇代码", "乡镇", "电话", "规模以上企业?"])

    assert found.places == {
        "name": 0,
        "uscc": 1,
        "kind": 2,
        "division": 4,
        "contact_phone": 5,
        "is_scaled": 6,
    }
    assert found.guessed == (
        ("类别", "组织类别"),
        ("乡镇", "所属乡镇"),
        ("电话", "联系电话"),
        ("规模以上企业?", "是否规模以上"),
    )


def test_headings_that_could_be_two_of_ours_are_nobodys():
    assert "contact_name" not in find(["组织名称", "组织类别", "联系"]).places


def test_columns_that_are_not_used_are_named():
    found = find([*HEADS, "老板", "联系领导", "要改什么"], [1, "甲"])

    assert (found.unused, found.computed) == (("老板",), ("联系领导",))


def test_without_headings_it_says_which_are_wanted():
    assert refusal(["甲", "乙"], ["丙", "丁"]) == (
        "没有找到表头。前 2 行里应当有一行写着：组织名称、统一社会信用代码、组织类别、是否规模以上 等"
    )


def test_the_columns_that_tell_rows_apart_must_be_there():
    assert refusal(["组织类别", "所属乡镇"]) == "缺少用来认出每一行的列：统一社会信用代码 或 组织名称"


def test_the_same_column_twice_is_refused():
    assert (
        refusal(["组织名称", "企业名称", "组织类别"]) == "“组织名称”和“企业名称”是同一项，请在下面选用哪一列"
    )
    assert refusal(["组织名称", "组织名称", "组织类别"]) == "“组织名称”有两列，请在下面选用哪一列"


def test_what_was_learned_counts_but_not_against_our_own_headings():
    found = find(["厂子", "组织类别"], learned={"厂子": "name", "组织类别": "note", "x": "gone"})

    assert found.places == {"name": 0, "kind": 1}


def test_columns_are_placed_by_hand():
    given = sheet(["一"], ["甲", "乙"], ["冠力", "x"])
    found = table.placed(SAMPLE, given, 2, {"name": 0, "kind": 1, "created": 1, "note": 99})

    assert (found.first, found.heads, found.places) == (2, ("甲", "乙"), {"name": 0, "kind": 1})


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ({"kind": 1}, "缺少用来认出每一行的列：统一社会信用代码 或 组织名称"),
        ({"name": 1, "kind": 1}, "表里的第 2 列对上了两次，请只留一次"),
    ],
)
def test_columns_placed_by_hand_must_make_sense(places, sentence):
    with pytest.raises(UnknownHeadingsError) as refused:
        table.placed(SAMPLE, sheet(["甲", "乙"]), 1, places)

    assert refused.value.messages == [sentence]


def test_the_row_of_headings_and_the_columns_are_guessed():
    given = sheet(["台账"], ["厂名", "组织名称", "类别"], [1, 2, 3])

    assert table.likely_heads(given) == 1
    assert table.guess(SAMPLE, given.head[1], {"类别": "kind"}) == {"name": 1, "kind": 2}


def test_one_heading_and_one_like_ours_are_enough_when_nothing_else_is_there():
    assert find(["序号", "企业名称", "党员数"], [1, "甲", 3]).places == {"name": 1, "member_count": 2}
    assert refusal(["企业名称", "党员数", "证照"], ["甲", 3, "x"]).startswith("没有找到表头")


def test_other_sheets_that_would_fit_are_named_and_can_be_wanted():
    sheets = [
        sheet(HEADS, name="宏道镇"),
        sheet(["说明"], name="说明", at=1),
        sheet(HEADS, name="河边镇", at=2),
    ]

    found = table.find(SAMPLE, sheets)
    assert (found.sheet.name, [other.name for other in found.others]) == ("宏道镇", ["河边镇"])
    wanted = table.find(SAMPLE, sheets, at=2)
    assert (wanted.sheet.name, [other.name for other in wanted.others]) == ("河边镇", ["宏道镇"])


@pytest.mark.parametrize("reason", ["rows", "columns"])
def test_a_sheet_that_is_too_large_is_refused_as_such(reason):
    large = Sheet(0, "台账", 300_000, [], reason)
    with pytest.raises(ValidationError) as refused:
        table.find(SAMPLE, [large, large])
    assert refused.value.messages == [REFUSALS[reason]]

    with pytest.raises(table.UnknownHeadingsError):  # the other one can be looked at
        table.find(SAMPLE, [large, sheet(["说明", "每月报送"], at=1)])
    assert table.find(SAMPLE, [large, sheet(HEADS, at=1)]).sheet.at == 1


def test_a_sheet_without_headings_is_known_by_its_facts():
    assert table.likely_heads(sheet(["甲厂", "91140921MA0X500014", "私营企业"])) == -1
    assert (
        table.likely_heads(sheet(["企业", "证照", "性质"], ["甲厂", "91140921MA0X500014", "私营企业"])) == 0
    )


def test_headings_named_in_part_are_guessed_before_those_that_only_look_alike():
    assert table.guess(SAMPLE, ["类别", "电话", "哪年"], {}) == {
        "kind": 0,
        "contact_phone": 1,
    }


def test_parts_of_headings_are_read_with_their_group_before_or_behind():
    found = find(["企业", "", "党员", ""], ["名称", "信用代码", "数（合计）", "备注"], ["甲", "x", 3, ""])

    assert (found.places, found.first) == ({"name": 0, "uscc": 1, "member_count": 2, "note": 3}, 2)


def test_the_same_word_twice_is_no_guess():
    assert find([*HEADS, "电话", "电话"]).guessed == ()


@pytest.mark.parametrize(
    "rows",
    [
        [["组织名称", "甲", "乙"], ["信用代码", "1", "2"], ["组织类别", "私营企业", "个体"]],
        [["组织名称", "甲", "信用代码", "91140921MA0X000015"], ["组织类别", "私营企业"]],
    ],
)
def test_a_table_on_its_side_is_refused_as_that(rows):
    assert refusal(*rows).startswith("这张表像是竖着排的")


def test_a_list_of_words_to_choose_from_is_no_other_sheet():
    words = sheet(["组织类别", "所属乡镇"], ["私营企业", "宏道镇"], name="字典", at=1)

    assert table.find(SAMPLE, [sheet(HEADS, [1, "甲"]), words]).others == ()


def test_columns_without_a_heading_are_named_when_something_stands_in_them():
    found = find(
        HEADS,
        [1, "甲", "x", "私营企业", "宏道镇", "已停业", ""],
        ["填表人：", "", "", "", "", "", "审核人："],
    )

    assert found.unused == ("F 列（没有列名）",)
