"""Find the ledger in a sheet: where the headings stand, which column is which, where the data begin and end.

Sheets of county offices have titles above, headings over two rows, a row of column numbers, totals, signatures and notes
below, headings repeated on every printed page. What no rule here can know is settled by hand (``placed``).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError

from shuanglian.core.register import idnumbers
from shuanglian.core.register.columns import Column
from shuanglian.core.register.declare import Register
from shuanglian.core.register.messy import as_text, is_blank, like, plain
from shuanglian.core.register.workbook import Sheet

NUMBER = "序号"
OURS = frozenset({NUMBER, "原来的行号", "要改什么"})
_NUMBERS = frozenset({NUMBER, "编号", "No", "NO", "No."})
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
_PARTS = frozenset(
    {"姓名", "名称", "全称", "内容"}
)  # the lower of two headings, which says no more than the upper
_NOTE = 15  # characters of a lone cell that is a remark and no data
_EXTRA = re.compile(r"\([^)]*\)|企业(?=[?]?$)|情况$|[?:*]")  # what headings say beside their names
_AMOUNT = re.compile(r"-?[\d.,]+\D{0,2}")
_COLUMN_NUMBER = re.compile(r"\(?(?:[甲乙丙丁戊己庚辛]|\d{1,2}|[A-Z])\)?(?:=.*)?")


class UnknownHeadingsError(ValidationError):
    """The sheet could be used if somebody said which column is which."""


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

    def is_data(self, row: Sequence[Any]) -> bool:
        """Whether a row that is not blank holds data: no total, signature, remark, column numbers or headings again."""
        if self._is_plainly_data(row):
            return True
        filled = [(place, text) for place, cell in enumerate(row) if (text := plain(cell))]
        first_place, first = filled[0]
        if first.startswith(_TAIL) and self._is_tail(first, filled):
            return False
        mapped = set(self.places.values())
        if not any(place in mapped for place, _ in filled):
            return False
        if len(filled) == 1 and first_place == 0 and len(self.places) > 2 and len(first) >= _NOTE:
            return not first.endswith(("。", ";", ":")) and len(first) < 4 * _NOTE and ":" not in first
        return not self._is_heading_again(filled)

    def _is_plainly_data(self, row: Sequence[Any]) -> bool:
        """A quick look at the many rows about which there is no question: well filled, no mark, no heading."""
        if len(row) - row.count("") <= max(2, len(self.places) // 2):
            return False
        first = next(filter(None, row), "")
        if isinstance(first, str) and plain(first).startswith(_TAIL):
            return False
        return not any(place < len(row) and row[place] == self.heads[place] for place in self._marks)

    @property
    def _marks(self) -> Sequence[int]:
        """Some columns whose headings would stand in the row if it were headings again."""
        return [place for place in list(self.places.values())[:2] if place < len(self.heads)]

    def is_column_numbers(self, row: Sequence[Any]) -> bool:
        """Whether the row under the headings only numbers the columns: 甲 乙 1 2 3."""
        texts = [as_text(cell) for cell in row if not is_blank(cell)]
        return len(texts) > 2 and len(set(texts)) == len(texts) and all(map(_COLUMN_NUMBER.fullmatch, texts))

    def _is_tail(self, first: str, filled: list[tuple[int, str]]) -> bool:
        """Few cells; or a total, whose other cells are all numbers."""
        if len(filled) <= max(2, len(self.places) // 2):
            return True
        others = [text for _, text in filled[1:]]
        return first in _TOTALS and all(map(_AMOUNT.fullmatch, others))

    def _is_heading_again(self, filled: list[tuple[int, str]]) -> bool:
        same = sum(place < len(self.heads) and self.heads[place] == text for place, text in filled)
        return same > 1 and same >= len(filled) - 1


class IdWatch:
    """Counts in passing which columns hold citizens' ID numbers, used or not."""

    def __init__(self, heads: Sequence[str]) -> None:
        self._heads = heads
        self._rows = 0
        self._blank: Counter[int] = Counter()
        self._ids: Counter[int] = Counter()

    def look(self, row: Sequence[Any]) -> None:
        """Take in one row."""
        self._rows += 1
        for place, cell in enumerate(row):
            if not cell:
                self._blank[place] += 1
            elif (type(cell) is float or len(str(cell)) > 17) and idnumbers.looks_like_id(cell):
                self._ids[place] += 1

    def refuse(self) -> None:
        """Nothing, unless a column is one of ID numbers.

        Raises:
            ValidationError: with the explanation.
        """
        for place, count in sorted(self._ids.items()):
            if count >= idnumbers.SHARE * (self._rows - self._blank[place]):
                head = self._heads[place] if place < len(self._heads) else ""
                raise ValidationError(
                    f"“{head or f'第 {place + 1} 列'}”这一列像是身份证号码。本系统的工作用不到身份证号码，也不收集。"
                    "请删掉这一列，再导入。"
                )


def find(register: Register, sheets: Sequence[Sheet], learned: Mapping[str, str] | None = None) -> Found:
    """The sheet whose headings fit this register best; ``learned`` says what this user called columns before.

    Raises:
        UnknownHeadingsError: no headings, or a column that tells rows apart is missing or doubled.
    """
    known = _headings(register, learned or {})
    known_or_computed = set(known) | {plain(c.heading) for c in register.sheet_columns()}
    best = max((_heading_row(sheet, known_or_computed) for sheet in sheets), key=lambda one: one[0])
    hits, sheet, first, heads = best
    if hits < min(2, len(known_or_computed)):
        wanted = "、".join(column.heading for column in writable(register)[:4])
        raise UnknownHeadingsError(f"没有找到表头。前 {len(sheet.head)} 行里应当有一行写着：{wanted} 等")
    places = _places(heads, known)
    not_ours = {plain(c.heading) for c in register.sheet_columns()} | OURS | _NUMBERS
    parts = _parts(["" if head in not_ours else head for head in heads], known, places)
    places |= {known[name].key: place for place, name in parts.items()}
    _refuse_missing(register, places)
    guessed = tuple((heads[place], known[name].heading) for place, name in parts.items())
    return replace(_found(register, sheet, first, heads, places), guessed=guessed)


def placed(register: Register, sheet: Sheet, first: int, places: Mapping[str, int]) -> Found:
    """The ledger in a sheet as somebody said: the index of the first row of data, and where our columns stand.

    Raises:
        UnknownHeadingsError: a column that tells rows apart is missing, or two of ours are the same one of theirs.
    """
    width = max((len(row) for row in sheet.head), default=0)
    known = {column.key for column in writable(register)}
    kept = {key: place for key, place in places.items() if key in known and 0 <= place < width}
    if doubled := [place for place, count in Counter(kept.values()).items() if count > 1]:
        raise UnknownHeadingsError(f"表里的第 {doubled[0] + 1} 列对上了两次，请只留一次")
    _refuse_missing(register, kept)
    heads = [plain(cell) for cell in sheet.head[first - 1]] if 0 < first <= len(sheet.head) else []
    return _found(register, sheet, first, heads, kept)


def guess(register: Register, heads: Sequence[Any], learned: Mapping[str, str]) -> dict[str, int]:
    """Our columns under these headings: those that are known, and for the others the one most alike."""
    known = _headings(register, learned)
    texts = [_bare(head, set(known)) for head in heads]
    places: dict[str, int] = {}
    for alike in (False, True):
        for place, text in enumerate(texts):
            named = like(text, known) if alike and text and place not in places.values() else text
            if named in known:
                places.setdefault(known[named].key, place)
    return places


def writable(register: Register) -> list[Column]:
    """The columns that a sheet may set."""
    return [column for column in register.sheet_columns() if column.writable]


def likely_heads(sheet: Sheet) -> int:
    """The index of the row that is most like headings when none is known: the one with the most short texts."""
    words = [sum(isinstance(c, str) and 0 < len(plain(c)) <= 20 for c in row) for row in sheet.head]
    return words.index(max(words)) if words else 0


def _found(
    register: Register, sheet: Sheet, first: int, heads: Sequence[str], places: Mapping[str, int]
) -> Found:
    used = set(places.values())
    computed = {plain(c.heading) for c in register.sheet_columns() if not c.writable}
    spare = [head for place, head in enumerate(heads) if head and place not in used]
    return Found(
        sheet=sheet,
        first=first,
        heads=tuple(heads),
        places=dict(places),
        unused=tuple(head for head in spare if head not in computed and head not in OURS | _NUMBERS),
        computed=tuple(head for head in spare if head in computed),
        number=next((place for place, head in enumerate(heads) if head in _NUMBERS), None),
    )


def _headings(register: Register, learned: Mapping[str, str]) -> dict[str, Column]:
    """Every heading, name and alias → its column; exact headings win over what was learned, that over aliases."""
    columns = writable(register)
    by_key = {column.key: column for column in columns}
    known = {plain(column.heading): column for column in columns}
    for head, key in learned.items():
        if key in by_key:
            known.setdefault(head, by_key[key])
    for column in columns:
        for name in (column.label, *column.aliases):
            known.setdefault(plain(name), column)
    return known


def _heading_row(sheet: Sheet, known: set[str]) -> tuple[int, Sheet, int, list[str]]:
    """How many headings of a sheet are known at best, where the data begin, and the headings."""
    best: tuple[int, Sheet, int, list[str]] = (0, sheet, 0, [])
    rows = [[_bare(cell, known) for cell in row] for row in sheet.head]
    for at, row in enumerate(rows):
        hits = sum(head in known for head in row)
        if hits > best[0]:
            best = (hits, sheet, at + 1, row)
        if hits and at + 1 < len(rows) and not _has_data(row, rows[at + 1], known):
            both = _two_rows(row, rows[at + 1], known)
            hits_both = sum(head in known for head in both)
            if hits_both > max(hits, best[0]):
                best = (hits_both, sheet, at + 2, both)
    return best


def _bare(cell: Any, known: set[str]) -> str:
    """A heading without marks and remarks, where that makes it one we know: *企业名称(必填) → 企业名称."""
    head = plain(cell)
    if head in known or not head:
        return head
    bare = head.strip("*＊★※:：")
    for text in (bare, re.sub(r"\([^)]*\)$", "", bare), re.sub(r"[（(].*$", "", bare)):
        if text in known:
            return text
    return head


def _has_data(upper: list[str], lower: list[str], known: set[str]) -> bool:
    """Whether something stands under a heading that is complete by itself: then the lower row is no heading."""
    return any(
        above in known and below and below not in known | _PARTS and above + below not in known
        for above, below in zip(upper, lower, strict=False)
    )


def _two_rows(upper: list[str], lower: list[str], known: set[str]) -> list[str]:
    """Headings over two rows: groups above (merged over several columns), their parts beneath."""
    heads, group = [], ""
    for above, below in zip_longest(upper, lower, fillvalue=""):
        group = above or group
        named = (text for text in (group + below if below else "", below, above) if text in known)
        heads.append(next(named, below or above))
    return heads


def _places(heads: Sequence[str], known: Mapping[str, Column]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, head in enumerate(heads):
        if head not in known:
            continue
        key = known[head].key
        if key in places:
            first = heads[places[key]]
            both = head if head == first else f"{first}”和“{head}"
            raise UnknownHeadingsError(f"“{both}”是同一列，重复了，请只留一列")
        places[key] = place
    return places


def _parts(heads: Sequence[str], known: Mapping[str, Column], places: Mapping[str, int]) -> dict[int, str]:
    """Headings that are part of the name of exactly one column not found yet: 类别 is 组织类别, 代码 could be two."""
    open_names = {name: column for name, column in known.items() if column.key not in places}
    found: dict[int, str] = {}
    for place, head in enumerate(heads):
        text = _EXTRA.sub("", head)
        meant = {column.key: name for name, column in open_names.items() if text in name}
        if len(text) > 1 and place not in places.values() and len(meant) == 1:
            ((key, name),) = meant.items()
            found[place] = name
            open_names = {name: column for name, column in open_names.items() if column.key != key}
    return found


def _refuse_missing(register: Register, places: Mapping[str, int]) -> None:
    if not any(set(places).issuperset(keys) for keys in register.keys):
        wanted = " 或 ".join(
            "、".join(register.column(key).heading for key in keys) for keys in register.keys
        )
        raise UnknownHeadingsError(f"缺少用来认出每一行的列：{wanted}")
