"""What the units share: the lines of ``data/offers.jsonl`` and what became of each."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from demo.days import Days

_DATA = Path(__file__).parent / "data" / "offers.jsonl"


@dataclass(frozen=True, slots=True)
class Shared:
    """One offer. Validity is in months before and after the month of loading; ``story`` names how it went."""

    key: str
    unit: str
    category: str
    title: str
    detail: str
    terms: str
    division: str  # the only township it serves; empty: the county
    capacity: Decimal
    measure: str
    period: str
    lead_days: int
    valid_from: int
    valid_until: int
    standing: bool
    story: str
    words: str = ""  # why it was returned, taken down or paused

    def fields(self, days: Days) -> dict[str, object]:
        """What the action that writes an offer down is told."""
        return {
            "category": self.category,
            "title": self.title,
            "detail": self.detail,
            "terms": self.terms,
            "capacity": self.capacity,
            "measure": self.measure,
            "period": self.period,
            "lead_days": self.lead_days,
            "standing": self.standing,
            "valid_from": days.month_start(self.valid_from),
            "valid_until": None if self.standing else days.month_end(self.valid_until),
        }


@cache
def offers() -> tuple[Shared, ...]:
    """All of them, in the order of their keys."""
    rows = [json.loads(line) for line in _DATA.read_text(encoding="utf-8").splitlines()]
    return tuple(Shared(**{**row, "capacity": Decimal(row["capacity"])}) for row in rows)


@cache
def offer_of(key: str) -> Shared:
    """The offer of this key."""
    return next(offer for offer in offers() if offer.key == key)
