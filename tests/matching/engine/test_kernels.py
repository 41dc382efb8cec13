import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shuanglian.matching.engine import kernels

numbers = st.lists(st.integers(0, 30), max_size=12, unique=True).map(sorted)


def test_loops_are_compiled_here():
    assert kernels.COMPILED is True


@given(st.lists(numbers, min_size=1, max_size=6), numbers)
def test_compiled_and_plain_cover_agree(lines, asked):
    ends = np.cumsum([len(line) for line in lines])
    bounds = np.stack([np.concatenate([[0], ends[:-1]]), ends], axis=1).astype(np.int32)
    tokens = np.array([number for line in lines for number in line], np.int32)
    given_rows = np.arange(len(lines), dtype=np.int32)[::-1].copy()
    weights = np.arange(1, len(asked) + 1, dtype=np.float32)
    compiled, plain = np.zeros(len(lines), np.float32), np.zeros(len(lines), np.float32)

    kernels.cover(compiled, given_rows, bounds, tokens, np.array(asked, np.int32), weights)
    kernels._cover_plain(plain, given_rows, bounds, tokens, np.array(asked, np.int32), weights)

    expected = [sum(w for a, w in zip(asked, weights, strict=True) if a in lines[row]) for row in given_rows]
    assert compiled.tolist() == expected
    assert plain.tolist() == expected


def test_compiled_and_plain_accumulate_agree():
    rows, impacts = np.array([0, 2], np.int32), np.array([0.5, 2.0], np.float32)
    compiled, plain = np.ones(3, np.float32), np.ones(3, np.float32)

    kernels.accumulate(compiled, rows, impacts, 3.0)
    kernels._accumulate_plain(plain, rows, impacts, 3.0)

    assert compiled.tolist() == [2.5, 1.0, 7.0]
    assert plain.tolist() == [2.5, 1.0, 7.0]
