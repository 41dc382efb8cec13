import pytest
from django.core.exceptions import ValidationError

from shuanglian.core.register.messy import CellError
from shuanglian.directory.choices import HeadcountBand, Registration
from shuanglian.directory.registers import sheet_words
from tests.codes import synthetic_uscc


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("19", HeadcountBand.UNDER_20),
        ("20人", HeadcountBand.UNDER_300),
        ("1,200", HeadcountBand.FROM_1000),
        ("<20", HeadcountBand.UNDER_20),
        ("20–299", HeadcountBand.UNDER_300),
        ("300~999人", HeadcountBand.UNDER_1000),
        ("≥1000", HeadcountBand.FROM_1000),
        ("约50人", HeadcountBand.UNDER_300),
        ("五十多人", None),
        ("400左右", HeadcountBand.UNDER_1000),
        ("30-40人", HeadcountBand.UNDER_300),
        ("约300", None),
        ("10-30", None),
        ("13803500001", None),
        ("很多", None),
    ],
)
def test_people_counted_or_ranged_fall_into_a_band(text, band):
    assert sheet_words.headcount_band(text) == band


def test_industries_are_four_digits_with_or_without_their_letter(db):
    assert sheet_words.industry("3393") == "3393"
    assert sheet_words.industry("C3393") == "3393"
    assert sheet_words.industry("锻件及粉末冶金制品制造") == "3393"
    with pytest.raises(ValidationError, match="行业代码是 4 位数字"):
        sheet_words.industry("法兰制造")


def test_a_name_with_wide_brackets_is_known_as_cells_are_read(monkeypatch):
    monkeypatch.setattr(sheet_words.dictionary, "names", lambda which: {"3399": "其他金属制品（未列明）"})
    assert sheet_words.industry("其他金属制品(未列明)") == "3399"


def test_merged_is_said_by_merging_only():
    assert sheet_words.registration(Registration.CANCELLED) == "cancelled"
    with pytest.raises(ValidationError, match="“已合并”由合并得来"):
        sheet_words.registration(Registration.MERGED)


def test_a_doubtful_code_is_kept_for_organisations_and_refused_for_units():
    right = synthetic_uscc(5)
    doubtful = right[:-1] + ("0" if right[-1] != "0" else "1")
    assert sheet_words.code_of_organization(doubtful.lower()) == doubtful
    assert sheet_words.code_of_unit(right) == right
    with pytest.raises(CellError):
        sheet_words.code_of_unit(doubtful)


def test_letters_that_look_like_digits_are_suggested_as_those_when_the_code_then_checks():
    right = synthetic_uscc(5)
    for read in (sheet_words.code_of_organization, sheet_words.code_of_unit):
        with pytest.raises(CellError) as refused:
            read(right.replace("0", "O"))
        assert refused.value.suggestion == right
        with pytest.raises(CellError) as refused:
            read("O" * 17 + "7")
        assert refused.value.suggestion == ""
    with pytest.raises(CellError):
        sheet_words.code_of_organization(right[:17])
