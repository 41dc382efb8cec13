import csv
from pathlib import Path

import pytest

from shuanglian.core import uscc
from tests.codes import synthetic_uscc

with (Path(__file__).parents[1] / "data" / "uscc_vectors.csv").open() as file:
    VECTORS = [(row["code"], row["valid"] == "1") for row in csv.DictReader(file)]


@pytest.mark.parametrize(("code", "valid"), VECTORS)
def test_vectors_are_judged_as_listed(code, valid):
    assert (uscc.fault(code) == "") is valid


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "统一社会信用代码应为 18 位，现在是 0 位"),
        ("91440300192203821", "统一社会信用代码应为 18 位，现在是 17 位"),
        ("9135O100M000100Y43", "第 5 位是“O”，代码里没有这个字，是不是数字 0"),
        ("91350100M000100Y4Z", "第 18 位是“Z”，代码里没有这个字，是不是数字 2"),
        ("91350100M000１00Y43", "第 13 位是“１”，代码里没有这个字"),
        ("9135010AM000100Y43", "第 3 到 8 位是登记机关的行政区划代码，应该都是数字"),
        ("914403001922038217", "最后一位是校验码，按前 17 位应为 6，现在是 7，请对照营业执照核对"),
        ("91140921MA0X000231", "最后一位是校验码，按前 17 位应为 0，现在是 1，请对照营业执照核对"),
    ],
)
def test_fault_says_what_is_wrong_and_what_it_should_be(code, sentence):
    assert uscc.fault(code) == sentence


@pytest.mark.parametrize(
    "typed",
    [
        " 914403001922038216 ",
        "９１４４０３００１９２２０３８２１６",
        "9144-0300-1922-0382-16",
        "91440300 1922038216\t",
    ],
)
def test_normalise_takes_codes_as_people_type_them(typed):
    assert uscc.normalise(typed) == "914403001922038216"


def test_normalise_raises_small_letters_and_keeps_lookalikes():
    assert uscc.normalise("9135o100m000100y43") == "9135O100M000100Y43"


def test_shape_fault_ignores_the_check_character():
    assert uscc.shape_fault("914403001922038217") == ""


def test_check_character_refuses_what_is_not_in_the_alphabet():
    with pytest.raises(ValueError, match="substring not found"):
        uscc.check_character("9135O100M000100Y4")


def test_letters_that_look_like_digits_are_read_as_those_when_the_code_then_checks():
    right = synthetic_uscc(5)

    assert uscc.meant(right.replace("0", "O")) == right
    assert uscc.meant(right) == ""
    assert uscc.meant("O" * 17 + "7") == ""
