"""Needs that take several offers, while the world changes: always as good as a plan made from nothing."""

import numpy as np
import pytest

from shuanglian.matching.engine.allocate.market import Market
from shuanglian.matching.engine.allocate.several import Several
from shuanglian.matching.engine.allocate.solve import solve
from tests.matching.engine.flows import best_total

STORIES, EVENTS = 20, 30


class Story:
    """Random changes told to the market and written down beside it."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.top = int(self.rng.choice([3, 30, 10**6, 10**12]))
        needs, offers = int(self.rng.integers(0, 8)), int(self.rng.integers(0, 5))
        self.demand = {i: int(self.rng.integers(0, 4)) for i in range(needs)}
        self.capacity = {j: int(self.rng.integers(0, 4)) for j in range(offers)}
        self.edges = {
            (i, j): self.score() for i in range(needs) for j in range(offers) if self.rng.random() < 0.6
        }
        table = np.array([(i, j, s) for (i, j), s in self.edges.items()], np.int64).reshape(-1, 3)
        self.live = Several(
            Market(*table.T, *(np.array(list(of.values()), np.int64) for of in (self.capacity, self.demand))),
            wide=self.top > 10**6,
        )

    def score(self):
        return int(self.rng.integers(-1, self.top))

    def some(self, those):
        chosen = [x for x in sorted(those) if self.rng.random() < 0.6]
        return np.array(chosen, np.int64), np.array([self.score() for _ in chosen], np.int64)

    def change(self):
        acts = [self.need_arrives, self.need_arrives, self.offer_arrives]
        acts += [self.need_leaves] if self.demand else []
        acts += [self.offer_leaves, self.capacity_changes] if self.capacity else []
        acts[self.rng.integers(len(acts))]()

    def need_arrives(self):
        offers, scores = self.some(self.capacity)
        demand = int(self.rng.integers(0, 4))
        i = self.live.add_need(offers, scores, demand)
        self.demand[i] = demand
        self.edges.update({(i, j): s for j, s in zip(offers.tolist(), scores.tolist(), strict=True)})

    def offer_arrives(self):
        needs, scores = self.some(self.demand)
        capacity = int(self.rng.integers(0, 5))
        j = self.live.add_offer(capacity, needs, scores)
        self.capacity[j] = capacity
        self.edges.update({(i, j): s for i, s in zip(needs.tolist(), scores.tolist(), strict=True)})

    def need_leaves(self):
        gone = int(self.rng.choice(sorted(self.demand)))
        self.live.remove_need(gone)
        del self.demand[gone]
        self.edges = {pair: s for pair, s in self.edges.items() if pair[0] != gone}

    def offer_leaves(self):
        gone = int(self.rng.choice(sorted(self.capacity)))
        self.live.remove_offer(gone)
        del self.capacity[gone]
        self.edges = {pair: s for pair, s in self.edges.items() if pair[1] != gone}

    def capacity_changes(self):
        j = int(self.rng.choice(sorted(self.capacity)))
        self.capacity[j] = int(self.rng.integers(0, 5))
        self.live.set_capacity(j, self.capacity[j])


@pytest.mark.parametrize("seed", range(STORIES))
def test_every_change_of_a_random_story_ends_at_the_oracles_total(seed):
    story = Story(seed)
    for _ in range(EVENTS):
        story.change()
        best = best_total(story.edges, story.demand, story.capacity)
        pairs = [tuple(pair) for pair in story.live.pairs().tolist()]
        assert story.live.verify().holds
        assert story.live.total == best == sum(story.edges[pair] for pair in pairs)
        assert len(set(pairs)) == len(pairs)
        for i, demand in story.demand.items():
            assert sum(pair[0] == i for pair in pairs) <= demand
        for j, capacity in story.capacity.items():
            assert sum(pair[1] == j for pair in pairs) <= capacity


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


def test_ceilings_are_for_one_plan():
    with pytest.raises(ValueError, match=r"^ceilings, locked and excluded pairs are for one plan"):
        Several(
            Market(
                np.array([0]), np.array([0]), np.array([1]), np.array([1]), None, np.array([0]), np.array([1])
            )
        )
