"""Plans made from nothing: exact against an oracle, feasible, proven, the same in any order."""

import re
from dataclasses import replace

import numpy as np
import pytest

from shuanglian.matching.engine.allocate import solve as solving
from shuanglian.matching.engine.allocate.certificate import Certificate, CertificateError, certify
from shuanglian.matching.engine.allocate.market import Market, make_plain, take_out_pairs
from shuanglian.matching.engine.allocate.solve import solve, solve_plain, warm_up
from tests.matching.engine.flows import best_total

SEEDS = range(6)
MARKETS_A_SEED = 100


def market_of(pairs, capacity, **more):
    """A market from {(need, offer): score}."""
    table = np.array([(i, j, s) for (i, j), s in pairs.items()], np.int64).reshape(-1, 3)
    return Market(table[:, 0], table[:, 1], table[:, 2], np.array(capacity, np.int64), **more)


def pairs_of(plan):
    return list(zip(plan.need.tolist(), plan.offer.tolist(), strict=True))


def random_market(rng):
    needs, offers = int(rng.integers(1, 14)), int(rng.integers(1, 7))
    keys = rng.permutation(needs * offers)[: int(rng.integers(0, needs * offers + 1))]
    scores = rng.integers(-1, rng.choice([3, 30, 10**6, 10**12]), len(keys))
    units = int(rng.integers(1, 4))
    market = Market(
        keys // offers,
        keys % offers,
        scores,
        rng.integers(0, 5, offers),
        rng.integers(0, 4, needs) if rng.random() < 0.5 else np.ones(needs, np.int64),
        *(
            (rng.integers(0, units, offers), rng.integers(0, 9, units))
            if rng.random() < 0.5
            else (None, None)
        ),
        excluded=np.stack([keys // offers, keys % offers], 1)[: int(rng.integers(0, 3))],
    )
    locked = np.stack([keys // offers, keys % offers], 1)[len(keys) - int(rng.integers(0, 2)) :]
    try:
        take_out_pairs(replace(market, locked=locked))
    except ValueError:
        return market
    return replace(market, locked=locked)


def oracle(market):
    rest, locked = take_out_pairs(market)
    edges = {}
    for i, j, s in zip(rest.need.tolist(), rest.offer.tolist(), rest.score.tolist(), strict=True):
        edges[i, j] = max(s, edges.get((i, j), s))
    demand = (
        dict(enumerate(rest.demand.tolist()))
        if rest.demand is not None
        else dict.fromkeys(range(rest.needs), 1)
    )
    unit = None if rest.unit is None else dict(enumerate(rest.unit.tolist()))
    ceiling = None if rest.ceiling is None else dict(enumerate(rest.ceiling.tolist()))
    return int(locked.sum()) + best_total(
        edges, demand, dict(enumerate(rest.capacity.tolist())), unit, ceiling
    )


def require_feasible(market, plan):
    pairs = pairs_of(plan)
    locked = {tuple(pair) for pair in market.locked.tolist()}
    assert len(set(pairs)) == len(pairs)
    assert locked - set(pairs) == set()
    assert {tuple(pair) for pair in market.excluded.tolist()} & (set(pairs) - locked) == set()
    demand = np.ones(market.needs, np.int64) if market.demand is None else market.demand
    assert (np.bincount(plan.need, minlength=market.needs) <= demand).all()
    assert (np.bincount(plan.offer, minlength=len(market.capacity)) <= market.capacity).all()
    if market.unit is not None:
        assert (np.bincount(market.unit[plan.offer], minlength=len(market.ceiling)) <= market.ceiling).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_markets_of_every_kind_reach_the_oracles_total(seed):
    rng = np.random.default_rng(seed)
    for _ in range(MARKETS_A_SEED):
        market = random_market(rng)
        plan = solve(market)
        require_feasible(market, plan)
        assert (plan.total, plan.gap) == (oracle(market), 0)


@pytest.mark.parametrize(
    ("share", "narrow"), [(0.4, False), (0.8, False), (1.6, False), (0.8, True), (1.6, True)]
)
def test_larger_markets_are_proven_from_scarce_to_plenty(share, narrow):
    rng = np.random.default_rng(5)
    needs, offers = 3000, 600
    need, offer = (
        np.repeat(np.arange(needs, dtype=np.int32), 15),
        rng.integers(0, offers, 15 * needs, dtype=np.int32),
    )
    score = rng.integers(1, 1_000_000, len(need))
    capacity = 1 + rng.multinomial(int(share * needs) - offers, np.full(offers, 1 / offers))
    plan = solve(Market(need, offer, 900_000 + score // 20 if narrow else score, capacity))
    assert plan.gap == 0
    assert len(plan.need) == len(np.unique(plan.need))


@pytest.mark.parametrize(("offers_each", "share"), [(1, 0.7), (5, 0.9), (5, 0.4), (60, 0.8), (600, 0.9)])
def test_larger_markets_under_ceilings_are_proven(offers_each, share):
    rng = np.random.default_rng(6)
    needs, offers = 3000, 600
    capacity = rng.integers(0, 9, offers)
    unit = rng.permutation(offers) // offers_each
    ceiling = (share * np.bincount(unit, capacity)).astype(np.int64)
    market = Market(
        np.repeat(np.arange(needs, dtype=np.int32), 15),
        rng.integers(0, offers, 15 * needs, dtype=np.int32),
        rng.integers(1, 1_000_000, 15 * needs),
        capacity,
        unit=unit,
        ceiling=ceiling,
    )
    plan = solve(market)
    require_feasible(market, plan)
    assert plan.gap == 0


def test_greedy_would_lose():
    market = market_of({(0, 0): 10, (0, 1): 9, (1, 0): 9, (1, 1): 1}, [1, 1])
    plan = solve(market)
    assert (pairs_of(plan), plan.total) == ([(0, 1), (1, 0)], 18)


def test_the_order_of_the_edges_does_not_matter():
    rng = np.random.default_rng(3)
    market = Market(
        rng.integers(0, 60, 400), rng.integers(0, 20, 400), rng.integers(1, 5, 400), rng.integers(0, 4, 20)
    )
    mixed = rng.permutation(400)
    other = replace(market, need=market.need[mixed], offer=market.offer[mixed], score=market.score[mixed])
    assert pairs_of(solve(market)) == pairs_of(solve(other))


def test_edges_without_gain_are_never_used():
    assert pairs_of(solve(market_of({(0, 0): 0, (1, 0): -5}, [2]))) == []


def test_an_empty_market_has_the_empty_plan():
    empty = np.empty(0, np.int64)
    assert solve(Market(empty, empty, empty, empty)).total == 0


def test_a_repeated_edge_counts_once_with_its_best_score():
    one = np.zeros(2, np.int64)
    for demand in (None, np.array([2])):
        assert solve(Market(one, one, np.array([3, 7]), np.array([2]), demand)).total == 7


def test_a_need_takes_several_different_offers():
    market = market_of({(0, 0): 5, (0, 1): 4, (0, 2): 3, (1, 0): 5}, [1, 1, 1], demand=np.array([2, 1]))
    assert pairs_of(solve(market)) == [(0, 1), (0, 2), (1, 0)]


def test_a_ceiling_holds_over_all_offers_of_a_unit():
    market = market_of(
        {(0, 0): 5, (1, 1): 4, (2, 2): 1}, [1, 1, 1], unit=np.array([0, 0, 1]), ceiling=np.array([1, 1])
    )
    assert pairs_of(solve(market)) == [(0, 0), (2, 2)]


def test_a_locked_pair_stays_whatever_it_costs():
    pairs = {(0, 0): 1, (0, 1): 50, (1, 0): 100}
    plan = solve(market_of(pairs, [1, 1], locked=np.array([[0, 0]])))
    assert (pairs_of(plan), plan.total, plan.score.tolist()) == ([(0, 0)], 1, [1])


def test_a_locked_pair_needs_no_edge_and_then_counts_nothing():
    plan = solve(market_of({(1, 0): 8}, [2], locked=np.array([[0, 0]])))
    assert (pairs_of(plan), plan.score.tolist()) == ([(0, 0), (1, 0)], [0, 8])


def test_an_excluded_pair_is_never_proposed():
    plan = solve(market_of({(0, 0): 9, (0, 1): 2}, [1, 1], excluded=np.array([[0, 0]])))
    assert pairs_of(plan) == [(0, 1)]


@pytest.mark.parametrize(
    ("market", "reason"),
    [
        (market_of({(0, 1): 1}, [1]), "offer is outside 0..0"),
        (market_of({(0, 0): 1}, [-1]), "a capacity is negative"),
        (market_of({(0, 0): 1 << 60}, [1]), "scores are too large for 64-bit totals"),
        (market_of({(0, 0): 1}, [1], demand=np.array([-1])), "a demand is negative"),
        (market_of({(0, 0): 1}, [1], unit=np.array([0])), "unit and ceiling go together"),
        (
            market_of({(0, 0): 1}, [1], unit=np.array([0, 0]), ceiling=np.array([1])),
            "unit has not one entry an offer",
        ),
        (market_of({(0, 0): 1}, [1], unit=np.array([0]), ceiling=np.array([-1])), "a ceiling is negative"),
        (market_of({(0, 0): 1}, [1], locked=np.array([[0, 0], [0, 0]])), "a locked pair is repeated"),
        (
            market_of({(0, 0): 1, (1, 0): 1}, [1], locked=np.array([[0, 0], [1, 0]])),
            "locked pairs exceed the capacity of offer 0",
        ),
        (Market(np.zeros(1), np.zeros(2), np.zeros(1), np.ones(1)), "need, offer and score differ in length"),
    ],
)
def test_arrays_that_describe_no_market_are_refused(market, reason):
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        solve(market)


def test_a_plan_that_is_not_the_best_is_not_given_away():
    book, proof = solve_plain(make_plain(market_of({(0, 0): 5, (1, 0): 3}, [1])))
    assert proof == Certificate(5, 5, 0, True)
    book.hold[0], book.seat[1], book.seat[0] = 1, (0, 0), (-1, 0)
    with pytest.raises(CertificateError):
        certify(book)


def test_offers_that_disagree_with_the_needs_are_noticed():
    book, _ = solve_plain(make_plain(market_of({(0, 0): 5}, [1])))
    book.offer["count"] = 0
    with pytest.raises(CertificateError):
        certify(book)


def test_a_unit_that_disagrees_with_its_offers_is_noticed():
    market = market_of({(0, 0): 5, (1, 1): 4}, [1, 1], unit=np.array([0, 0]), ceiling=np.array([1]))
    book, proof = solve_plain(make_plain(market))
    assert (proof.total, book.price.tolist(), book.offer["count"].tolist()) == (5, [5, 5, 5], [1, 0, 1])
    book.offer["count"][2] = 0
    with pytest.raises(CertificateError):
        certify(book)


def test_an_offer_in_two_units_is_noticed():
    market = market_of({(0, 0): 5}, [1], unit=np.array([0]), ceiling=np.array([1, 1]))
    book, _ = solve_plain(make_plain(market))
    book.link["unit"][0] = 2
    with pytest.raises(CertificateError):
        certify(book)


def test_stamps_of_searches_begin_anew_before_they_overflow():
    market = market_of({(0, 0): 9, (0, 1): 8, (1, 0): 9, (2, 1): 5}, [1, 1])
    book, _ = solve_plain(make_plain(market))
    book.clock[0] = (1 << 31) - 1
    solving.fill_all(book)
    solving.enter_all(book, np.flatnonzero(book.seat["mate"] < 0).astype(np.int32))
    assert (int(book.clock[0]), certify(book).total) == (1, 17)


def test_warming_up_leaves_nothing_to_compile():
    assert warm_up() is None
