"""Why lines of a plan have not their first choice, and whose lines have it instead."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from shuanglian.matching.choices import Miss
from shuanglian.matching.engine.allocate.weights import weigh
from shuanglian.matching.queries.county import Ask, County, Missed, Room

NAMED = 3  # how many of those that took a place are named


def misses(free: Sequence[Ask], county: County, chosen: Mapping[int, int]) -> dict[int, Missed]:
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
