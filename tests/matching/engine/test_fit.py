from dataclasses import replace

import numpy as np
import pytest

from shuanglian.matching.engine import fit, rank

USED = rank.load()
CLEAR, NOISE = rank.COLUMNS.index("sense"), rank.COLUMNS.index("sounds")


class Reading:
    """What the signals take of a need's reading."""

    nearest = 0.5


def judged(needs=120, offers=8, unanswerable=0, seed=1):
    """The first channel tells the right offer, mostly; the others are noise."""
    rng = np.random.default_rng(seed)
    tables = rng.random((needs, offers, len(rank.COLUMNS)))
    grades = np.zeros((needs, offers), np.int64)
    right = rng.integers(0, offers, needs)
    for row in range(needs - unanswerable):
        grades[row, right[row]] = 2
        tables[row, right[row], CLEAR] += 0.8
    return fit.Judged([Reading()] * needs, tables, np.zeros(needs), grades, [""] * needs)


def test_an_order_is_worth_what_stands_first():
    grades = np.array([0, 2, 0, 1])

    assert fit.ndcg(grades, np.array([0.1, 0.9, 0.2, 0.8])) == 1.0
    assert fit.ndcg(grades, np.array([0.9, 0.8, 0.2, 0.1])) == pytest.approx(
        (3 / np.log2(3) + 1 / np.log2(5)) / (3 + 1 / np.log2(3))
    )


def test_confidence_is_the_chance_of_telling_apart():
    answerable = np.array([True, True, False])

    assert fit.auroc(np.array([0.9, 0.4, 0.4]), answerable) == 0.75
    assert fit.auroc(np.array([0.9, 0.4]), np.array([True, True])) is None


def test_fitting_finds_the_channel_that_tells():
    channels, _, _ = fit.fitted(judged(), np.ones(120, bool))

    assert int(np.argmax(channels)) == CLEAR
    assert (channels >= 0).all()


def test_better_weights_are_better_where_they_never_looked():
    misled = replace(USED, channels=np.eye(len(rank.COLUMNS), dtype=np.float32)[NOISE])
    found = fit.refit(judged(unanswerable=20), misled, "2026.12", repeats=1)

    assert found.is_better
    assert found.after.ndcg > found.before.ndcg + 0.2
    assert (found.weights.version, found.weights.threshold) == ("2026.12", USED.threshold)


def test_good_weights_are_not_replaced():
    first = fit.refit(judged(), USED, "1", repeats=1)
    again = fit.refit(judged(seed=1), first.weights, "2", repeats=1)

    assert not again.is_better


def test_without_unanswerable_needs_the_confidence_stays():
    found = fit.refit(judged(), USED, "2", repeats=1)

    assert (found.weights.bias, found.weights.confidence.tolist()) == (USED.bias, USED.confidence.tolist())


def test_few_needs_teach_nothing():
    with pytest.raises(ValueError, match="99 < 100"):
        fit.refit(judged(needs=99), USED, "2")


def test_fitting_twice_gives_the_same():
    one, two = (fit.refit(judged(unanswerable=20), USED, "2", repeats=1) for _ in range(2))

    assert (one.weights.channels.tolist(), one.before, one.after) == (
        two.weights.channels.tolist(),
        two.before,
        two.after,
    )
