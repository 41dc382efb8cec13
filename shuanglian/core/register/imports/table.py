"""Find the ledger in a file: on which sheet, where the headings stand, which column is which.

Sheets of county offices have titles above and headings over two rows. What no rule here can know is settled by hand
(``placed``); which of the rows beneath are data is known by ``rows``.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError

from shuanglian.core.register.columns import Column
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports.headings import bare, letters
from shuanglian.core.register.imports.rows import Found
from shuanglian.core.register.imports.workbook import REFUSALS, Sheet
from shuanglian.core.register.messy import like, plain

NUMBER = "序号"
OURS = frozenset({NUMBER, "原来的行号", "要改什么"})
_NUMBERS = frozenset({NUMBER, "编号", "No", "NO", "No."})
_PARTS = frozenset(
    {"姓名", "名称", "全称", "内容"}
)  # the lower of two headings, which says no more than the upper
_EXTRA = re.compile(
    r"^\d{1,2}[.、]|\([^)]*\)|企业(?=[?]?$)|情况$|姓名$|[?:*]"
)  # what headings say beside their names

_FACT = re.compile(r"[0-9A-Z]{11,}")
_CODE = 15  # characters
_UPRIGHT = 3  # rows that each begin with one of our headings: the table stands on its side


class UnknownHeadingsError(ValidationError):
    """The sheet could be used if somebody said which column is which."""


def find(
    register: Register,
    sheets: Sequence[Sheet],
    learned: Mapping[str, str] | None = None,
    *,
    at: int | None = None,
) -> Found:
    """The sheet whose headings fit this register best, or that ``at`` this place, and which others would fit too.

    ``learned`` says what this user called columns before.

    Raises:
        UnknownHeadingsError: no headings, or a column that tells rows apart is missing or doubled.
        ValidationError: nothing but sheets that are too long or too wide.
    """
    known = _headings(register, learned or {})
    not_ours = {plain(c.heading) for c in register.sheet_columns()} | OURS | _NUMBERS
    known_or_computed = set(known) | {plain(c.heading) for c in register.sheet_columns()}
    looked_at = [_heading_row(sheet, known_or_computed) for sheet in sheets if not sheet.refused]
    wanted = [one for one in looked_at if one[1].at == at] or looked_at
    hits, sheet, first, heads = max(wanted, key=lambda one: one[0], default=(0, sheets[0], 0, []))
    places = _places(heads, known)
    parts = _parts(["" if head in not_ours else head for head in heads], known, places) if hits else {}
    places |= {known[name].key: place for place, name in parts.items()}
    found = _found(register, sheet, first, heads, places)
    few = min(2, len(known_or_computed))
    if hits < few and (found.unused or len(places) < few):
        _refuse_unknown(register, sheets, sheet)
    _refuse_missing(register, places, sheet)
    guessed = tuple((heads[place], known[name].heading) for place, name in parts.items())
    others = tuple(
        one
        for known_in, one, _, theirs in looked_at
        if one is not sheet and known_in >= max(2, hits // 2) and _names_rows(register, theirs, known)
    )
    return replace(found, guessed=guessed, others=others, words=_words(known))


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
    """Our columns under these headings: those that are known, those named in part, and for the others the one most alike."""
    known = _headings(register, learned)
    texts = [bare(head, set(known)) for head in heads]
    places: dict[str, int] = {}
    for place, text in enumerate(texts):
        if text in known:
            places.setdefault(known[text].key, place)
    rest = ["" if place in places.values() else text for place, text in enumerate(texts)]
    places |= {known[name].key: place for place, name in _parts(rest, known, places).items()}
    for place, text in enumerate(rest):
        if text and place not in places.values() and (named := like(text, known)):
            places.setdefault(known[named].key, place)
    return places


def writable(register: Register) -> list[Column]:
    """The columns that a sheet may set."""
    return [column for column in register.sheet_columns() if column.writable]


def likely_heads(sheet: Sheet) -> int:
    """The index of the row that is most like headings when none is known: the one with the most short texts.

    -1 when that is the first one and holds facts: then there are no headings.
    """
    words = [sum(isinstance(c, str) and 0 < len(plain(c)) <= 20 for c in row) for row in sheet.head]
    likely = words.index(max(words)) if words else 0
    return likely if likely or not words or not any(map(_is_fact, sheet.head[0])) else -1


def _is_fact(cell: Any) -> bool:
    """Whether a cell holds a number, a day or a long code, as no heading does."""
    return not isinstance(cell, str) or bool(_FACT.fullmatch(plain(cell)))


def _found(
    register: Register, sheet: Sheet, first: int, heads: Sequence[str], places: Mapping[str, int]
) -> Found:
    used = set(places.values())
    computed = {plain(c.heading) for c in register.sheet_columns() if not c.writable}
    spare = [head for place, head in enumerate(heads) if head and place not in used]
    found = Found(
        sheet=sheet,
        first=first,
        heads=tuple(heads),
        places=dict(places),
        unused=tuple(head for head in spare if head not in computed and head not in OURS | _NUMBERS),
        computed=tuple(head for head in spare if head in computed),
        number=next((place for place, head in enumerate(heads) if head in _NUMBERS), None),
    )
    return replace(found, unused=(*found.unused, *_nameless(found)))


def _nameless(found: Found) -> list[str]:
    """The columns that hold something in the first rows of data and have no heading."""
    rows = [row for row in found.sheet.head[found.first :] if any(map(plain, row)) and found.is_data(row)]
    named = {place for place, head in enumerate(found.heads) if head} | set(found.places.values())
    filled = {place for row in rows for place, cell in enumerate(row) if plain(cell)}
    return [f"{letters(place)} 列（没有列名）" for place in sorted(filled - named)]


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
    rows = [[] if _has_code(row) else [bare(cell, known) for cell in row] for row in sheet.head]
    counts = [sum(head in known for head in row) for row in rows]
    for at, row in enumerate(rows):
        if counts[at] > best[0]:
            best = (counts[at], sheet, at + 1, row)
        if at + 1 < len(rows) and not _has_data(row, rows[at + 1], known):
            both = _two_rows(row, rows[at + 1], known)
            hits = sum(head in known for head in both)
            if hits > max(counts[at], counts[at + 1], best[0]):
                best = (hits, sheet, at + 2, both)
    return best


def _has_code(row: Sequence[Any]) -> bool:
    """Whether a row holds a long code: then it is no row of headings, though it may name what stands beside it."""
    return any(isinstance(cell, str) and len(cell) >= _CODE and _FACT.fullmatch(plain(cell)) for cell in row)


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
        ways = (group + below if below else "", below, below + group if below else "", above)
        named = (text for text in ways if text in known)
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
            both = f"“{head}”有两列" if head == first else f"“{first}”和“{head}”是同一项"
            raise UnknownHeadingsError(f"{both}，请在下面选用哪一列")
        places[key] = place
    return places


def _parts(heads: Sequence[str], known: Mapping[str, Column], places: Mapping[str, int]) -> dict[int, str]:
    """Headings that are part of the name of exactly one column not found yet: 类别 is 组织类别, 代码 could be two."""
    open_names = {name: column for name, column in known.items() if column.key not in places}
    found: dict[int, str] = {}
    often = Counter(heads)
    for place, head in enumerate(heads):
        text = _EXTRA.sub("", head)
        meant = {column.key: name for name, column in open_names.items() if text in name}
        if len(text) > 1 and often[head] == 1 and place not in places.values() and len(meant) == 1:
            ((key, name),) = meant.items()
            found[place] = name
            open_names = {name: column for name, column in open_names.items() if column.key != key}
    return found


def _words(known: Mapping[str, Column]) -> dict[str, str]:
    """Every heading that is known, with the key of its column: what the rows beneath are compared with."""
    return dict.fromkeys(_NUMBERS, "") | {head: column.key for head, column in known.items()}


def _names_rows(register: Register, heads: Sequence[str], known: Mapping[str, Column]) -> bool:
    """Whether headings hold what tells rows apart, as no list of words to choose from does."""
    keys = {known[head].key for head in heads if head in known}
    return any(keys.issuperset(wanted) for wanted in register.keys)


def _refuse_unknown(register: Register, sheets: Sequence[Sheet], best: Sheet) -> None:
    """No sheet has headings: say why none was even looked at, or which words are wanted."""
    if all(sheet.refused for sheet in sheets):
        raise ValidationError(REFUSALS[sheets[0].refused])
    _refuse_upright(register, best)
    wanted = "、".join(column.heading for column in writable(register)[:4])
    raise UnknownHeadingsError(f"没有找到表头。前 {len(best.head)} 行里应当有一行写着：{wanted} 等")


def _refuse_missing(register: Register, places: Mapping[str, int], sheet: Sheet | None = None) -> None:
    """Nothing tells rows apart. ``sheet`` is what was looked at by itself: what was said by hand is not doubted."""
    if any(set(places).issuperset(keys) for keys in register.keys):
        return
    if sheet is not None:
        _refuse_upright(register, sheet)
    wanted = " 或 ".join("、".join(register.column(key).heading for key in keys) for keys in register.keys)
    raise UnknownHeadingsError(f"缺少用来认出每一行的列：{wanted}")


def _refuse_upright(register: Register, sheet: Sheet) -> None:
    """A form for each row, or a table on its side: row after row begins with one of our headings."""
    known = set(_headings(register, {}))
    named = sum(any(bare(cell, known) in known for cell in row) for row in sheet.head)
    codes = any(map(_has_code, sheet.head))
    if named >= (_UPRIGHT - codes):
        raise UnknownHeadingsError(
            f"这张表像是竖着排的，或者是一{register.counter}一张的登记表。导入要一行一{register.counter}，"
            "最上面一行是列名，请在 Excel 里整理成这样再传"
        )
