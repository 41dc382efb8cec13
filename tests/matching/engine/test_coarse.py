import numpy as np

from shuanglian.matching.engine.coarse import Coarse


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_products_in_bytes_are_close():
    rng = np.random.default_rng(3)
    vectors, asked = unit(rng.normal(size=(500, 512))), unit(rng.normal(size=(1, 512)))[0]
    coarse = Coarse(vectors)

    compared = coarse.compare(coarse.of(vectors), asked)

    assert np.abs(compared - vectors @ asked).max() < 0.005
    assert (coarse.of(vectors[7]) == coarse.of(vectors)[7]).all()


def test_the_largest_figures_do_not_overflow():
    coarse = Coarse(np.ones((1, 512), np.float32))

    assert np.isclose(
        coarse.compare(coarse.of(np.ones((1, 512), np.float32)), np.full(512, 0.5, np.float32)), 256
    )
    assert coarse.of(np.full(512, 9.0, np.float32)).tolist() == [127] * 512
    assert coarse.compare(coarse.of(np.ones((1, 512), np.float32)), np.zeros(512, np.float32)).tolist() == [
        0.0
    ]
