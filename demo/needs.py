"""What the organisations ask for: the lines of ``data/needs.jsonl``, who asks, and what became of each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from demo.chance import chance_of
from demo.organizations import Firm
from demo.people import GUANLI, HAOKUN, HENGYUE
from shuanglian.directory.choices import Registration

_DATA = Path(__file__).parent / "data" / "needs.jsonl"
_CIRCLE = 14  # how many organisations of one trade and township come with needs


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how many, and the offers (by key) that would serve it, the best first."""

    text: str
    quantity: Decimal
    measure: str
    offers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One need. ``category`` is what the poster chose, perhaps nothing; ``right`` is what staff would choose."""

    key: str
    who: str  # the trade of the organisation
    division: str
    category: str
    right: str
    title: str
    detail: str
    urgency: str
    visibility: str
    source: str
    lines: tuple[Line, ...]
    story: str
    organization: str = ""  # a certain one, by name
    same_as: str = ""  # the key of the need it repeats
    words: str = ""  # why it was returned or ended
    added: str = ""  # what was added after it was returned


@cache
def needs() -> tuple[Asked, ...]:
    """All of them, in the order of their keys."""
    rows = [json.loads(line) for line in _DATA.read_text(encoding="utf-8").splitlines()]
    return tuple(Asked(**{**row, "lines": tuple(map(_line, row["lines"]))}) for row in rows)


def posters(asked: Iterable[Asked], firms: list[Firm]) -> dict[str, str]:
    """Need → the name of the organisation that asks: of the right trade and township, the same for repetitions."""
    chance = chance_of("posters")
    found: dict[str, str] = {}
    for need in sorted(asked, key=lambda n: bool(n.same_as)):
        near = [f.name for f in firms if _fits(f, need)][:_CIRCLE]
        drawn = chance.choice(near)
        found[need.key] = found.get(need.same_as) or need.organization or drawn
    return found


def _fits(firm: Firm, need: Asked) -> bool:
    """The organisations of the article ask only for what is written down for them."""
    right = (firm.trade, firm.division) == (need.who, need.division)
    return right and firm.registration == Registration.ACTIVE and firm.name not in (HAOKUN, GUANLI, HENGYUE)


def _line(row: dict[str, object]) -> Line:
    keys = row["offers"]
    assert isinstance(keys, list)
    return Line(str(row["text"]), Decimal(str(row["quantity"])), str(row["measure"]), tuple(keys))
