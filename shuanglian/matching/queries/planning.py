"""The plan for all open needs together, from plain values to a plain value: no database, no clock.

A line of a need takes one line of an offer at most; the total of the weighted fits is to be the highest (``engine.allocate``,
docs/adr/0011). What an offer has left and what a unit can still take on this month are never exceeded by what is
suggested here. Only people exceed them, with what they fixed by hand; then nothing is left for anybody else.

Near before far. What the county's own offers cannot serve goes up to those of its city, and what is left then to those
of its province, each tier planned like the first; a nearer offer goes before a farther one by rule, not by score.

Seats. Lines mostly take one place of an offer; where both count in the same measure a line takes its quantity. Equal
quantities make seats exactly. Unequal ones are planned in rounds: each counts every line as the largest one that asks,
so that no round promises too much, and the next round sees what is really left. First come, first served is worked out
beside it, by the same rules; should it ever be worth more, or the solver not run, it is the plan.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from shuanglian.matching.choices import Miss
from shuanglian.matching.engine.allocate.jit import NoCompilerError
from shuanglian.matching.engine.allocate.market import Market
from shuanglian.matching.engine.allocate.solve import Plan as Allocation
from shuanglian.matching.engine.allocate.solve import solve
from shuanglian.matching.engine.allocate.weights import weigh

log = logging.getLogger(__name__)
ONE = Decimal(1)
NAMED = 3  # how many of those that took a place are named


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
    """The plan: line → offer's line, with the misses; its total, and the same for first come, first served."""

    chosen: dict[int, int]
    missed: dict[int, Missed]
    total: int
    first_chosen: dict[int, int]
    first_total: int
    gap: int  # of the certificates of all rounds: 0, proven


@dataclass(slots=True)
class _Left:
    """What is left while places are given away."""

    rooms: dict[int, Decimal]
    units: dict[int, int]

    def fits(self, room: Room, ask: Ask) -> bool:
        return room.taken_by(ask) <= self.rooms[room.item] and self.units.get(room.unit, 1) > 0

    def take(self, room: Room, ask: Ask) -> None:
        self.rooms[room.item] -= room.taken_by(ask)
        if room.unit in self.units:
            self.units[room.unit] -= 1

    def give_back(self, room: Room, ask: Ask) -> None:
        self.rooms[room.item] += room.taken_by(ask)
        if room.unit in self.units:
            self.units[room.unit] += 1


def draw_up(county: County) -> Drawn:
    """The best plan for all lines that people did not fix, and what first come, first served would give."""
    asks = {ask.line: ask for ask in county.asks}
    start = _after_fixed(county, asks)
    free = [ask for ask in county.asks if ask.line not in county.fixed]
    edges = _edges(county, free)
    first, first_total = _first_come(free, edges, county.rooms, _copy(start))
    try:
        chosen, gap = _tier_by_tier(free, edges, county, _copy(start))
        total = sum(edges[line][item] for line, item in chosen.items())
    except NoCompilerError:
        log.warning("plans are made first come, first served for now")
        chosen, total, gap = first, first_total, 0
    if first_total > total:
        chosen, total = first, first_total
    whole = chosen | {line: item for line, item in county.fixed.items() if item and line in asks}
    return Drawn(whole, _misses(free, county, whole), total, first, first_total, gap)


def _after_fixed(county: County, asks: Mapping[int, Ask]) -> _Left:
    """What is left when everything that people fixed is taken; never below nothing."""
    left = _Left({item: room.left for item, room in county.rooms.items()}, dict(county.ceilings))
    for line, item in county.fixed.items():
        if item in county.rooms and line in asks:
            left.take(county.rooms[item], asks[line])
    left.rooms = {item: max(amount, Decimal(0)) for item, amount in left.rooms.items()}
    left.units = {unit: max(number, 0) for unit, number in left.units.items()}
    return left


def _copy(left: _Left) -> _Left:
    return _Left(dict(left.rooms), dict(left.units))


def _edges(county: County, asks: Sequence[Ask]) -> dict[int, dict[int, int]]:
    """Line → offer's line → score, for the options that are allowed, best fit first."""
    allowed = [
        (ask, option)
        for ask in asks
        for option in county.options.get(ask.line, ())
        if option.item in county.rooms and (ask.line, option.item) not in county.barred
    ]
    scores = weigh(
        np.array([option.fit for _, option in allowed], np.float64),
        np.array([ask.urgency for ask, _ in allowed], np.int64),
        np.array([ask.days_left for ask, _ in allowed], np.int64),
    )
    edges: dict[int, dict[int, int]] = {ask.line: {} for ask in asks}
    for (ask, option), score in zip(allowed, scores.tolist(), strict=True):
        edges[ask.line][option.item] = score
    return edges


def _first_come(
    asks: Sequence[Ask], edges: Mapping[int, Mapping[int, int]], rooms: Mapping[int, Room], left: _Left
) -> tuple[dict[int, int], int]:
    """Each line in its turn takes the best that is still free."""
    chosen: dict[int, int] = {}
    for ask in asks:
        item = next((item for item in edges[ask.line] if left.fits(rooms[item], ask)), None)
        if item is not None:
            left.take(rooms[item], ask)
            chosen[ask.line] = item
    return chosen, sum(edges[line][item] for line, item in chosen.items())


def _tier_by_tier(
    asks: Sequence[Ask], edges: Mapping[int, Mapping[int, int]], county: County, left: _Left
) -> tuple[dict[int, int], int]:
    """The county's offers first; what they cannot serve goes up."""
    chosen: dict[int, int] = {}
    gap = 0
    for tier in sorted({room.tier for room in county.rooms.values()}):
        rest = [ask for ask in asks if ask.line not in chosen]
        here = {
            ask.line: {i: score for i, score in edges[ask.line].items() if county.rooms[i].tier == tier}
            for ask in rest
        }
        given, found = _in_rounds(rest, here, county, left)
        chosen |= given
        gap += found
    return chosen, gap


def _in_rounds(
    asks: Sequence[Ask], edges: Mapping[int, Mapping[int, int]], county: County, left: _Left
) -> tuple[dict[int, int], int]:
    """Exact rounds until nothing more can be given; one is enough where all take the same."""
    chosen: dict[int, int] = {}
    gap = 0
    while True:
        rest = [ask for ask in asks if ask.line not in chosen]
        given, found = _one_round(rest, edges, county, left)
        gap += found
        if not given and _moved_up(asks, edges, county, left, chosen):
            continue
        if not given:
            return chosen, gap
        by_line = {ask.line: ask for ask in rest}
        for line, item in given.items():
            left.take(county.rooms[item], by_line[line])
        chosen |= given


def _moved_up(
    asks: Sequence[Ask],
    edges: Mapping[int, Mapping[int, int]],
    county: County,
    left: _Left,
    chosen: dict[int, int],
) -> bool:
    """Where a round counted too largely, something better may be left over: whether a line in its turn moved to it."""
    moved = False
    for ask in asks:
        had = chosen.get(ask.line)
        if had is None:
            continue
        left.give_back(county.rooms[had], ask)
        better = next(item for item in edges[ask.line] if item == had or left.fits(county.rooms[item], ask))
        left.take(county.rooms[better], ask)
        chosen[ask.line] = better
        moved = moved or better != had
    return moved


def _one_round(
    asks: Sequence[Ask], edges: Mapping[int, Mapping[int, int]], county: County, left: _Left
) -> tuple[dict[int, int], int]:
    rooms = county.rooms
    usable = [
        (i, item, score)
        for i, ask in enumerate(asks)
        for item, score in edges[ask.line].items()
        if left.fits(rooms[item], ask)
    ]
    if not usable:
        return {}, 0
    items = sorted({item for _, item, _ in usable})
    largest: dict[int, Decimal] = defaultdict(Decimal)
    for i, item, _ in usable:
        largest[item] = max(largest[item], rooms[item].taken_by(asks[i]))
    seats = [int(left.rooms[item] // largest[item]) for item in items]
    plan = _allocate(usable, items, seats, [rooms[item].unit for item in items], left.units)
    pairs = zip(plan.need.tolist(), plan.offer.tolist(), strict=True)
    return {asks[i].line: items[j] for i, j in pairs}, plan.gap


def _allocate(
    edges: Sequence[tuple[int, int, int]],
    items: Sequence[int],
    seats: Sequence[int],
    units: Sequence[int],
    ceilings: Mapping[int, int],
) -> Allocation:
    at = {item: j for j, item in enumerate(items)}
    place = {unit: u for u, unit in enumerate(dict.fromkeys(units))}
    no_ceiling = len(edges)  # nobody can be asked more often than that
    table = np.array([(i, at[item], score) for i, item, score in edges], np.int64)
    market = Market(
        table[:, 0].astype(np.int32),
        table[:, 1].astype(np.int32),
        table[:, 2],
        np.minimum(np.array(seats, np.int64), len(edges)),
        unit=np.array([place[unit] for unit in units], np.int32),
        ceiling=np.array([min(ceilings.get(unit, no_ceiling), no_ceiling) for unit in place], np.int64),
    )
    return solve(market)


# ---- why not the first choice ----


def _misses(free: Sequence[Ask], county: County, chosen: Mapping[int, int]) -> dict[int, Missed]:
    """Line → why it has not its best option; lines that have it are left out. Rooms that are gone do not count."""
    told = _Holders(county, chosen)
    found = {}
    for ask in free:
        here = (option.item for option in county.options.get(ask.line, ()) if option.item in county.rooms)
        first = next(here, 0)
        if not first or chosen.get(ask.line) != first:
            found[ask.line] = _miss(ask, first, county, told)
    return found


class _Holders:
    """Who has which place in a plan, and how much each presses."""

    def __init__(self, county: County, chosen: Mapping[int, int]) -> None:
        urgency = np.array([ask.urgency for ask in county.asks], np.int64)
        days = np.array([ask.days_left for ask in county.asks], np.int64)
        scores = weigh(np.ones(len(urgency)), urgency, days).tolist()
        self.asks = {ask.line: ask for ask in county.asks}
        self.pressure = dict(zip(self.asks, scores, strict=True))
        self.at_item: dict[int, list[int]] = defaultdict(list)
        self.at_unit: dict[int, list[int]] = defaultdict(list)
        for line, item in chosen.items():
            self.at_item[item].append(line)
            if item in county.rooms:
                self.at_unit[county.rooms[item].unit].append(line)


def _miss(ask: Ask, first: int, county: County, told: _Holders) -> Missed:
    if not first:
        return Missed(Miss.NOTHING)
    if (ask.line, first) in county.barred:
        return Missed(county.barred[ask.line, first], first)
    room = county.rooms[first]
    if room.left <= 0:
        return Missed(Miss.FULL, first)
    if room.taken_by(ask) > room.left:
        return Missed(Miss.SHORT, first)
    if county.ceilings.get(room.unit, 1) <= 0:
        return Missed(Miss.MONTH, first)
    return _given_away(ask, room, told)


def _given_away(ask: Ask, room: Room, told: _Holders) -> Missed:
    """Who has the place: those at the same offer, or, where the unit's month is the limit, all of the unit's."""
    used = sum((room.taken_by(told.asks[line]) for line in told.at_item[room.item]), Decimal(0))
    full = used + room.taken_by(ask) > room.left
    holders = told.at_item[room.item] if full else told.at_unit[room.unit]
    holders = [line for line in holders if line != ask.line]
    more_urgent = [line for line in holders if told.pressure[line] > told.pressure[ask.line]]
    kind = Miss.URGENT if more_urgent else Miss.BETTER
    named = sorted(more_urgent or holders, key=lambda line: -told.pressure[line])
    return Missed(kind, room.item, tuple(named[:NAMED]))
