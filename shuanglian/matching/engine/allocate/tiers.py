"""Many counties at once: each solves its own market, what it cannot serve goes up to the city, then the province.

Areas are division codes as integers: 140921 (county), 140900 (its city), 140000 (its province). An offer serves the
needs of the counties inside its area. First every county is solved with its own offers; needs (or parts of their
demand) left over meet the offers of their city, and then those of their province. Within one market the plan is the
best there is; a nearer offer goes before a farther one by rule, not by score.

Every seat is given once: counties have no offers in common, and what lies above them is planned for all of them at once
when all of them are known. Markets of one tier do not touch each other, so they run through any ``concurrent.futures.Executor``: threads (the
kernels release the GIL), processes, or one that reaches a cluster. Equal input gives the equal plan on all of them.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.market import Market, require_sound, take_out_pairs
from shuanglian.matching.engine.allocate.solve import Plan, solve

TIERS = (1, 100, 10_000)  # a county itself, its city, its province: codes agree after this division

# Of the needs and of the offers; none: all are of one county.
Areas = tuple[NDArray[Any] | None, NDArray[Any] | None]


def solve_here(market: Market, need_area: NDArray[Any] | None, offer_area: NDArray[Any] | None) -> Plan:
    """The plan by the threads of this process: of one county, or of many where there are areas."""
    if need_area is None or offer_area is None:
        return solve(market)
    with ThreadPoolExecutor() as executor:
        return solve_in_tiers(market, need_area, offer_area, executor)


def solve_in_tiers(
    market: Market, need_area: NDArray[Any], offer_area: NDArray[Any], executor: Executor
) -> Plan:
    """The plan of all counties. Edges to offers of foreign areas are left out.

    Raises ValueError when areas and market differ in length, when the offers of one unit lie in different areas, or as
    ``solve`` does.
    """
    wall, cpu = time.perf_counter(), time.process_time()
    require_sound(market)
    if len(need_area) < market.needs or len(offer_area) != len(market.capacity):
        raise ValueError("there is not one area a need and an offer")
    _require_units_in_one_area(market, offer_area)
    rest, scores = take_out_pairs(market)
    if rest.demand is None:
        rest = replace(rest, demand=np.ones(market.needs, np.int64))
    parts = [(market.locked[:, 0], market.locked[:, 1], scores)]
    spent, gap = 0.0, 0
    for tier in range(len(TIERS)):
        shards = list(_shards(rest, need_area, offer_area, tier))
        plans = list(executor.map(solve, [shard for shard, _, _ in shards]))
        found = [(n[p.need], o[p.offer], p.score) for p, (_, n, o) in zip(plans, shards, strict=True)]
        parts += found
        spent += sum(plan.cpu_s for plan in plans)
        gap += sum(plan.gap for plan in plans)
        rest = _left_over(rest, found)
    need, offer, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((offer, need))
    return Plan(
        need[order].astype(np.int32),
        offer[order].astype(np.int32),
        score[order].astype(np.int64),
        int(score.sum()),
        gap,
        time.perf_counter() - wall,
        max(spent, time.process_time() - cpu),
    )


def area_at(county: int, tier: int) -> int:
    """The county itself, its city or its province."""
    return county // TIERS[tier] * TIERS[tier]


def tier_of(offer_area: NDArray[Any]) -> NDArray[np.int64]:
    """0 for offers of a county, 1 of a city, 2 of a province."""
    area = np.asarray(offer_area)
    return np.where(area % 10_000 == 0, 2, np.where(area % 100 == 0, 1, 0))


def _shards(
    market: Market, need_area: NDArray[Any], offer_area: NDArray[Any], tier: int
) -> Iterator[tuple[Market, NDArray[Any], NDArray[Any]]]:
    """The markets of one tier by area, each with the real numbers of its needs and offers."""
    width = TIERS[tier]
    home, place = need_area // width, np.where(tier_of(offer_area) == tier, offer_area // width, -1)
    inside = home[market.need] == place[market.offer]
    need, offer, score = market.need[inside], market.offer[inside], market.score[inside]
    order = np.argsort(home[need], kind="stable")
    areas, starts = np.unique(home[need[order]], return_index=True)
    for edges in np.split(order, starts[1:]) if len(areas) else []:
        needs, local_need = np.unique(need[edges], return_inverse=True)
        offers, local_offer = np.unique(offer[edges], return_inverse=True)
        demand = market.demand
        shard = Market(
            local_need.astype(np.int32),
            local_offer.astype(np.int32),
            score[edges],
            market.capacity[offers],
            None if demand is None or (demand[needs] == 1).all() else demand[needs],
        )
        yield _with_units(shard, market, offers), needs, offers


def _with_units(shard: Market, market: Market, offers: NDArray[Any]) -> Market:
    if market.unit is None or market.ceiling is None:
        return shard
    units, local = np.unique(market.unit[offers], return_inverse=True)
    return replace(shard, unit=local.astype(np.int32), ceiling=market.ceiling[units])


def _left_over(market: Market, found: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]) -> Market:
    """The market after a tier: demand served is gone. Seats are not, since no offer serves in two tiers."""
    if not found or market.demand is None:
        return market
    served = np.concatenate([need for need, _, _ in found])
    return replace(market, demand=market.demand - np.bincount(served, minlength=len(market.demand)))


def _require_units_in_one_area(market: Market, offer_area: NDArray[Any]) -> None:
    if market.unit is None or market.ceiling is None or not len(market.unit):
        return
    low = np.full(len(market.ceiling), np.iinfo(np.int64).max)
    high = np.zeros(len(market.ceiling), np.int64)
    np.minimum.at(low, market.unit, offer_area)
    np.maximum.at(high, market.unit, offer_area)
    if (low < high)[np.bincount(market.unit, minlength=len(low)) > 0].any():
        raise ValueError("the offers of one unit lie in different areas")
