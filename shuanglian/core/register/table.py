"""Find the ledger in a sheet: where the headings stand, which column is which, where the data begin and end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from shuanglian.core.register import idnumbers
from shuanglian.core.register.columns import Column
from shuanglian.core.register.declare import Register
from shuanglian.core.register.messy import is_blank, plain
from shuanglian.core.register.workbook import Table

SEARCHED = 30  # rows in which the headings must stand
OURS = frozenset({"序号", "原来的行号", "要改什么"})
_TAIL = ("合计", "总计", "小计", "填表", "制表", "审核", "填报人", "注:", "说明:")


@dataclass(frozen=True, slots=True)
class Found:
    """The ledger within a sheet: ``places`` says in which sheet column each of our columns stands."""

    heads: tuple[str, ...]
    places: Mapping[str, int]
    unused: tuple[str, ...]
    computed: tuple[str, ...]
    rows: tuple[tuple[int, list[Any]], ...]
    skipped: int


def find(register: Register, table: Table) -> Found:
    """Read a sheet as this register's ledger.

    Raises:
        ValidationError: no headings, a needed column is missing or doubled, or a column holds ID numbers.
    """
    at = _heading_row(register, table)
    heads = [plain(cell) for cell in table[at]]
    body = [(number, row) for number, row in enumerate(table[at + 1 :], start=at + 2) if not _is_empty(row)]
    _refuse_ids(heads, body)
    known = _headings(register)
    places = _places(heads, known)
    _refuse_missing(register, places)
    rows = tuple((number, row) for number, row in body if not _is_tail(row, places))
    computed = {plain(c.heading) for c in register.sheet_columns() if not c.writable}
    return Found(
        heads=tuple(heads),
        places={known[head].key: place for head, place in places.items()},
        unused=tuple(h for h in heads if h and h not in known and h not in computed and h not in OURS),
        computed=tuple(h for h in heads if h in computed),
        rows=rows,
        skipped=len(body) - len(rows),
    )


def writable(register: Register) -> list[Column]:
    """The columns that a sheet may set."""
    return [column for column in register.sheet_columns() if column.writable]


def _headings(register: Register) -> dict[str, Column]:
    """Every heading, name and alias → its column; exact headings win over aliases."""
    known: dict[str, Column] = {}
    for column in writable(register):
        known[plain(column.heading)] = column
    for column in writable(register):
        for name in (column.label, *column.aliases):
            known.setdefault(plain(name), column)
    return known


def _heading_row(register: Register, table: Table) -> int:
    known = set(_headings(register)) | {plain(c.heading) for c in register.sheet_columns()}
    hits = [sum(plain(cell) in known for cell in row) for row in table[:SEARCHED]]
    best = max(hits, default=0)
    if best < min(2, len(known)):
        wanted = "、".join(column.heading for column in writable(register)[:4])
        raise ValidationError(f"没有找到表头。前 {SEARCHED} 行里应当有一行写着：{wanted} 等")
    return hits.index(best)


def _places(heads: list[str], known: Mapping[str, Column]) -> dict[str, int]:
    places: dict[str, int] = {}
    taken: dict[str, str] = {}
    for place, head in enumerate(heads):
        if head not in known:
            continue
        key = known[head].key
        if key in taken:
            both = head if head == taken[key] else f"{taken[key]}”和“{head}"
            raise ValidationError(f"“{both}”是同一列，重复了，请只留一列")
        taken[key] = head
        places[head] = place
    return places


def _refuse_missing(register: Register, places: Mapping[str, int]) -> None:
    known = _headings(register)
    there = {known[head].key for head in places}
    if not any(there.issuperset(keys) for keys in register.keys):
        wanted = " 或 ".join(
            "、".join(register.column(key).heading for key in keys) for keys in register.keys
        )
        raise ValidationError(f"缺少用来认出每一行的列：{wanted}")


def _refuse_ids(heads: list[str], body: list[tuple[int, list[Any]]]) -> None:
    for place in range(max((len(row) for _, row in body), default=0)):
        if idnumbers.look_like_ids(row[place] for _, row in body if place < len(row)):
            head = heads[place] if place < len(heads) else ""
            raise ValidationError(
                f"“{head or f'第 {place + 1} 列'}”这一列像是身份证号码。本系统的工作用不到身份证号码，也不收集。"
                "请删掉这一列，再导入。"
            )


def _is_empty(row: list[Any]) -> bool:
    return all(is_blank(cell) for cell in row)


def _is_tail(row: list[Any], places: Mapping[str, int]) -> bool:
    """Totals, signatures and notes under the data: few cells, the first of them says so."""
    filled = [plain(cell) for cell in row if not is_blank(cell)]
    return filled[0].startswith(_TAIL) and len(filled) <= max(2, len(places) // 2)
