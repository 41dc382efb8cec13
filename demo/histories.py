"""The past of the county, told: all stories at once, in the order of their moments, with the clock at each moment."""

import datetime as dt
from collections.abc import Callable, Generator, Iterable, Iterator
from heapq import heappop, heappush
from random import Random
from typing import Any

from demo.bookings import BOOKINGS
from demo.cast import Cast
from demo.chance import chance_of
from demo.days import Days, Pace
from demo.need_steps import Tale
from demo.need_stories import STORIES
from demo.needs import Asked
from demo.offer_stories import BOOKING_STORIES, OFFER_STORIES, Listing, Visit
from demo.offers import offers
from shuanglian.core.clock import at
from shuanglian.exchange import actions
from shuanglian.exchange.choices import ListKind

ISSUED = (-70, -10)  # the working days on which the lists were issued
REST = 400  # steps between two rests
History = Generator[dt.datetime, None, Any]


def tell(histories: Iterable[History], rest: Callable[[], None] = lambda: None) -> int:
    """Let every story go on when its moment has come, with a ``rest`` now and then; returns the number of steps."""
    waiting: list[tuple[dt.datetime, int, History]] = []
    for n, history in enumerate(histories):
        heappush(waiting, (next(history), n, history))
    steps = 0
    while waiting:
        moment, n, history = heappop(waiting)
        if steps % REST == 0:
            rest()
        with at(moment):
            following = next(history, None)
        steps += 1
        if following is not None:
            heappush(waiting, (following, n, history))
    return steps


def of_offers(cast: Cast) -> Iterator[History]:
    """Every offer, from being written to where it stands."""
    for shared in offers():
        pace, chance = _pace(cast.days, f"offer:{shared.key}", OFFER_STORIES[shared.story])
        yield OFFER_STORIES[shared.story][2](Listing(cast, shared, pace, chance))


def of_needs(cast: Cast, asked: Iterable[Asked], posters: dict[str, str]) -> Iterator[History]:
    """Every need, from being typed to where it stands."""
    for need in asked:
        pace, chance = _pace(cast.days, f"need:{need.key}", STORIES[need.story])
        yield STORIES[need.story][2](Tale(cast, need, posters[need.key], pace, chance))


def of_bookings(cast: Cast, posters: dict[str, str]) -> Iterator[History]:
    """Every booking, from the wish to its use."""
    for n, booked in enumerate(BOOKINGS):
        pace, chance = _pace(cast.days, f"booking:{n}", BOOKING_STORIES[booked.story])
        organization = posters.get(booked.by, booked.by)
        yield BOOKING_STORIES[booked.story][2](Visit(cast, booked, organization, pace, chance))


def of_lists(cast: Cast) -> Iterator[History]:
    """Both lists, issued about once a quarter."""
    for kind in ListKind.values:
        for day in ISSUED:
            yield _issue(cast, kind, Pace(cast.days, day, chance_of(f"list:{kind}:{day}")))


def _issue(cast: Cast, kind: str, pace: Pace) -> History:
    yield pace.moment
    actions.issue_list(kind, by=cast.people["demo-staff"])


def _pace(days: Days, seed: str, span: tuple[int, int, Any]) -> tuple[Pace, Random]:
    """A story's own clock, set to a day of its span, and its own chance: no story changes when another is added."""
    chance = chance_of(seed)
    earliest, latest, _ = span
    return Pace(days, -chance.randint(latest, earliest), chance), chance
