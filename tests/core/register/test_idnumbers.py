import pytest

from shuanglian.core.register.idnumbers import is_id_number, look_like_ids

VALID = ["11010519491231002X", "440524188001010014", "140921188001010016", "140921188002290021"]


@pytest.mark.parametrize("text", [*VALID, "11010519491231002x"])
def test_valid_numbers(text):
    assert is_id_number(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "140921190002290016",  # the check digit is right, the date does not exist
        "11010519491231002",
        "110105194912310021",
        "91140921MA0K3XW5Q1",
        "",
        "１１０１０５１９４９１２３１００２X",
    ],
)
def test_what_is_none(text):
    assert is_id_number(text) is False


def test_a_column_is_refused_from_four_fifths_on():
    assert look_like_ids([*VALID, "不知道"]) is True
    assert look_like_ids([*VALID[:3], "不知道"]) is False
    assert look_like_ids([VALID[0], None, "", "  "]) is True
    assert look_like_ids([]) is False


def test_full_width_numbers_are_recognised_in_a_column():
    assert look_like_ids(["１１０１０５１９４９１２３１００２Ｘ"]) is True
