"""A changing market: after every change the plan is as good as one made from nothing."""

import numpy as np
import pytest

from shuanglian.matching.engine.allocate import live as living
from shuanglian.matching.engine.allocate.certificate import CertificateError
from shuanglian.matching.engine.allocate.live import Live
from shuanglian.matching.engine.allocate.market import Plain
from tests.matching.engine.stories import Story

STORIES, EVENTS = 40, 60


class Single(Story):
    """Needs that take one offer each."""

    def made(self, table, capacity, wide):
        need, offer = table[:, 0].astype(np.int32), table[:, 1].astype(np.int32)
        unit, ceiling = self.units()
        plain = Plain(need, offer, table[:, 2].copy(), capacity, None, 0, len(self.demand), unit, ceiling)
        return Live(plain, wide=wide)

    def wanted(self):
        return 1

    def add_need(self, offers, scores, demand):
        return self.live.add_need(offers, scores)


class InUnits(Single):
    """The same, the offers in units with ceilings."""

    with_units = True


@pytest.mark.parametrize("kind", [Single, InUnits])
@pytest.mark.parametrize("seed", range(STORIES))
def test_every_change_of_a_random_story_ends_at_the_oracles_total(seed, kind):
    story = kind(seed)
    for _ in range(EVENTS):
        story.change()
        best = story.best()
        assert (story.live.verify().total, story.live.total) == (best, best)
        assert sum(story.edges[tuple(pair)] for pair in story.live.pairs().tolist()) == best


@pytest.mark.parametrize("offers_each", [None, 4, 150])
def test_a_larger_market_after_many_changes_equals_one_made_from_nothing(offers_each):
    rng = np.random.default_rng(11)
    needs, offers = 1500, 300
    need, offer = np.repeat(np.arange(needs, dtype=np.int32), 10), np.empty(10 * needs, np.int32)
    for i in range(needs):
        offer[10 * i : 10 * i + 10] = rng.choice(offers, 10, replace=False)
    score, capacity = rng.integers(1, 10**6, 10 * needs), rng.integers(1, 8, offers)
    unit = ceiling = None
    if offers_each:
        unit = rng.permutation(offers) // offers_each
        ceiling = np.bincount(unit, capacity).astype(np.int64) * 3 // 4
    live = Live(Plain(need, offer, score, capacity, None, 0, needs, unit, ceiling))
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
        if offers_each:
            u = int(unit[j])
            ceiling[u] = rng.integers(0, 2 * ceiling[u] + 5)
            live.set_ceiling(u, int(ceiling[u]))
    fresh_need = np.repeat(np.array(list(rows), np.int32), 10)
    fresh_offer = np.concatenate([edges[0] for edges in rows.values()]).astype(np.int32)
    fresh_score = np.concatenate([edges[1] for edges in rows.values()])
    fresh = Live(Plain(fresh_need, fresh_offer, fresh_score, capacity, None, 0, max(rows) + 1, unit, ceiling))
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


def under_one_roof():
    """Need 0 wants offer 0, need 1 wants offer 1; both are of unit 0, which takes one."""
    both = np.array([0, 1], np.int32)
    return Live(
        Plain(
            both, both, np.array([5, 3]), np.array([1, 1]), None, 0, 2, np.zeros(2, np.int32), np.array([1])
        )
    )


def test_a_higher_ceiling_serves_both_and_a_lower_one_whom_it_helps_most():
    live = under_one_roof()
    assert live.pairs().tolist() == [[0, 0]]
    live.set_ceiling(0, 2)
    assert (live.pairs().tolist(), live.total) == ([[0, 0], [1, 1]], 8)
    live.set_ceiling(0, 1)
    assert (live.pairs().tolist(), live.total) == ([[0, 0]], 5)
    live.set_ceiling(0, 0)
    assert (live.pairs().tolist(), live.total, live.verify().gap) == ([], 0, 0)


def test_a_slot_that_is_left_goes_to_another_offer_of_the_unit():
    live = under_one_roof()
    live.remove_need(0)
    assert (live.pairs().tolist(), live.total) == ([[1, 1]], 3)


def test_an_offer_of_a_new_unit_keeps_to_its_ceiling():
    live = small()
    unit = live.add_unit(1)
    live.add_offer(2, np.array([0, 1]), np.array([4, 4]), unit)
    assert (live.total, live.verify().gap) == (9, 0)
    live.set_capacity(0, 0)
    assert (live.total, live.verify().gap) == (4, 0)


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
        (lambda live: live.add_offer(1, np.array([0]), np.array([1]), 0), "no unit 0"),
        (lambda live: live.set_ceiling(0, 1), "no unit 0"),
        (lambda live: live.add_unit(-1), "a ceiling is negative"),
    ],
)
def test_what_does_not_fit_the_market_is_refused_and_changes_nothing(change, reason):
    live = small()
    with pytest.raises(ValueError, match=f"^{reason}$"):
        change(live)
    assert (live.verify().total, live.pairs().tolist()) == (5, [[0, 0]])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda live: live.set_ceiling(0, -1), "a ceiling is negative"),
        (lambda live: live.set_ceiling(1, 1), "no unit 1"),
        (lambda live: live.set_capacity(2, 1), "no offer 2"),
        (lambda live: live.remove_offer(2), "no offer 2"),
    ],
)
def test_a_unit_is_no_offer(change, reason):
    live = under_one_roof()
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
