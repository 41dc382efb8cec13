import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from shuanglian.exchange.forms.fields import Day, Phone, PlainForm, Quantity, Uploads, Words

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 16


class Sample(PlainForm):
    day = Day(label="哪一天")
    amount = Quantity(label="数量")
    words = Words(label="说明", max_length=5)
    choice = forms.ChoiceField(label="类别", choices=[("a", "甲")])


def errors(**data):
    return {name: list(faults) for name, faults in Sample(data).errors.items()}


def test_empty_fields_name_themselves():
    assert errors() == {
        "day": ["请填写哪一天"],
        "amount": ["请填写数量"],
        "words": ["请填写说明"],
        "choice": ["请选类别"],
    }


def test_wrong_values_are_answered_in_plain_sentences():
    assert errors(day="昨天", amount="很多", words="一二三四五六", choice="乙") == {
        "day": ["日期请写成 2026-10-25 这样"],
        "amount": ["只能填数字，例如 5"],
        "words": ["最多 5 字，现在是 6 字"],
        "choice": ["请从列出的类别里选一个"],
    }


@pytest.mark.parametrize("amount", ["0.001", "1.234"])
def test_more_than_two_decimals_are_refused(amount):
    assert errors(day="2026-03-09", amount=amount, words="好", choice="a") == {"amount": ["最多两位小数"]}


@pytest.mark.parametrize("amount", ["99999999999", "1e99", "inf", "nan"])
def test_numbers_beyond_all_reason_are_refused(amount):
    assert list(errors(day="2026-03-09", amount=amount, words="好", choice="a")) == ["amount"]


def test_null_characters_are_refused():
    assert errors(day="2026-03-09", amount="1", words="a\x00b", choice="a") == {
        "words": ["里面有看不见的字符，请重新填写"]
    }


@pytest.mark.parametrize(
    "text", ["2026-03-09", "2026.3.9", "2026/3/9", "2026年3月9日", "２０２６-03-09", "20260309"]
)
def test_dates_are_read_as_people_write_them(text):
    assert Day().clean(text) == dt.date(2026, 3, 9)


@pytest.mark.parametrize(("text", "value"), [("５", 5), ("1,200", 1200), (" 0.5 ", Decimal("0.5"))])
def test_quantities_are_read_as_people_write_them(text, value):
    assert Quantity().clean(text) == value


def test_line_ends_count_once():
    assert Words(max_length=3).clean("一\r\n二") == "一\n二"


@pytest.mark.parametrize(
    ("text", "number"), [("+86 138-0000-0000", "13800000000"), ("0350 6022345", "0350-6022345"), ("", "")]
)
def test_phone_comes_in_one_form(text, number):
    assert Phone(required=False).clean(text) == number


def test_phone_that_is_none_is_refused():
    with pytest.raises(ValidationError) as refused:
        Phone().clean("12345")

    assert refused.value.messages == ["电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"]


def test_uploads_name_the_file_that_cannot_be_kept():
    files = [
        SimpleUploadedFile("a.png", PNG),
        SimpleUploadedFile("b.png", b"MZ"),
        SimpleUploadedFile("c.pdf", b""),
    ]

    with pytest.raises(ValidationError) as refused:
        Uploads().clean(files)

    assert refused.value.messages == [
        "b.png：只收图片、PDF、Word 和 Excel 文件；改过后缀名的文件也不收",
        "c.pdf：这个文件是空的，请重新选择",
    ]


def test_uploads_are_at_most_ten():
    with pytest.raises(ValidationError) as refused:
        Uploads().clean([SimpleUploadedFile("a.png", PNG)] * 11)

    assert refused.value.messages == ["一次最多传 10 个文件，现在是 11 个"]


def test_uploads_may_be_asked_for_or_not():
    assert Uploads(required=False).clean([]) == []
    with pytest.raises(ValidationError, match="请选一个文件"):
        Uploads().clean(None)


def test_refusals_stand_at_their_fields_or_at_the_top():
    form = Sample({"day": "2026-03-09", "amount": "1", "words": "好", "choice": "a"})
    form.is_valid()

    form.refuse(ValidationError({"day": "太早了", "elsewhere": "别处的话"}))
    form.refuse(ValidationError("整体不行"))

    assert form.errors == {"day": ["太早了"], "__all__": ["别处的话", "整体不行"]}
