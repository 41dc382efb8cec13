"""Which rows beneath the headings are data, and which columns hold what we must not take in.

Sheets of county offices end with totals, signatures and remarks, number their columns, gather rows under 一、二、三, and
repeat the headings on every printed page.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from operator import not_
from typing import Any

from django.core.exceptions import ValidationError

from shuanglian.core.register.imports import idnumbers
from shuanglian.core.register.imports.headings import bare, is_heading
from shuanglian.core.register.imports.workbook import Sheet
from shuanglian.core.register.messy import all_plain, as_text, is_blank, plain

_TOTALS = ("合计", "总计", "小计", "共计", "总和")
_TAIL = (
    *_TOTALS,
    "填表",
    "制表",
    "审核",
    "填报",
    "注:",
    "注",
    "说明:",
    "备注:",
    "联系人:",
    "负责人:",
    "单位(盖章)",
)
_NOTE = 15  # characters of a lone cell that is a remark and no data
_TOTAL = re.compile(  # 本页小计, 累计, 宏道镇小计(2家), 全县总计3家
    r".{0,12}(?:合计|总计|小计|共计|总和|累计)[:：]?\(?共?\d*[家个户人名项条]?\)?|其中[:：].*"
)
_EXAMPLES = ("(例", "（例", "【例", "[例", "例:", "例：", "示例", "样例", "范例", "填写示例", "填报示例")
_ASKS = re.compile(
    r"填|选|格式|全称|[:：]|例如|\d+位|统计|为准|是/否"
)  # what templates say beneath their headings
_LONG_NUMBER = re.compile(r"\d{5}")
_CHAPTER = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.,]?")  # in the place of 序号: 一、规上企业
_REMARK = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、]\D.*|\d{4}[年.-]\d{1,2}[月.-](?:\d{1,2}日?)?"
)
_ID_HEADS = ("身份证", "公民身份")
_AMOUNT = re.compile(r"-?[\d.,]+\D{0,2}")
_COLUMN_NUMBER = re.compile(r"\(?(?:[甲乙丙丁戊己庚辛]|\d{1,2}|[A-Z])\)?(?:=.*)?")


@dataclass(frozen=True, slots=True)
class Found:
    """The ledger within a sheet: ``places`` says in which sheet column each of our columns stands."""

    sheet: Sheet
    first: int  # index of the first row after the headings
    heads: tuple[str, ...]
    places: Mapping[str, int]
    unused: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    guessed: tuple[tuple[str, str], ...] = ()  # headings that only resemble ours, with ours
    number: int | None = None  # the place of 序号
    others: tuple[Sheet, ...] = ()  # sheets of the same file that look like this ledger too
    words: Mapping[str, str] = field(
        default_factory=dict
    )  # every heading that is known, with the key of its column
    _few: int = field(init=False)  # so few cells may be a signature
    # some columns whose headings would stand in a row if it were headings again
    _marks: tuple[tuple[int, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        """What every row is asked is worked out once."""
        marks = [(place, self.heads[place]) for place in self.places.values() if place < len(self.heads)]
        object.__setattr__(self, "_marks", tuple(marks[:2]))
        object.__setattr__(self, "_few", max(2, len(self.places) // 2))

    def is_data(self, row: Sequence[Any], *, apart: bool = False) -> bool:
        """Whether a row that is not blank holds data: no total, signature, remark, column numbers or headings again.

        ``apart``: above it is a blank row or one that was no data.
        """
        if self._is_plainly_data(row):
            return True
        filled = [(place, text) for place, cell in enumerate(row) if (text := plain(cell))]
        first_place, first = filled[0]
        if self._is_total_or_example(filled):
            return False
        if first.startswith(_TAIL) and self._is_tail(first, filled):
            return False
        if first.endswith(":") or all(":" in text for _, text in filled):  # 填表人：　审核人：
            return False
        mapped = set(self.places.values())
        if not any(place in mapped for place, _ in filled):
            return False
        if len(filled) <= 2 and first_place == self.number and _CHAPTER.fullmatch(first):
            return False
        if len(filled) == 1 and len(self.places) > 2 and self._is_remark(first_place, first, apart):
            return False
        return not self._is_heading_again(filled)

    def _is_remark(self, place: int, text: str, apart: bool) -> bool:
        """Whether a lone cell is a remark: numbered, a date, apart from the table, or a sentence at its left edge."""
        if apart or _REMARK.fullmatch(text):
            return True
        return place == 0 and len(text) >= _NOTE and (text.endswith(("。", ";")) or len(text) >= 4 * _NOTE)

    def _is_plainly_data(self, row: Sequence[Any]) -> bool:
        """A quick look at the many rows about which there is no question: well filled, no mark, no heading."""
        if len(row) - row.count("") <= self._few:
            return False
        first = next(filter(None, row), "")
        if isinstance(first, str) and ("计" in first or first.startswith(_EXAMPLES)):
            return False
        if isinstance(first, str) and ((text := plain(first)).startswith(_TAIL) or text.endswith(":")):
            return False
        return not any(
            place < len(row)
            and ((cell := row[place]) == head or (isinstance(cell, str) and cell.startswith(_EXAMPLES)))
            for place, head in self._marks
        )

    @staticmethod
    def _is_total_or_example(filled: list[tuple[int, str]]) -> bool:
        """Whether a row says 小计 and otherwise only amounts, or shows how to fill in the sheet."""
        texts = [text for _, text in filled]
        if any(text.startswith(_EXAMPLES) for text in texts[:2]):
            return True
        return bool(_TOTAL.fullmatch(texts[0])) and all(map(_AMOUNT.fullmatch, texts[1:]))

    def may_hold_headings(self, columns: Sequence[Sequence[Any]]) -> bool:
        """Whether one of some rows, given by column, might be of headings: in the others nobody need look for them."""
        places = [place for place, _ in self._marks if place < len(columns)]
        return not all(self.words.keys().isdisjoint(all_plain(columns[place])) for place in places)

    def is_other_table(self, row: Sequence[Any]) -> bool:
        """Whether a row is of headings that do not fit ours: beneath it stands another table.

        Another word for the same column is no other table.
        """
        cells = [row[place] for place, _ in self._marks if place < len(row)]
        if not any(plain(cell) in self.words for cell in cells) or not is_heading(row, self.words):
            return False
        return not all(self._means(row, place, key) for key, place in self.places.items())

    def _means(self, row: Sequence[Any], place: int, key: str) -> bool:
        head = bare(row[place], self.words) if place < len(row) else ""
        return head == self.heads[place] or self.words.get(head) == key

    def is_instruction(self, row: Sequence[Any]) -> bool:
        """Whether the row under the headings says what to fill in: words, most of them asking, and no facts."""
        texts = [as_text(cell) for cell in row if not is_blank(cell)]
        asking = sum(bool(_ASKS.search(text)) for text in texts)
        return len(texts) > 2 and 2 * asking > len(texts) and not any(map(_LONG_NUMBER.search, texts))

    def is_column_numbers(self, row: Sequence[Any]) -> bool:
        """Whether the row under the headings only numbers the columns: 甲 乙 1 2 3."""
        texts = [as_text(cell) for cell in row if not is_blank(cell)]
        return len(texts) > 2 and len(set(texts)) == len(texts) and all(map(_COLUMN_NUMBER.fullmatch, texts))

    def _is_tail(self, first: str, filled: list[tuple[int, str]]) -> bool:
        """Few cells; or a total, whose other cells are all numbers."""
        if len(filled) <= self._few:
            return True
        others = [text for _, text in filled[1:]]
        return first in _TOTALS and all(map(_AMOUNT.fullmatch, others))

    def _is_heading_again(self, filled: list[tuple[int, str]]) -> bool:
        same = sum(place < len(self.heads) and self.heads[place] == text for place, text in filled)
        return same > 1 and same >= len(filled) - 1


def columns_of(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The cells of rows, one column after the other; where a row is shorter there is None."""
    return list(map(list, zip_longest(*rows)))


def _long(cells: Sequence[Any]) -> list[Any]:
    """The cells of a column that could hold an ID number by their length."""
    kinds = set(map(type, cells))
    if kinds == {str} and max(map(len, cells)) < idnumbers.LENGTH:
        return []
    if kinds == {float} and max(cells) < idnumbers.LEAST:
        return []
    found = [cell for cell in cells if type(cell) is float or len(str(cell)) >= idnumbers.LENGTH]
    return found if kinds != {str} or idnumbers.has_digits(found) else []


class IdWatch:
    """Counts in passing which columns hold citizens' ID numbers, used or not."""

    def __init__(self, heads: Sequence[str]) -> None:
        self._heads = heads
        self._rows = 0
        self._blank: Counter[int] = Counter()
        self._ids: Counter[int] = Counter()

    def look(self, columns: Sequence[Sequence[Any]]) -> None:
        """Take in some rows, column by column."""
        self._rows += len(columns[0]) if columns else 0
        for place, cells in enumerate(columns):
            self._blank[place] += cells.count("") if set(map(type, cells)) == {str} else sum(map(not_, cells))
            if found := sum(map(idnumbers.looks_like_id, _long(cells))):
                self._ids[place] += found

    def refuse(self) -> None:
        """Nothing, unless a column is one of ID numbers.

        Raises:
            ValidationError: with the explanation.
        """
        for place, count in sorted(self._ids.items()):
            head = self._heads[place] if place < len(self._heads) else ""
            named = any(word in head for word in _ID_HEADS)
            if named or count >= idnumbers.SHARE * (self._rows - self._blank[place]):
                raise ValidationError(
                    f"“{head or f'第 {place + 1} 列'}”这一列像是身份证号码。本系统的工作用不到身份证号码，也不收集。"
                    "请删掉这一列，再导入。"
                )
