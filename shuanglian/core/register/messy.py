"""Reading what people type into sheets: full-width digits, 2026年3月5日, √, numbers that were codes.

Pure: no database, no clock. Everything that cannot be read raises ``CellError`` with the reason and, where the intention is
clear, what it probably should have been.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from heapq import nlargest
from typing import Any

YES = frozenset({"是", "√", "✓", "✔", "对", "有", "y", "yes", "true", "1", "1.0"})
NO = frozenset({"否", "×", "✗", "✘", "x", "不是", "无", "没有", "n", "no", "false", "0", "0.0"})

_DATE = re.compile(
    r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COUNTED = re.compile(r"(\d+(?:\.\d+)?)[人名家个户项次场条件元]")  # 3人 is 3; 3万元 is not
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_EXCEL_DAYS = range(18_000, 80_000)  # 1949 to 2119
_COMPARED = 30  # names
_EXACT = 10**15  # Excel keeps 15 digits of a number


class CellError(ValueError):
    """A cell that cannot be taken as it is: the reason in Chinese, and a suggestion or nothing."""

    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing a person would see."""
    return value is None or (isinstance(value, str) and not as_text(value))


def as_text(value: Any) -> str:
    """Text as typed, without outer blanks and invisible characters; a whole number loses its ``.0``."""
    if isinstance(value, str) and value.isprintable():
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    text = str(value)
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return text.strip()


def plain(value: Any) -> str:
    """Text reduced to what counts when two are compared: half-width, without blanks."""
    text = as_text(value)
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text
    return "".join(unicodedata.normalize("NFKC", text).split())


def as_code(value: Any) -> str:
    """A code: half-width capitals and digits.

    Raises:
        CellError: the cell is a number so long that Excel has lost its last digits.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _EXACT:
        raise CellError("这一格在 Excel 里是数字，末尾几位已经丢失，请把格式改成“文本”再重新填写")
    return plain(value).upper()


def as_decimal(value: Any) -> Decimal:
    """A number.

    Raises:
        CellError: it is not one; suggests the only number within the words, so “约60” may become 60.
    """
    if isinstance(value, bool):
        raise CellError("只能填数字，如 60")
    text = plain(value).replace(",", "").replace("，", "")
    if counted := _COUNTED.fullmatch(text):
        text = counted[1]
    try:
        number = Decimal(text)
    except InvalidOperation:
        found = _NUMBER.findall(text)
        raise CellError("只能填数字，如 60", found[0] if len(found) == 1 else "") from None
    if not number.is_finite():
        raise CellError("只能填数字，如 60")
    return number


def as_whole(value: Any) -> int:
    """A whole number from 0.

    Raises:
        CellError: not a number, not whole, or below 0.
    """
    number = as_decimal(value)
    if number != number.to_integral_value():
        raise CellError("只能填整数，如 60", str(round(number)))
    if number < 0:
        raise CellError("不能小于 0")
    return int(number)


def as_date(value: Any) -> dt.date:
    """A date; a month without a day is its first day.

    Raises:
        CellError: no such date.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (int, float)) and int(value) in _EXCEL_DAYS:
        return _EXCEL_DAY_ZERO + dt.timedelta(days=int(value))
    text = unicodedata.normalize("NFKC", as_text(value))
    found = _DATE.fullmatch(text) or _DATE.fullmatch(plain(value)) or _PACKED.fullmatch(plain(value))
    if not found:
        raise CellError("日期请填成 2026-03-05 这样")
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise CellError("没有这一天，日期请填成 2026-03-05 这样") from None


def as_yes_no(value: Any) -> bool:
    """是/否 in the ways people write it.

    Raises:
        CellError: neither.
    """
    if isinstance(value, bool):
        return value
    text = plain(value).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise CellError("只能填“是”或“否”")


def like(text: str, names: Iterable[str]) -> str:
    """The one of ``names`` that ``text`` was probably meant to be, or nothing.

    Only names that share most letters are compared closely: there may be thousands of them, and thousands of wrong cells.
    """
    letters = set(text)
    likely = nlargest(_COMPARED, names, key=lambda name: len(letters.intersection(name)) - len(name) / 100)
    found = get_close_matches(text, likely, n=1, cutoff=0.5)
    return found[0] if found else ""
