import pytest

from shuanglian.core import phones


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        " 138 0013 8000",
        "138-0013-8000",
        "+8613800138000",
        "008613800138000",
        "8613800138000",
        "１３８００１３８０００",
    ],
)
def test_normalise_mobile_takes_what_people_type(typed):
    assert phones.normalise_mobile(typed) == "13800138000"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("13800138000", ""),
        ("19212345678", ""),
        ("1380013800", "手机号应为 11 位，现在是 10 位"),
        ("12800138000", "手机号第一位是 1，第二位是 3 到 9，请核对"),
        ("138o0138000", "手机号只写数字，例如 13800138000"),
        ("", "手机号只写数字，例如 13800138000"),
    ],
)
def test_mobile_fault(number, sentence):
    assert phones.mobile_fault(number) == sentence


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0350-6022345", "0350-6022345"),
        ("(0350) 602 2345", "0350-6022345"),
        ("03506022345", "0350-6022345"),
        ("010-12345678", "010-12345678"),
        ("+86 138 0013 8000", "13800138000"),
        ("  找王主任 ", "找王主任"),
        ("12345", "12345"),
    ],
)
def test_normalise_phone(typed, kept):
    assert phones.normalise_phone(typed) == kept


@pytest.mark.parametrize("number", ["13800138000", "0350-6022345", "010-12345678"])
def test_phone_fault_accepts_mobiles_and_landlines(number):
    assert phones.phone_fault(number) == ""


@pytest.mark.parametrize("number", ["12345", "6022345", "找王主任", ""])
def test_phone_fault_refuses_the_rest(number):
    assert phones.phone_fault(number) == "电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13800138000", "138****8000"), ("0350-6022345", "0350-*****45"), ("12345", "*****"), ("", "")],
)
def test_mask(number, shown):
    assert phones.mask(number) == shown


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13803500011、13803500012", "13803500011"),
        ("13803500011（王）", "13803500011"),
        ("办公室：0350-6021234", "0350-6021234"),
        ("6021234", "0350-6021234"),
        ("3506021234", "0350-6021234"),
        ("1380350001", ""),
        ("同上", ""),
    ],
)
def test_the_number_that_was_meant(text, number):
    assert phones.phone_meant(text) == number
