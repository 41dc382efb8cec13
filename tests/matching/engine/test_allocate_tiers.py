"""Counties first, then their city, then their province; the same on every executor."""

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from shuanglian.matching.engine.allocate.market import Market
from shuanglian.matching.engine.allocate.solve import solve
from shuanglian.matching.engine.allocate.tiers import area_at, solve_in_tiers, tier_of
from tests.matching.engine.flows import best_total

COUNTY, OTHER, CITY, PROVINCE, ABROAD = 140921, 140922, 140900, 140000, 420000
FAR, FAR_CITY = 141001, 141000


def in_tiers(market, need_area, offer_area, executor=None):
    with executor or ThreadPoolExecutor(2) as running:
        return solve_in_tiers(market, np.array(need_area), np.array(offer_area), running)


def pairs_of(plan):
    return list(zip(plan.need.tolist(), plan.offer.tolist(), strict=True))


def every_pair(scores, **more):
    """A market in which each need (row) has an edge to each offer (column)."""
    table = np.array(scores, np.int64)
    need, offer = (axis.ravel() for axis in np.indices(table.shape))
    return Market(need, offer, table.ravel(), more.pop("capacity", np.ones(table.shape[1], np.int64)), **more)


def random_market(seed):
    rng = np.random.default_rng(seed)
    keys = rng.permutation(60 * 20)[:500]
    market = Market(keys // 20, keys % 20, rng.integers(1, 100, 500), rng.integers(0, 3, 20))
    offers = rng.choice([COUNTY, OTHER, CITY, PROVINCE, ABROAD], 20)
    return market, rng.choice([COUNTY, OTHER], int(market.needs)), offers


class LastFirst(Executor):
    """Works on what was asked last first."""

    def map(self, act, *columns, timeout=None, chunksize=1):
        asked = list(zip(*columns, strict=True))
        return iter([act(*given) for given in reversed(asked)][::-1])


def crowded_market(seed):
    """Three counties of two cities, each with little; ceilings, and needs that take up to two offers."""
    rng = np.random.default_rng(seed)
    needs, offers = 40, 18
    offer_area = rng.choice([COUNTY, OTHER, FAR, CITY, FAR_CITY, PROVINCE], offers)
    units, unit = np.unique(offer_area * 2 + rng.integers(0, 2, offers), return_inverse=True)
    keys = rng.permutation(needs * offers)[:400]
    market = Market(
        keys // offers,
        keys % offers,
        rng.integers(1, 50, 400),
        rng.integers(0, 3, offers),
        rng.integers(0, 3, needs),
        unit,
        rng.integers(0, 5, len(units)),
    )
    return market, rng.choice([COUNTY, OTHER, FAR], needs), offer_area


def test_areas_tell_their_tier():
    assert [area_at(COUNTY, tier) for tier in range(3)] == [COUNTY, CITY, PROVINCE]
    assert tier_of(np.array([COUNTY, CITY, PROVINCE])).tolist() == [0, 1, 2]


def test_what_the_county_cannot_serve_goes_up():
    market = every_pair([[5, 9, 9], [4, 9, 9], [3, 8, 9]])
    plan = in_tiers(market, [COUNTY] * 3, [COUNTY, CITY, PROVINCE])
    assert (pairs_of(plan), plan.total, plan.gap) == ([(0, 0), (1, 1), (2, 2)], 23, 0)


def test_counties_share_what_lies_above_them():
    plan = in_tiers(every_pair([[7], [8]]), [COUNTY, OTHER], [CITY])
    assert pairs_of(plan) == [(1, 0)]


def test_offers_of_other_areas_serve_nobody_here():
    plan = in_tiers(every_pair([[9, 9, 1]]), [COUNTY], [OTHER, ABROAD, COUNTY])
    assert pairs_of(plan) == [(0, 2)]


def test_the_rest_of_a_demand_goes_up():
    market = every_pair([[5, 4, 6]], demand=np.array([2]))
    assert pairs_of(in_tiers(market, [COUNTY], [COUNTY, CITY, PROVINCE])) == [(0, 0), (0, 1)]


def test_locked_pairs_hold_across_tiers():
    market = every_pair([[9, 1], [9, 1]], locked=np.array([[0, 1]]))
    plan = in_tiers(market, [COUNTY, COUNTY], [COUNTY, PROVINCE])
    assert (pairs_of(plan), plan.total) == ([(0, 1), (1, 0)], 10)


def test_ceilings_hold_in_each_area():
    market = every_pair(
        [[9, 8, 1], [8, 8, 2]],
        unit=np.array([0, 0, 1]),
        ceiling=np.array([1, 1]),
        capacity=np.array([1, 1, 1]),
    )
    assert pairs_of(in_tiers(market, [COUNTY, COUNTY], [COUNTY, COUNTY, CITY])) == [(0, 0), (1, 2)]


def test_a_unit_lies_in_one_area():
    market = every_pair([[1, 1]], unit=np.array([0, 0]), ceiling=np.array([1]))
    with pytest.raises(ValueError, match=r"^the offers of one unit lie in different areas$"):
        in_tiers(market, [COUNTY], [COUNTY, CITY])


def test_one_county_alone_is_the_plain_plan():
    market, _, _ = random_market(1)
    plan = in_tiers(market, [COUNTY] * market.needs, [COUNTY] * 20)
    assert pairs_of(plan) == pairs_of(solve(market))


@pytest.mark.parametrize("seed", range(5))
def test_no_need_is_left_that_a_free_seat_of_its_area_fits(seed):
    market, need_area, offer_area = random_market(seed)
    plan = in_tiers(market, need_area, offer_area)
    free = market.capacity - np.bincount(plan.offer, minlength=20)
    served = np.isin(np.arange(market.needs), plan.need)
    width = 100 ** tier_of(offer_area)
    inside = need_area[market.need] // width[market.offer] == offer_area[market.offer] // width[market.offer]
    assert not (inside & ~served[market.need] & (free[market.offer] > 0)).any()


def test_processes_and_threads_find_the_same_plan():
    market, need_area, offer_area = random_market(2)
    processes = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    there = in_tiers(market, need_area, offer_area, processes)
    here = in_tiers(market, need_area, offer_area)
    assert (pairs_of(there), there.total) == (pairs_of(here), here.total)


def best_of_tier(market, demand, inside):
    """What the oracle makes of the edges of one tier, with the demands that are left."""
    edges = np.stack([market.need, market.offer], 1)[inside].tolist()
    return best_total(
        {tuple(edge): score for edge, score in zip(edges, market.score[inside].tolist(), strict=True)},
        dict(enumerate(demand.tolist())),
        dict(enumerate(market.capacity.tolist())),
        dict(enumerate(market.unit.tolist())),
        dict(enumerate(market.ceiling.tolist())),
    )


@pytest.mark.parametrize("seed", range(12))
def test_each_tier_is_the_best_for_what_those_below_left_and_no_seat_is_given_twice(seed):
    market, need_area, offer_area = crowded_market(seed)
    plan = in_tiers(market, need_area, offer_area)
    assert (np.bincount(plan.offer, minlength=18) <= market.capacity).all()
    assert (np.bincount(market.unit[plan.offer], minlength=len(market.ceiling)) <= market.ceiling).all()
    assert (np.bincount(plan.need, minlength=market.needs) <= market.demand).all()
    assert len(set(pairs_of(plan))) == len(plan.need)
    width = 100 ** tier_of(offer_area)
    demand = market.demand.copy()
    for tier in range(3):
        near = (
            need_area[market.need] // width[market.offer] == offer_area[market.offer] // width[market.offer]
        )
        here = tier_of(offer_area)[plan.offer] == tier
        inside = near & (tier_of(offer_area)[market.offer] == tier)
        assert plan.score[here].sum() == best_of_tier(market, demand, inside)
        demand -= np.bincount(plan.need[here], minlength=len(demand))


@pytest.mark.parametrize("seed", range(12))
def test_the_order_in_which_an_executor_answers_does_not_matter(seed):
    given = crowded_market(seed)
    there, here = in_tiers(*given, LastFirst()), in_tiers(*given)
    assert (pairs_of(there), there.total, there.gap) == (pairs_of(here), here.total, 0)


@pytest.mark.parametrize("areas", [([COUNTY], [COUNTY, CITY]), ([COUNTY] * 2, [COUNTY])])
def test_every_need_and_offer_has_an_area(areas):
    with pytest.raises(ValueError, match=r"^there is not one area a need and an offer$"):
        in_tiers(every_pair([[1, 1], [1, 1]]), *areas)
