import datetime as dt
from decimal import Decimal

import pytest

from shuanglian.core.register import messy
from shuanglian.core.register.messy import CellError


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("　蒋村乡 ", "蒋村乡"),
        ("甲\u200b乙\x07", "甲乙"),
        (3.0, "3"),
        (3.5, "3.5"),
        (7, "7"),
        (True, "是"),
        ("（定襄）有限公司", "（定襄）有限公司"),
    ],
)
def test_text_is_kept_as_typed_without_outer_blanks(cell, text):
    assert messy.as_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "blank"),
    [(None, True), ("", True), ("　 \u200b", True), (0, False), ("0", False), (False, False)],
)
def test_blank_is_what_nobody_sees(cell, blank):
    assert messy.is_blank(cell) is blank


def test_codes_become_half_width_capitals():
    assert messy.as_code(" ９１１４０９２１ma0k３ ") == "91140921MA0K3"
    assert messy.as_code(3393.0) == "3393"


def test_a_code_that_excel_made_a_number_is_refused():
    with pytest.raises(CellError) as refused:
        messy.as_code(9.114092112345678e17)

    assert refused.value.reason == "这一格在 Excel 里是数字，末尾几位已经丢失，请把格式改成“文本”再重新填写"


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("１，２３４", Decimal(1234)),
        ("1,234.50", Decimal("1234.50")),
        (60, Decimal(60)),
        (0.5, Decimal("0.5")),
    ],
)
def test_numbers(cell, number):
    assert messy.as_decimal(cell) == number


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [("约60", "60"), ("3到5", ""), ("很多", ""), ("NaN", ""), (True, "")],
)
def test_what_is_no_number_is_refused_with_the_number_in_it(cell, suggestion):
    with pytest.raises(CellError) as refused:
        messy.as_decimal(cell)

    assert (refused.value.reason, refused.value.suggestion) == ("只能填数字，如 60", suggestion)


@pytest.mark.parametrize(("cell", "reason"), [("-1", "不能小于 0"), ("2.6", "只能填整数，如 60")])
def test_whole_numbers(cell, reason):
    assert messy.as_whole("２７") == 27
    with pytest.raises(CellError) as refused:
        messy.as_whole(cell)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "cell",
    [
        dt.date(2026, 3, 5),
        dt.datetime(2026, 3, 5, 9, 30),  # noqa: DTZ001  -- a sheet knows no time zones
        "2026-03-05",
        "2026.3.5",
        "2026/3/5",
        "2026年3月5日",
        " ２０２６年３月５日 ",
        "2026 年 3 月 5 日",
        "20260305",
        "2026-03-05 08:00:00",
        46086,
        46086.0,
    ],
)
def test_dates_in_every_usual_form(cell):
    assert messy.as_date(cell) == dt.date(2026, 3, 5)


@pytest.mark.parametrize("cell", ["2026年3月", "2026.3", "2026-03"])
def test_a_month_is_its_first_day(cell):
    assert messy.as_date(cell) == dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2025-13-04", "没有这一天，日期请填成 2026-03-05 这样"),
        ("2025年2月29日", "没有这一天，日期请填成 2026-03-05 这样"),
        ("去年", "日期请填成 2026-03-05 这样"),
        ("3月5日", "日期请填成 2026-03-05 这样"),
        (7, "日期请填成 2026-03-05 这样"),
    ],
)
def test_dates_that_do_not_exist(cell, reason):
    with pytest.raises(CellError) as refused:
        messy.as_date(cell)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("是", True),
        ("√", True),
        ("Ｙ", True),
        (1.0, True),
        ("否", False),
        ("×", False),
        ("无", False),
        (False, False),
    ],
)
def test_yes_and_no(cell, value):
    assert messy.as_yes_no(cell) is value


def test_neither_yes_nor_no():
    with pytest.raises(CellError) as refused:
        messy.as_yes_no("大概")

    assert refused.value.reason == "只能填“是”或“否”"


def test_like_finds_what_was_meant():
    assert messy.like("蒋村镇", ["晋昌镇", "蒋村乡"]) == "蒋村乡"
    assert messy.like("太原", ["晋昌镇", "蒋村乡"]) == ""


@pytest.mark.parametrize("cell", ["60人", "60 名", "６０家", "60个", "60.0户", "60"])
def test_a_number_may_have_its_counter(cell):
    assert messy.as_whole(cell) == 60


def test_ten_thousands_are_no_counter():
    with pytest.raises(messy.CellError):
        messy.as_decimal("3万元")


def test_the_name_that_was_meant_is_found_among_thousands():
    names = [f"定襄县第{n}锻造有限公司" for n in range(3000)] + ["定襄县冠力法兰有限公司"]

    assert messy.like("定襄冠力法兰公司", names) == "定襄县冠力法兰有限公司"
    assert messy.like("全然不同", names) == ""


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [
        ("十二", "12"),
        ("二十人", "20"),
        ("两个", "2"),
        ("7（含预备1）", "7"),
        ("3万元", "30000"),
        ("1.5万", "15000"),
        ("无", "0"),
        ("60%", ""),
        ("5+1", ""),
        ("5/6", ""),
        ("l2", ""),
    ],
)
def test_the_number_that_was_meant_is_suggested_only_when_it_is_clear(cell, suggestion):
    with pytest.raises(CellError) as refused:
        messy.as_decimal(cell)

    assert refused.value.suggestion == suggestion


@pytest.mark.parametrize("cell", [9.114092112345678e17, 911409211234567800, "9.11409E+17", "1.4e+17"])
def test_numbers_that_lost_their_digits_are_shown_as_excel_shows_them_and_refused(cell):
    assert messy.as_text(9.114092112345678e17) == "9.11409E+17"
    assert messy.as_text(1.4e17) == "1.4E+17"
    with pytest.raises(CellError) as refused:
        messy.as_code(cell)

    assert refused.value.reason == messy.LOST


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024、3、5", dt.date(2024, 3, 5)),
        ("2024.03.", dt.date(2024, 3, 1)),
        (202403, dt.date(2024, 3, 1)),
        ("二〇二四年三月", dt.date(2024, 3, 1)),
        ("二○二四年十二月二十一日", dt.date(2024, 12, 21)),
    ],
)
def test_dates_as_documents_and_hurried_people_write_them(cell, day):
    assert messy.as_date(cell) == day


@pytest.mark.parametrize(
    ("cell", "reason", "suggestion"),
    [
        ("2024年", "只有年份，请补上月和日，如 2026-03-05", ""),
        (2024.0, "只有年份，请补上月和日，如 2026-03-05", ""),
        ("24.3.5", "日期请填成 2026-03-05 这样", "2024-03-05"),
        ("200105", "日期请填成 2026-03-05 这样", ""),
        ("3/5/2024", "日期请填成 2026-03-05 这样", ""),
        ("二〇二六年三月二五日", "没有这一天，日期请填成 2026-03-05 这样", ""),
        ("二〇二六年一二月三日", "没有这一天，日期请填成 2026-03-05 这样", ""),
        ("2403-05-01", "年份不对：2403，日期请填成 2026-03-05 这样", ""),
    ],
)
def test_dates_that_could_be_another_are_not_guessed(cell, reason, suggestion):
    with pytest.raises(CellError) as refused:
        messy.as_date(cell)

    assert (refused.value.reason, refused.value.suggestion) == (reason, suggestion)


@pytest.mark.parametrize(
    ("cell", "value"), [("否。", False), ("☑", True), ("□", False), ("☑是□否", True), ("☐ 是 ☑ 否", False)]
)
def test_ticks_of_forms(cell, value):
    assert messy.as_yes_no(cell) is value


def test_blanks_of_all_kinds_are_one_and_names_of_persons_have_none():
    assert messy.as_text("\u00a0甲\u00a0厂\u3000\u200b") == "甲 厂"
    assert messy.as_text("一\u2028二") == "一\n二"
    assert messy.as_name("张　 三") == "张三"
    assert messy.as_name("Anna Li") == "Anna Li"


def test_what_is_denied_is_not_suggested():
    assert messy.like("吊销未注销", ["注销", "在业"]) == ""
    assert messy.like("已经注销", ["注销", "在业"]) == "注销"


def test_a_day_that_excel_counted_is_suggested_when_it_comes_as_text():
    with pytest.raises(CellError) as refused:
        messy.as_date("44927")

    assert refused.value.suggestion == "2023-01-01"


@pytest.mark.parametrize(
    "cell", ["2023.5.6—2026.5.5", "2023年5月6日至今", "2023-05-06 至 2026-05-05", "2023.05.06-2026.05"]
)
def test_of_a_stretch_of_days_the_first_is_suggested(cell):
    with pytest.raises(CellError) as refused:
        messy.as_date(cell)

    assert (refused.value.reason, refused.value.suggestion) == ("这里只填一天，如 2026-03-05", "2023-05-06")


@pytest.mark.parametrize("cell", ["1e999999999", "-1E+15", "9" * 5_000, "９" * 16, 1e15])
def test_numbers_that_nobody_means_are_refused_without_writing_them_out(cell):
    with pytest.raises(CellError) as refused:
        messy.as_whole(cell)
    assert (refused.value.reason, refused.value.suggestion) == ("这个数太大，请核对", "")


@pytest.mark.parametrize("cell", ["1" * 5_000, "9" * 4_301, "4492" * 1_200])
def test_long_rows_of_digits_are_no_day(cell):
    with pytest.raises(CellError) as refused:
        messy.as_date(cell)
    assert (refused.value.reason, refused.value.suggestion) == ("日期请填成 2026-03-05 这样", "")
