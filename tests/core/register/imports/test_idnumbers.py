import pytest

from shuanglian.core.register.imports.idnumbers import holds_id, is_id_number, looks_like_id, may_hold_id

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


@pytest.mark.parametrize(
    "cell", [*VALID, "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X", 110105194912310000.0]
)
def test_cells_that_hold_one(cell):
    assert looks_like_id(cell) is True


@pytest.mark.parametrize("cell", ["91140921MA0K3XW5Q1", 911409210000000000.0, 13800000000.0, None, "", True])
def test_cells_that_hold_none(cell):
    assert looks_like_id(cell) is False


@pytest.mark.parametrize(
    "text",
    [
        "法人身份证140921710101123",
        "身份证号码：110105 19491231 0021，已核",
        "公民身份号码为１１０１０５１９４９１２３１００２９",
    ],
)
def test_what_a_text_calls_an_id_number_is_one(text):
    assert holds_id(text) is True
    assert may_hold_id(text) is True


@pytest.mark.parametrize(
    "text", ["注册号142225600012345，已换证", "身份证已交，电话0350-6021234", "身份证办理在3楼"]
)
def test_other_long_numbers_are_none(text):
    assert holds_id(text) is False
