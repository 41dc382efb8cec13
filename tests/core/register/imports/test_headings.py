import pytest

from shuanglian.core.register.imports.headings import bare, is_heading, letters

KNOWN = {"企业名称", "统一社会信用代码", "组织类别", "党员数(合计)", "书记"}


@pytest.mark.parametrize(
    "head",
    [
        " 企业 名称 ",
        "*企业名称（必填）",
        "1.企业名称（必填）：",
        "(2) 企业名称",
        "🏭企业名称",
        "企业名称▼",
        "企业名称①",
        "企业名称[注1]",
        "企业名称【全称】",
        "企业名称/字号",
        "企业名称 Enterprise Name",
        "企业名称（全称）\nName",
        "企业名称或个体户名",
        "企业名称（照营业执照）1",
        "企业\u200b名称\ufeff",
    ],
)
def test_marks_numbers_and_remarks_around_a_heading_go(head):
    assert bare(head, KNOWN) == "企业名称"


@pytest.mark.parametrize("head", ["企业名称和地址", "规上/规下", "2025", "甲", ""])
def test_what_is_not_known_stays_as_it_stands(head):
    assert bare(head, KNOWN) == head


def test_what_is_as_long_as_a_letter_is_no_heading():
    assert bare(f"企业名称{'(注)' * 98}", KNOWN) == "企业名称"
    assert bare(letter := f"企业名称{'(注)' * 10_000}", KNOWN) == letter


def test_brackets_that_belong_to_a_heading_stay():
    assert bare("党员数（合计）", KNOWN) == "党员数(合计)"


def test_a_row_of_headings_is_known_by_its_words():
    assert is_heading(["书记", "*企业名称", "组织类别", "甲"], KNOWN) is True
    assert is_heading(["书记", "企业名称", "乙", "甲"], KNOWN) is False
    assert is_heading(["书记", "企业名称", "组织类别", *"甲乙丙丁"], KNOWN) is False


def test_columns_are_called_as_spreadsheets_call_them():
    assert [letters(place) for place in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]
