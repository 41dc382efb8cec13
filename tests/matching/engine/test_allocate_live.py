"""A changing market: after every change the plan is as good as one made from nothing."""

import numpy as np
import pytest

from shuanglian.matching.engine.allocate import live as living
from shuanglian.matching.engine.allocate.certificate import CertificateError
from shuanglian.matching.engine.allocate.live import Live
from shuanglian.matching.engine.allocate.market import Plain
from tests.matching.engine.flows import best_total

STORIES, EVENTS = 40, 60


class Story:
    """Random changes told to the market and written down beside it."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.top = int(self.rng.choice([3, 30, 10**6, 10**12]))
        needs, offers = int(self.rng.integers(0, 10)), int(self.rng.integers(0, 5))
        self.needs, self.capacity = (
            set(range(needs)),
            {j: int(self.rng.integers(0, 4)) for j in range(offers)},
        )
        self.edges = {
            (i, j): self.score() for i in range(needs) for j in range(offers) if self.rng.random() < 0.6
        }
        table = np.array([(i, j, s) for (i, j), s in self.edges.items()], np.int64).reshape(-1, 3)
        need, offer = table[:, 0].astype(np.int32), table[:, 1].astype(np.int32)
        capacity = np.array(list(self.capacity.values()), np.int64)
        self.live = Live(Plain(need, offer, table[:, 2].copy(), capacity, needs=needs), wide=self.top > 10**6)

    def score(self):
        return int(self.rng.integers(-1, self.top))

    def some(self, those):
        chosen = [x for x in sorted(those) if self.rng.random() < 0.6]
        return np.array(chosen, np.int64), np.array([self.score() for _ in chosen], np.int64)

    def change(self):
        acts = [self.need_arrives, self.offer_arrives]
        acts += [self.need_leaves] if self.needs else []
        acts += [self.offer_leaves, self.capacity_changes] if self.capacity else []
        acts[self.rng.integers(len(acts))]()

    def need_arrives(self):
        offers, scores = self.some(self.capacity)
        i = self.live.add_need(offers, scores)
        self.needs.add(i)
        self.edges.update({(i, j): s for j, s in zip(offers.tolist(), scores.tolist(), strict=True)})

    def offer_arrives(self):
        needs, scores = self.some(self.needs)
        capacity = int(self.rng.integers(0, 5))
        j = self.live.add_offer(capacity, needs, scores)
        self.capacity[j] = capacity
        self.edges.update({(i, j): s for i, s in zip(needs.tolist(), scores.tolist(), strict=True)})

    def need_leaves(self):
        gone = int(self.rng.choice(sorted(self.needs)))
        self.live.remove_need(gone)
        self.needs.remove(gone)
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
        best = best_total(story.edges, dict.fromkeys(story.needs, 1), story.capacity)
        assert (story.live.verify().total, story.live.total) == (best, best)
        assert sum(story.edges[tuple(pair)] for pair in story.live.pairs().tolist()) == best


def test_a_larger_market_after_many_changes_equals_one_made_from_nothing():
    rng = np.random.default_rng(11)
    needs, offers = 1500, 300
    need, offer = np.repeat(np.arange(needs, dtype=np.int32), 10), np.empty(10 * needs, np.int32)
    for i in range(needs):
        offer[10 * i : 10 * i + 10] = rng.choice(offers, 10, replace=False)
    score, capacity = rng.integers(1, 10**6, 10 * needs), rng.integers(1, 8, offers)
    live = Live(Plain(need, offer, score, capacity, needs=needs))
    rows = {i: (offer[10 * i : 10 * i + 10], score[10 * i : 10 * i + 10]) for i in range(needs)}
    for _ in range(400):
        gone, j = int(rng.choice(list(rows))), int(rng.integers(offers))
        live.remove_need(gone)
        del rows[gone]
        for _ in range(int(rng.integers(0, 3))):
            edges = rng.choice(offers, 10, replace=False), rng.integers(1, 10**6, 10)
            rows[live.add_need(*edges)] = edges
        capacity[j] = rng.integers(0, 12)
        live.set_capacity(j, int(capacity[j]))
    fresh_need = np.repeat(np.array(list(rows), np.int32), 10)
    fresh_offer = np.concatenate([edges[0] for edges in rows.values()]).astype(np.int32)
    fresh_score = np.concatenate([edges[1] for edges in rows.values()])
    fresh = Live(Plain(fresh_need, fresh_offer, fresh_score, capacity, needs=max(rows) + 1))
    assert (live.verify().total, live.total) == (fresh.total, fresh.total)


def small():
    """Needs 0 and 1 want the one seat of offer 0."""
    need, offer = np.array([0, 1], np.int32), np.zeros(2, np.int32)
    return Live(Plain(need, offer, np.array([5, 3]), np.array([1]), needs=2))


def test_a_freed_seat_goes_to_the_next():
    live = small()
    live.remove_need(0)
    assert (live.mate(1), live.total, live.pairs().tolist()) == (0, 3, [[1, 0]])


def test_a_seat_more_serves_both():
    live = small()
    live.set_capacity(0, 7)
    assert (live.mate(0), live.mate(1), live.total) == (0, 0, 8)


def test_numbers_of_those_who_left_are_used_again():
    live = small()
    live.remove_need(0)
    assert live.add_need(np.array([0]), np.array([9])) == 0
    live.remove_offer(0)
    assert (live.add_offer(1, np.array([1]), np.array([4])), live.total) == (0, 4)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda live: live.remove_need(7), "no such need"),
        (lambda live: live.remove_need(-1), "no such need"),
        (lambda live: live.set_capacity(0, -1), "a capacity is negative"),
        (lambda live: live.set_capacity(3, 1), "no offer 3"),
        (lambda live: live.add_need(np.array([0, 0]), np.array([1, 2])), "an edge is repeated"),
        (lambda live: live.add_need(np.array([9]), np.array([1])), "edges do not fit the market"),
        (lambda live: live.add_need(np.array([0]), np.array([1 << 27])), "a score is not below 134217728"),
        (lambda live: live.add_offer(1, np.array([5]), np.array([1])), "edges do not fit the market"),
        (lambda live: live.add_offer(-1, np.array([0]), np.array([1])), "a capacity is negative"),
    ],
)
def test_what_does_not_fit_the_market_is_refused_and_changes_nothing(change, reason):
    live = small()
    with pytest.raises(ValueError, match=f"^{reason}$"):
        change(live)
    assert (live.verify().total, live.pairs().tolist()) == (5, [[0, 0]])


def test_a_need_that_left_cannot_leave_again():
    live = small()
    live.remove_need(0)
    with pytest.raises(ValueError, match=r"^no such need$"):
        live.remove_need(0)


def test_an_offer_that_left_has_no_capacity_to_change():
    live = small()
    live.remove_offer(0)
    with pytest.raises(ValueError, match=r"^no offer 0$"):
        live.set_capacity(0, 1)


def test_the_book_is_proven_by_itself_now_and_then(monkeypatch):
    monkeypatch.setattr(living, "PROVE_EVERY", 2)
    live = small()
    live.total += 1
    live.set_capacity(0, 2)
    with pytest.raises(CertificateError):
        live.set_capacity(0, 1)
