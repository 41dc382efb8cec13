"""Columns that hold a value: codes, telephone numbers, numbers, money, days, yes or no."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.html import format_html
from django.utils.safestring import SafeString

from shuanglian.core import render
from shuanglian.core.access import can
from shuanglian.core.clock import SHANGHAI
from shuanglian.core.phones import is_mobile, normalise_phone, phone_fault, phone_meant
from shuanglian.core.register import messy
from shuanglian.core.register.columns.base import NOTHING, Column
from shuanglian.core.register.messy import CellError

_POINT_ZERO = re.compile(r"(?<=\d{7})\.0+$")  # a number as text, from a program


@dataclass(frozen=True, slots=True)
class Code(Column):
    """A code: tabular figures, text in sheets so that 18 digits stay 18 digits."""

    css: ClassVar[str] = "sl-num il"
    nothing: ClassVar[frozenset[str]] = messy.NONE
    width: ClassVar[int] = 22

    def read(self, cell: Any, known: Any) -> str:
        return messy.as_code(cell)

    def read_all(self, texts: Sequence[str]) -> list[Any] | None:
        joined = "".join(texts)
        if not (joined.isascii() and joined.isalnum()):  # what Excel has shortened holds a plus
            return None
        return list(texts) if joined == joined.upper() else [text.upper() for text in texts]


@dataclass(frozen=True, slots=True)
class Phone(Column):
    """A telephone number, masked unless ``reveal`` is permitted; a masked cell read back changes nothing."""

    reveal: str = ""
    css: ClassVar[str] = "sl-num"
    nothing: ClassVar[frozenset[str]] = messy.NONE | {"0"}

    def html(self, row: Any, user: Any, *, full: bool = False) -> SafeString | str:
        text = self.sheet(row, user)
        if not text or "*" in text:
            return text or NOTHING
        return format_html('<a href="tel:{}">{}</a>', text, text)

    def cells(self, user: Any) -> Callable[[Any], str]:
        take, reveal = self.getter(), self.reveal

        def shown(row: Any) -> str:
            text = messy.as_text(take(row))
            return text if not text or (reveal and can(user, reveal, row)) else render.mask_mobile(text)

        return shown

    def read(self, cell: Any, known: Any) -> str:
        text = _POINT_ZERO.sub("", messy.plain(cell))
        if "*" in text:
            return text
        if wrong := phone_fault(number := normalise_phone(text)):
            raise CellError(messy.LOST if messy.is_shortened(text) else wrong, phone_meant(text))
        return number

    def read_all(self, texts: Sequence[str]) -> list[Any] | None:
        return list(texts) if all(map(is_mobile, texts)) else None

    def is_same(self, stored: Any, read: Any) -> bool:
        return read in (stored or "", render.mask_mobile(stored) if stored else "")


@dataclass(frozen=True, slots=True)
class Number(Column):
    """A whole number from 0."""

    css: ClassVar[str] = "num"
    nothing: ClassVar[frozenset[str]] = messy.UNKNOWN
    width: ClassVar[int] = 12
    numeric: ClassVar[bool] = True

    def read(self, cell: Any, known: Any) -> int:
        return messy.as_whole(cell)


@dataclass(frozen=True, slots=True)
class Quantity(Column):
    """An amount with up to two decimals; its unit is another column."""

    css: ClassVar[str] = "num"
    nothing: ClassVar[frozenset[str]] = messy.UNKNOWN
    width: ClassVar[int] = 12
    numeric: ClassVar[bool] = True

    def words(self, value: Any) -> str:
        return render.qty(value)

    def read(self, cell: Any, known: Any) -> Decimal:
        return messy.as_decimal(cell)


@dataclass(frozen=True, slots=True)
class Money(Column):
    """Yuan; two decimals in sheets."""

    css: ClassVar[str] = "num"
    nothing: ClassVar[frozenset[str]] = messy.UNKNOWN
    width: ClassVar[int] = 14
    numeric: ClassVar[bool] = True
    number_format: ClassVar[str] = "0.00"

    def words(self, value: Any) -> str:
        return render.money(value)

    def read(self, cell: Any, known: Any) -> Decimal:
        return messy.as_decimal(messy.plain(cell).removesuffix("元").removeprefix("¥"))


@dataclass(frozen=True, slots=True)
class Date(Column):
    """A day."""

    css: ClassVar[str] = "sl-num sl-nowrap"
    nothing: ClassVar[frozenset[str]] = messy.NONE
    width: ClassVar[int] = 13
    number_format: ClassVar[str] = "yyyy-mm-dd"

    def words(self, value: Any) -> str:
        return render.date_text(_as_day(value))

    def short(self, value: Any) -> str:
        return render.day_text(_as_day(value))

    def cell(self) -> Callable[[Any], dt.date | None]:
        return _as_day

    def read(self, cell: Any, known: Any) -> dt.date:
        return messy.as_date(cell)

    def is_same(self, stored: Any, read: Any) -> bool:
        return bool(_as_day(stored) == read)


@dataclass(frozen=True, slots=True)
class Moment(Column):
    """A moment: the day in tables and sheets, with the time on the detail page. Never imported."""

    writable: bool = False

    css: ClassVar[str] = "sl-num sl-nowrap"
    width: ClassVar[int] = 13
    number_format: ClassVar[str] = "yyyy-mm-dd"

    def words(self, value: Any) -> str:
        return render.datetime_text(dt.datetime.fromisoformat(value) if isinstance(value, str) else value)

    def short(self, value: Any) -> str:
        return render.day_text(_as_day(value))

    def cell(self) -> Callable[[Any], dt.date | None]:
        return _as_day


@dataclass(frozen=True, slots=True)
class YesNo(Column):
    """是 or 否."""

    css: ClassVar[str] = ""
    width: ClassVar[int] = 10

    def words(self, value: Any) -> str:
        return "" if value is None else "是" if value else "否"

    def read(self, cell: Any, known: Any) -> bool:
        return messy.as_yes_no(cell)


def _as_day(value: Any) -> dt.date | None:
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value) if value else None
    if isinstance(value, dt.datetime):
        return (value.astimezone(SHANGHAI) if value.tzinfo else value).date()
    return value if isinstance(value, dt.date) else None
