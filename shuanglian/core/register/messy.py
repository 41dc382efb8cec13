"""Reading what people type into sheets: full-width digits, 2026年3月5日, √, numbers that were codes.

Pure: no database, no clock. Everything that cannot be read raises ``CellError`` with the reason and, where the intention is
clear, what it probably should have been.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from heapq import nlargest
from typing import Any

YES = frozenset(["是", "√", "✓", "✔", "☑", "✅", "对", "有", "真", "y", "v", "yes", "true", "1", "1.0"])
NO = frozenset(
    [
        "否",
        "×",
        "✗",
        "✘",
        "☐",
        "□",
        "错",
        "非",
        "假",
        "不",
        "不是",
        "无",
        "没有",
        "x",
        "n",
        "no",
        "false",
        "0",
        "0.0",
    ]
)
DASHES = frozenset(["/", "\\", "-", "--", "―", "—", "——", "─", "──", "／"])  # where there is nothing to say
UNSAID = DASHES | {"null", "NULL", "Null", "none", "None", "nan", "NaN", "N/A", "n/a"}  # and of programs
NAUGHT = DASHES | {"无", "暂无", "没有", "零", "〇"}  # where a number is wanted
UNKNOWN = UNSAID | {"不详", "未知", "未填", "待补", "待定", "空", "?"}
NONE = UNKNOWN | {"无", "暂无", "没有"}
LOST = "这一格在 Excel 里是数字，末尾几位已经丢失，请把格式改成“文本”再重新填写"
ERRORS = {  # what a formula leaves behind (``reader`` and pasted values)
    "#?": "这一格是公式，还没有算出结果。请用 Excel 打开、保存后再传，或者直接填内容",
    **{
        text: f"这一格的公式出了错（{text}），请填上内容"
        for text in ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"]
    },
}

_DATE = re.compile(
    r"(\d{4})[-./年、](\d{1,2})(?:[-./月、](\d{1,2})[日号]?|月)?\.?"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_FROM_TO = re.compile(r"(\d{4}\D\d{1,2}\D\d{1,2}[日号]?)\s*(?:至|到|起|[-~–—―]+)\s*(?:今|\d{4}|$)")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PACKED_MONTH = re.compile(r"((?:19|20)(?:0\d|[1-9]\d))(\d{2})")
_SHORT_YEAR = re.compile(r"(\d{2})([-./年、]\d{1,2}[-./月、]\d{1,2})日?")
_YEARS = range(1900, 2101)
_SPOKEN_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})日)?"
)
_COUNTED = re.compile(r"(\d+(?:\.\d+)?)[人名家个户项次场条件元年届]")  # 3人 is 3; 3万元 is not
_MEANT = re.compile(
    r"[^\d%a-zA-Z+/]{0,2}?(-?\d+(?:\.\d+)?)([十百千万亿]?)[^\d%a-zA-Z+/]{0,3}"
)  # 约60, 3万元; not 60% or 5/6
_TIMES = {"": 1, "十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_SPOKEN = re.compile(
    r"([一二两三四五六七八九])?(?:(十)([一二三四五六七八九])?)?[人名家个户项次场条件元年届]?"
)  # 十二, 二十五; not 三五, which may be 3 to 5
_DIGITS = "零一二三四五六七八九"
_AS_EXCEL_SHOWS = re.compile(r"\d(?:\.\d+)?E\+\d\d")
_TICKED = re.compile(r"[☑√✓✔✅](是|否)[☐□](是|否)|[☐□](是|否)[☑√✓✔✅](是|否)")
_BETWEEN_CHARACTERS = re.compile(r"(?<=[㐀-鿿])\s+(?=[㐀-鿿])")
_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_EXCEL_DAYS = range(18_000, 80_000)  # 1949 to 2119
_COMPARED = 30  # names
_FIGURES = 15  # Excel keeps so many of a number
_EXACT = 10**_FIGURES


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
    if isinstance(value, (float, int)) and abs(value) >= _EXACT:
        return as_excel_shows(value)
    text = str(value)
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return text.strip()


def _visible(character: str) -> str:
    """A character that can be seen: all blanks are one blank, what cannot be seen is nothing."""
    category = unicodedata.category(character)
    if character in "\n\t" or category[0] not in "CZ":
        return character
    return " " if category == "Zs" else "\n" if category[0] == "Z" else ""


def as_name(value: Any) -> str:
    """A name of a person: 王　五 is written with blanks only to stand as wide as three characters."""
    return _BETWEEN_CHARACTERS.sub("", as_text(value))


def as_excel_shows(number: float) -> str:
    """1.4E+17: the digits that a long number no longer has are not invented."""
    digits, power = f"{number:.5E}".split("E")
    return f"{digits.rstrip('0').rstrip('.')}E{power}"


def as_line(text: str) -> str:
    """Text of one line: breaks within Chinese words go, others become a blank."""
    lines = [line.strip() for line in text.splitlines()]
    joined = lines[0]
    for line in lines[1:]:
        between = " " if joined[-1:].isascii() and line[:1].isascii() else ""
        joined = f"{joined}{between}{line}" if joined and line else joined or line
    return joined


def plain(value: Any) -> str:
    """Text reduced to what counts when two are compared: half-width, without blanks."""
    text = as_text(value)
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_plain(values: Sequence[Any]) -> bool:
    """Whether all are texts that ``plain`` leaves as they are, as is seen of all together."""
    if set(map(type, values)) != {str}:
        return False
    joined = "".join(values)
    return joined.isalnum() and unicodedata.is_normalized("NFKC", joined)


def all_plain(values: Sequence[Any]) -> Sequence[str]:
    """``plain`` of many."""
    return values if is_plain(values) else list(map(plain, values))


def as_code(value: Any) -> str:
    """A code: half-width capitals and digits.

    Raises:
        CellError: the cell is a number so long that Excel has lost its last digits.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _EXACT:
        raise CellError(LOST)
    text = plain(value).upper()
    if is_shortened(text):
        raise CellError(LOST)
    return text


def is_shortened(text: str) -> bool:
    """Whether a text is a long number as Excel shows it: 1.4E+17. Its digits are gone."""
    return bool(_AS_EXCEL_SHOWS.fullmatch(text.upper()))


def as_decimal(value: Any) -> Decimal:
    """A number.

    Raises:
        CellError: it is not one, or one that nobody means; suggests the only number within the words, so “约60” may become 60.
    """
    if isinstance(value, bool):
        raise CellError("只能填数字，如 60")
    text = plain(value).replace(",", "").replace("，", "")
    if counted := _COUNTED.fullmatch(text):
        text = counted[1]
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise CellError("只能填数字，如 60", _number_meant(text)) from None
    if not number.is_finite():
        raise CellError("只能填数字，如 60")
    if number.adjusted() >= _FIGURES:  # 1e999999 would be written out for minutes
        raise CellError("这个数太大，请核对")
    return number


def _number_meant(text: str) -> str:
    """约60, 7（含预备1）, 3万元, 十二人, 无: the number that was meant, or nothing where it could be another."""
    bare = re.sub(r"\([^()]*\)", "", text)
    if bare in NAUGHT:
        return "0"
    if found := _MEANT.fullmatch(bare):
        return f"{(Decimal(found[1]) * _TIMES[found[2]]).normalize():f}"
    if bare and (spoken := _SPOKEN.fullmatch(bare)):
        return str(_spoken(spoken[1], spoken[2], spoken[3])) if spoken[1] or spoken[2] else ""
    return ""


def _spoken(tens: str | None, ten: str | None, ones: str | None) -> int:
    """十二 is 12, 二十 is 20, 两 is 2."""
    first = _DIGITS.index((tens or "零").replace("两", "二"))
    if not ten:
        return first
    return (first or 1) * 10 + _DIGITS.index(ones or "零")


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
        found = _packed_month(text)
    parts = [int(part or 1) for part in found.groups()] if found else _spoken_date(text)
    if not parts:
        raise _no_date(text)
    year, month, day = (*parts, 1)[:3]
    if year not in _YEARS:
        raise CellError(f"年份不对：{year}，日期请填成 2026-03-05 这样")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise CellError("没有这一天，日期请填成 2026-03-05 这样") from None


def _packed_month(text: str) -> re.Match[str] | None:
    """202403, unless it could be a day of a short year: 200105."""
    return _PACKED_MONTH.fullmatch(text) if text[2:4] > "12" else None


def _spoken_date(text: str) -> list[int]:
    """二〇二六年三月五日, as documents write it."""
    found = _SPOKEN_DATE.fullmatch(text.replace("○", "〇").replace("零", "〇"))
    if not found:
        return []
    year = "".join(str("〇一二三四五六七八九".index(digit)) for digit in found[1])
    return [int(year), *(_spoken_number(part or "一") for part in found.groups()[1:])]


def _spoken_number(text: str) -> int:
    found = _SPOKEN.fullmatch(text)
    return _spoken(found[1], found[2], found[3]) if found else 0


def _no_date(text: str) -> CellError:
    if re.fullmatch(r"\d{4}年?", text):
        return CellError("只有年份，请补上月和日，如 2026-03-05")
    if re.fullmatch(r"\d{5}", text) and int(text) in _EXCEL_DAYS:  # a day that Excel counted, become text
        return CellError("日期请填成 2026-03-05 这样", f"{_EXCEL_DAY_ZERO + dt.timedelta(days=int(text))}")
    if (from_to := _FROM_TO.match(text)) and (start := _DATE.fullmatch(from_to[1])) and start[3]:
        return CellError(
            "这里只填一天，如 2026-03-05", f"{int(start[1])}-{int(start[2]):02}-{int(start[3]):02}"
        )
    if short := _SHORT_YEAR.fullmatch(text):
        year, month, day = map(int, re.findall(r"\d+", f"20{short[1]}{short[2]}"))
        return CellError("日期请填成 2026-03-05 这样", f"{year}-{month:02}-{day:02}")
    return CellError("日期请填成 2026-03-05 这样")


def as_yes_no(value: Any) -> bool:
    """是/否 in the ways people write it.

    Raises:
        CellError: neither.
    """
    if isinstance(value, bool):
        return value
    text = plain(value).lower().rstrip("。.")
    if ticked := _TICKED.fullmatch(text):
        text = ticked[1] or ticked[4]
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
    denied = found and any(f"{no}{found[0]}" in text for no in "未不非无")
    return found[0] if found and not denied else ""
