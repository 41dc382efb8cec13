import numpy as np
import pytest

from shuanglian.matching.engine import pairs


def unit(rng, count):
    rows = rng.normal(size=(count, 512))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("offers", [0, 3, 700, 2000])
def test_the_nearest_are_those_of_the_whole_product(monkeypatch, compiled, threads, offers):
    monkeypatch.setattr(pairs, "COMPILED", compiled)
    monkeypatch.setattr(pairs, "NEEDS", 64)
    rng = np.random.default_rng(5)
    needs, theirs = unit(rng, 150), unit(rng, offers)
    product = needs @ theirs.T
    best = np.argsort(-product, axis=1, kind="stable")[:, :20]

    rows, cosines = pairs.nearest(needs, theirs, 20, threads)

    np.testing.assert_array_equal(rows, best)
    np.testing.assert_allclose(cosines, np.take_along_axis(product, best, 1), atol=1e-6)


@pytest.mark.parametrize("compiled", [True, False])
def test_of_equals_the_first_are_kept(monkeypatch, compiled):
    monkeypatch.setattr(pairs, "COMPILED", compiled)
    rng = np.random.default_rng(6)
    one = unit(rng, 1)

    rows, _ = pairs.nearest(one, np.repeat(one, 1500, axis=0), 5)

    assert rows.tolist() == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize("compiled", [True, False])
def test_figures_below_zero_stand_in_order_too(monkeypatch, compiled):
    monkeypatch.setattr(pairs, "COMPILED", compiled)
    rng = np.random.default_rng(7)
    offers = unit(rng, 600)
    needs = -offers[:1] * np.ones((3, 1), np.float32)
    near = offers[np.argsort(offers @ offers[0])[300:]]  # all on the far side of the need
    product = needs @ near.T
    best = np.argsort(-product, axis=1, kind="stable")[:, :30]

    rows, cosines = pairs.nearest(needs, near, 30)

    assert product[0, best[0, 10:]].max() < 0
    np.testing.assert_array_equal(rows, best)
    np.testing.assert_allclose(cosines, np.take_along_axis(product, best, 1), atol=1e-6)
