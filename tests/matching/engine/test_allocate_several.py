"""Needs that take several offers, while the world changes: always as good as a plan made from nothing."""

import numpy as np
import pytest

from shuanglian.matching.engine.allocate.market import Market
from shuanglian.matching.engine.allocate.several import Several
from shuanglian.matching.engine.allocate.solve import solve
from tests.matching.engine.stories import Story

STORIES, EVENTS = 20, 30


class Many(Story):
    """Needs that take up to three offers."""

    most_needs = 8
    acts_of_arrival = 2

    def made(self, table, capacity, wide):
        demand = np.array(list(self.demand.values()), np.int64)
        return Several(Market(*table.T, capacity, demand, *self.units()), wide=wide)

    def wanted(self):
        return int(self.rng.integers(0, 4))

    def add_need(self, offers, scores, demand):
        return self.live.add_need(offers, scores, demand)


class ManyInUnits(Many):
    """The same, the offers in units with ceilings."""

    with_units = True


@pytest.mark.parametrize("kind", [Many, ManyInUnits])
@pytest.mark.parametrize("seed", range(STORIES))
def test_every_change_of_a_random_story_ends_at_the_oracles_total(seed, kind):
    story = kind(seed)
    for _ in range(EVENTS):
        story.change()
        best = story.best()
        pairs = [tuple(pair) for pair in story.live.pairs().tolist()]
        assert story.live.verify().holds
        assert story.live.total == best == sum(story.edges[pair] for pair in pairs)
        assert len(set(pairs)) == len(pairs)
        for i, demand in story.demand.items():
            assert sum(pair[0] == i for pair in pairs) <= demand
        for j, capacity in story.capacity.items():
            assert sum(pair[1] == j for pair in pairs) <= capacity
        for u, ceiling in story.ceiling.items():
            assert sum(story.unit[pair[1]] == u for pair in pairs) <= ceiling


def test_a_larger_market_after_many_changes_equals_one_made_from_nothing():
    rng = np.random.default_rng(4)
    needs, offers, each = 300, 80, 8
    rows = {
        i: (np.sort(rng.choice(offers, each, replace=False)), rng.integers(1, 10**6, each))
        for i in range(needs)
    }
    demand = {i: int(rng.integers(1, 4)) for i in range(needs)}
    capacity = rng.integers(1, 12, offers)

    def market():
        new = {i: place for place, i in enumerate(rows)}
        return Market(
            np.repeat([new[i] for i in rows], each),
            np.concatenate([row[0] for row in rows.values()]),
            np.concatenate([row[1] for row in rows.values()]),
            capacity,
            np.array([demand[i] for i in rows]),
        )

    live = Several(market())
    for _ in range(120):
        gone, j = int(rng.choice(list(rows))), int(rng.integers(offers))
        live.remove_need(gone)
        del rows[gone]
        row, wanted = (
            (rng.choice(offers, each, replace=False), rng.integers(1, 10**6, each)),
            int(rng.integers(1, 4)),
        )
        i = live.add_need(*row, wanted)
        rows[i], demand[i] = row, wanted
        capacity[j] = rng.integers(0, 12)
        live.set_capacity(j, int(capacity[j]))

    assert live.verify().holds
    assert live.total == solve(market()).total


def small():
    return Several(
        Market(np.array([0, 0]), np.array([0, 1]), np.array([5, 3]), np.array([1, 1]), np.array([2]))
    )


def test_two_offers_serve_one_need():
    assert (small().pairs().tolist(), small().total) == ([[0, 0], [0, 1]], 8)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda live: live.remove_need(7), "no such need"),
        (lambda live: live.set_capacity(3, 1), "no offer 3"),
        (lambda live: live.remove_offer(3), "no offer 3"),
        (lambda live: live.add_need(np.array([0]), np.array([1]), -1), "a demand is negative"),
        (lambda live: live.add_need(np.array([0, 0]), np.array([1, 2]), 2), "an edge is repeated"),
        (lambda live: live.add_need(np.array([9]), np.array([1])), "edges do not fit the market"),
        (lambda live: live.add_need(np.array([0]), np.array([1 << 27])), "a score is not below 134217727"),
        (lambda live: live.add_offer(1, np.array([5]), np.array([1])), "edges do not fit the market"),
    ],
)
def test_what_does_not_fit_the_market_is_refused_and_changes_nothing(change, reason):
    live = small()
    with pytest.raises(ValueError, match=f"^{reason}$"):
        change(live)
    assert (live.verify().holds, live.pairs().tolist()) == (True, [[0, 0], [0, 1]])


@pytest.mark.parametrize("more", [{"locked": np.array([[0, 0]])}, {"excluded": np.array([[0, 0]])}])
def test_locked_and_excluded_pairs_are_for_one_plan(more):
    one = np.array([0])
    with pytest.raises(ValueError, match=r"^locked and excluded pairs are for one plan, not for changes$"):
        Several(Market(one, one, np.array([1]), np.array([1]), **more))


def test_a_score_that_pools_could_not_outweigh_is_refused():
    one = np.array([0])
    with pytest.raises(ValueError, match=r"^a score is not below 8796093022208$"):
        Several(Market(one, one, np.array([1 << 43]), np.array([1])))
