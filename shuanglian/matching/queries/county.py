"""The county as a plan sees it, and the plan itself: plain values, without a database or a clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from shuanglian.matching.choices import Miss

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Ask:
    """One line of a need that nobody promised. ``urgency``: 0, 1, 2; ``days_left``: working days until it is due."""

    line: int
    urgency: int
    days_left: int
    quantity: Decimal
    measure: str


@dataclass(frozen=True, slots=True)
class Room:
    """One line of an offer with what is left of it in this period. ``tier``: 0 the county's, 1 the city's, 2 the province's."""

    item: int
    unit: int
    left: Decimal
    measure: str
    tier: int = 0

    def taken_by(self, ask: Ask) -> Decimal:
        """How much of it a line takes: its quantity in the same measure, otherwise one place."""
        return ask.quantity if ask.measure == self.measure else ONE


@dataclass(frozen=True, slots=True)
class Option:
    """An offer's line that could serve, and how well (0 to 1)."""

    item: int
    fit: float


@dataclass(frozen=True, slots=True)
class Missed:
    """Why a line did not get its first choice: how, which, and whose lines have it instead."""

    kind: Miss
    item: int = 0
    holders: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class County:
    """All that a plan is made of. ``asks`` in the order they came; ``options`` of a line best first, tier by tier.

    ``ceilings``: how many more lines a unit can take on this month; a unit that is not in it has said nothing.
    ``fixed``: lines whose offer people chose (0: none for now). ``barred``: pairs that may not be suggested, with why.
    """

    asks: Sequence[Ask]
    rooms: Mapping[int, Room]
    options: Mapping[int, Sequence[Option]]
    ceilings: Mapping[int, int] = field(default_factory=dict)
    fixed: Mapping[int, int] = field(default_factory=dict)
    barred: Mapping[tuple[int, int], Miss] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The plan: line → offer's line, with the misses; its tally, and that of first come, first served."""

    chosen: dict[int, int]
    missed: dict[int, Missed]
    tally: "Tally"
    first_chosen: dict[int, int]
    first: "Tally"
    gap: int  # of the certificates of all rounds: 0, proven


@dataclass(frozen=True, slots=True, order=True)
class Tally:
    """What a plan gives to the lines that people did not fix: the totals of the tiers, the county's first."""

    totals: tuple[int, ...]
    planned: int = field(compare=False)  # lines that the county's own offers serve

    @property
    def total(self) -> int:
        """What the county's own offers give."""
        return self.totals[0]
