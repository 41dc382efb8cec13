"""The plan for all open needs together, from plain values to a plain value: no database, no clock.

A line of a need takes one line of an offer at most; the total of the weighted fits is to be the highest (``engine.allocate``,
docs/adr/0011). What an offer has left and what a unit can still take on this month are never exceeded by what is
suggested here. Only people exceed them, with what they fixed by hand; then nothing is left for anybody else.

Near before far. What the county's own offers cannot serve goes up to those of its city, and what is left then to those
of its province, each tier planned like the first; a nearer offer goes before a farther one by rule, not by score.

Seats. Lines mostly take one place of an offer; where both count in the same measure a line takes its quantity. Equal
quantities make seats exactly. Unequal ones are planned in rounds: each counts every line as the largest one that asks,
so that no round promises too much, and the next round sees what is really left. First come, first served is worked out
beside it, by the same rules; should it ever be worth more, or the solver not run, it is the plan. What the two give is
compared for the county's own offers: whoever goes up because another line was served better does not count twice.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from shuanglian.matching.engine import allocate
from shuanglian.matching.engine.allocate.weights import weigh
from shuanglian.matching.queries.county import Ask, County, Drawn, Room, Tally
from shuanglian.matching.queries.misses import misses

log = logging.getLogger(__name__)
TIERS = 3  # the county, its city, its province


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


def is_ready() -> bool:
    """Whether the solver was compiled on this machine, so that a plan takes no more than a moment."""
    return allocate.machine_code.is_there()


def make_ready() -> None:
    """Have the solver compiled if it was not yet: for jobs, which may wait, before they lock anything."""
    with suppress(allocate.jit.NoCompilerError):
        allocate.solve.warm_up()


def draw_up(county: County, *, together: bool = True) -> Drawn:
    """The best plan for all lines that people did not fix, and what first come, first served would give.

    Not ``together``: the latter is the plan, for who cannot wait until the solver is compiled.
    """
    asks = {ask.line: ask for ask in county.asks}
    start = _after_fixed(county, asks)
    free = [ask for ask in county.asks if ask.line not in county.fixed]
    edges = _edges(county, free)
    first = _first_come(free, edges, county.rooms, _copy(start))
    try:
        chosen, gap = _tier_by_tier(free, edges, county, _copy(start)) if together else (first, 0)
    except allocate.jit.NoCompilerError:
        log.warning("plans are made first come, first served for now")
        chosen, gap = first, 0
    tally, by_turn = (_tally(given, edges, county.rooms) for given in (chosen, first))
    if by_turn > tally:
        chosen, tally = first, by_turn
    whole = chosen | {line: item for line, item in county.fixed.items() if item and line in asks}
    return Drawn(whole, misses(free, county, whole), tally, first, by_turn, gap)


def _tally(
    chosen: Mapping[int, int], edges: Mapping[int, Mapping[int, int]], rooms: Mapping[int, Room]
) -> Tally:
    totals = [0] * TIERS
    for line, item in chosen.items():
        totals[rooms[item].tier] += edges[line][item]
    return Tally(tuple(totals), sum(rooms[item].tier == 0 for item in chosen.values()))


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
) -> dict[int, int]:
    """Each line in its turn takes the best that is still free."""
    chosen: dict[int, int] = {}
    for ask in asks:
        item = next((item for item in edges[ask.line] if left.fits(rooms[item], ask)), None)
        if item is not None:
            left.take(rooms[item], ask)
            chosen[ask.line] = item
    return chosen


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
) -> "allocate.solve.Plan":
    at = {item: j for j, item in enumerate(items)}
    place = {unit: u for u, unit in enumerate(dict.fromkeys(units))}
    no_ceiling = len(edges)  # nobody can be asked more often than that
    table = np.array([(i, at[item], score) for i, item, score in edges], np.int64)
    market = allocate.market.Market(
        table[:, 0].astype(np.int32),
        table[:, 1].astype(np.int32),
        table[:, 2],
        np.minimum(np.array(seats, np.int64), len(edges)),
        unit=np.array([place[unit] for unit in units], np.int32),
        ceiling=np.array([min(ceilings.get(unit, no_ceiling), no_ceiling) for unit in place], np.int64),
    )
    return allocate.solve.solve(market)
