"""What is to be allocated, and how extra conditions become ordinary seats.

The kernels know one kind of market: a need takes one offer at most, an offer has seats, a unit has slots for the seats
that are taken at its offers. Everything else is turned into that kind *exactly*:

* A need that takes k > 1 different offers, of the d it has edges to, becomes d needs, one an edge. Each may take its
  offer, or one of d - k seats of a *pool*, whose gain ``B`` is above every real score. So the pool is always full, and
  at most k real offers are taken.
* A locked pair is in the plan: its seat and its need are taken out before. An excluded pair loses its edge.

The total of the plan is the kernels' total minus B for each seat of a pool.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.book import WIDE, mark_distinct, sorted_rows

NO_PAIRS: NDArray[np.int32] = np.empty((0, 2), np.int32)


@dataclass(frozen=True)
class Market:
    """Edges (need, offer, score > 0), seats by offer, and what else holds.

    ``demand``: how many different offers a need takes, by need (default 1 each). ``unit`` and ``ceiling``: the unit of
    each offer and the most its offers may take together. ``locked``, ``excluded``: rows of (need, offer). Of repeated
    edges the best counts.
    """

    need: NDArray[Any]
    offer: NDArray[Any]
    score: NDArray[Any]
    capacity: NDArray[Any]
    demand: NDArray[Any] | None = None
    unit: NDArray[Any] | None = None
    ceiling: NDArray[Any] | None = None
    locked: NDArray[Any] = field(default_factory=lambda: NO_PAIRS)
    excluded: NDArray[Any] = field(default_factory=lambda: NO_PAIRS)

    @property
    def needs(self) -> int:
        """How many needs there are."""
        if self.demand is not None:
            return len(self.demand)
        return 1 + max(int(self.need.max(initial=-1)), int(self.locked[:, 0].max(initial=-1)))


@dataclass(frozen=True)
class Plain:
    """A market of the ordinary kind. ``owner`` is the real need behind each need; ``unit`` is -1 for none."""

    need: NDArray[np.int32]
    offer: NDArray[np.int32]
    score: NDArray[np.int64]
    capacity: NDArray[np.int64]
    owner: NDArray[np.int32] | None = None
    pledged: int = 0
    needs: int = 0
    unit: NDArray[np.int32] | None = None
    ceiling: NDArray[np.int64] | None = None


def require_sound(market: Market) -> None:
    """Raise ValueError, with the reason, when the arrays do not describe a market."""
    edges = len(market.need)
    if len(market.offer) != edges or len(market.score) != edges:
        raise ValueError("need, offer and score differ in length")
    _require_range("need", market.need, market.needs)
    _require_range("offer", market.offer, len(market.capacity))
    if len(market.capacity) and int(market.capacity.min()) < 0:
        raise ValueError("a capacity is negative")
    if market.demand is not None and int(market.demand.min(initial=0)) < 0:
        raise ValueError("a demand is negative")
    top = int(market.score.max(initial=0))
    if top >= WIDE or top * max(1, market.needs) >= 1 << 62:
        raise ValueError("scores are too large for 64-bit totals")
    _require_units(market)
    for name, pairs in (("locked", market.locked), ("excluded", market.excluded)):
        _require_range(f"{name} need", pairs[:, 0], market.needs)
        _require_range(f"{name} offer", pairs[:, 1], len(market.capacity))


def _require_units(market: Market) -> None:
    if (market.unit is None) != (market.ceiling is None):
        raise ValueError("unit and ceiling go together")
    if market.unit is not None and market.ceiling is not None:
        if len(market.unit) != len(market.capacity):
            raise ValueError("unit has not one entry an offer")
        _require_range("unit", market.unit, len(market.ceiling))
        if int(market.ceiling.min(initial=0)) < 0:
            raise ValueError("a ceiling is negative")


def _require_range(name: str, values: NDArray[Any], end: int) -> None:
    if len(values) and (int(values.min()) < 0 or int(values.max()) >= end):
        raise ValueError(f"{name} is outside 0..{end - 1}")


# ---- locked and excluded pairs ----


def take_out_pairs(market: Market) -> tuple[Market, NDArray[np.int64]]:
    """The market without its locked and excluded pairs, and the scores of the locked ones (0 without an edge).

    Raises ValueError when the locked pairs alone break a capacity, a demand or a ceiling, or repeat.
    """
    locked = market.locked
    if not len(locked) and not len(market.excluded):
        return market, np.empty(0, np.int64)
    width = max(1, len(market.capacity))
    keys = market.need.astype(np.int64) * width + market.offer
    locks = locked[:, 0].astype(np.int64) * width + locked[:, 1]
    if len(np.unique(locks)) < len(locks):
        raise ValueError("a locked pair is repeated")
    out = np.concatenate([locks, market.excluded[:, 0].astype(np.int64) * width + market.excluded[:, 1]])
    demand = np.ones(market.needs, np.int64) if market.demand is None else market.demand
    demand = _less("demand of need", demand, locked[:, 0])
    capacity = _less("capacity of offer", market.capacity, locked[:, 1])
    ceiling = market.ceiling
    if market.unit is not None and ceiling is not None:
        ceiling = _less("ceiling of unit", ceiling, market.unit[locked[:, 1]])
    keep = ~np.isin(keys, out)
    rest = Market(
        market.need[keep],
        market.offer[keep],
        market.score[keep],
        capacity,
        None if market.demand is None and demand.all() else demand,
        market.unit,
        ceiling,
    )
    return rest, _best_scores(keys, market.score, locks)


def _less(name: str, amounts: NDArray[Any], taken: NDArray[Any]) -> NDArray[np.int64]:
    left = amounts.astype(np.int64) - np.bincount(taken, minlength=len(amounts))
    if len(left) and int(left.min()) < 0:
        raise ValueError(f"locked pairs exceed the {name} {int(left.argmin())}")
    return left


def _best_scores(
    keys: NDArray[np.int64], scores: NDArray[Any], wanted: NDArray[np.int64]
) -> NDArray[np.int64]:
    found = np.zeros(len(wanted), np.int64)
    order = np.argsort(wanted)
    if len(wanted):
        at = np.minimum(np.searchsorted(wanted[order], keys), len(wanted) - 1)
        hit = wanted[order][at] == keys
        np.maximum.at(found, order[at[hit]], scores[hit])
    return found


# ---- from any market to the ordinary kind ----


def make_plain(market: Market) -> Plain:
    """The ordinary market with the same best plans. Locked and excluded pairs must be out already."""
    need, offer = (np.ascontiguousarray(ends, np.int32) for ends in (market.need, market.offer))
    score, capacity = (np.ascontiguousarray(each, np.int64) for each in (market.score, market.capacity))
    plain = Plain(need, offer, score, capacity, None, 0, market.needs)
    bound = int(score.max(initial=0)) + 1
    if market.demand is not None and (market.demand != 1).any():
        plain = split_demands(plain, market.demand.astype(np.int64), bound)
    if market.unit is not None and market.ceiling is not None:
        pools = len(plain.capacity) - len(market.unit)
        unit = np.concatenate([market.unit.astype(np.int32), np.full(pools, -1, np.int32)])
        plain = replace(plain, unit=unit, ceiling=market.ceiling.astype(np.int64))
    return plain


def split_demands(plain: Plain, demand: NDArray[np.int64], bound: int) -> Plain:
    """One need an edge for every need that takes several offers, with a pool for the edges it cannot use."""
    need, offer, score = _distinct_edges(plain, demand)
    several = demand[need] > 1
    single_need, several_need = need[~several], need[several]
    parts = np.arange(len(several_need), dtype=np.int32) + plain.needs
    degree = np.bincount(several_need, minlength=plain.needs)
    seats = np.where(demand > 1, np.maximum(degree - demand, 0), 0)
    pools = np.flatnonzero(seats)
    pool_of = np.full(plain.needs, -1, np.int64)
    pool_of[pools] = len(plain.capacity) + np.arange(len(pools))
    pooled = pool_of[several_need] >= 0
    return Plain(
        np.concatenate([single_need, parts, parts[pooled]]),
        np.concatenate([offer[~several], offer[several], pool_of[several_need[pooled]].astype(np.int32)]),
        np.concatenate([score[~several], score[several], np.full(int(pooled.sum()), bound, np.int64)]),
        np.concatenate([plain.capacity, seats[pools]]),
        np.concatenate([np.arange(plain.needs, dtype=np.int32), several_need]),
        int(seats.sum()) * bound,
        plain.needs + len(parts),
    )


def _distinct_edges(
    plain: Plain, demand: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Edges with a gain of needs with a demand, of equal ones the best; in a need by rising score.

    That order lets the pools fill with what a need wants least before the auction comes to what it wants.
    """
    score = np.where(demand[plain.need] > 0, plain.score, 0)
    rows = sorted_rows(plain.need, plain.offer, score, plain.needs, np.int64)
    distinct = np.empty(len(rows.peer), np.bool_)
    mark_distinct(rows, np.full(len(plain.capacity), -1, np.int32), distinct)
    need = np.repeat(np.arange(plain.needs, dtype=np.int32), rows.row["size"])
    keep = np.flatnonzero(distinct)[::-1]
    return need[keep], rows.peer[keep], rows.gain[keep]
