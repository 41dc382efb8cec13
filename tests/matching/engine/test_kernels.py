import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shuanglian.matching.engine import kernels

numbers = st.lists(st.integers(0, 30), max_size=12, unique=True).map(sorted)
figures = st.lists(st.integers(-3, 3), max_size=40)


def test_loops_are_compiled_here():
    assert kernels.COMPILED is True


def lines_of(lines):
    starts = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    return starts, np.array([code for line in lines for code in line], np.uint32)


@given(st.lists(numbers, min_size=1, max_size=6), numbers)
def test_compiled_and_plain_cover_agree(lines, asked):
    rows = np.arange(len(lines), dtype=np.int32)[::-1].copy()
    weights = np.arange(1, len(asked) + 1, dtype=np.float32)
    compiled, plain = np.zeros(len(lines), np.float32), np.zeros(len(lines), np.float32)

    kernels.cover(compiled, rows, lines_of(lines), np.array(asked, np.uint32), weights)
    kernels._cover_plain(plain, rows, lines_of(lines), np.array(asked, np.uint32), weights)

    expected = [sum(w for a, w in zip(asked, weights, strict=True) if a in lines[row]) for row in rows]
    assert compiled.tolist() == expected == plain.tolist()


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6), numbers)
def test_compiled_and_plain_cover_either_agree(pairs, asked):
    own, others = lines_of([pair[0] for pair in pairs]), lines_of([pair[1] for pair in pairs])
    rows = np.repeat(np.arange(len(pairs), dtype=np.int32)[:, None], 2, axis=1)
    weights = np.arange(1, len(asked) + 1, dtype=np.float32)
    compiled, plain = np.zeros(len(pairs), np.float32), np.zeros(len(pairs), np.float32)

    kernels.cover_either(compiled, rows, own, others, np.array(asked, np.uint32), weights)
    kernels._cover_either_plain(plain, rows, own, others, np.array(asked, np.uint32), weights)

    expected = [sum(w for a, w in zip(asked, weights, strict=True) if a in [*x, *y]) for x, y in pairs]
    assert compiled.tolist() == expected == plain.tolist()


def lists_of(rows_by_list):
    starts, rows = lines_of(rows_by_list)
    size = np.diff(starts)
    lists = np.stack([starts[:-1], size, size], axis=1)
    return lists, (rows.astype(np.int32), np.arange(1, len(rows) + 1, dtype=np.float32))


@given(st.lists(numbers, min_size=1, max_size=6), st.integers(0, 30))
def test_compiled_and_plain_lists_agree(rows_by_list, gone):
    asked, weights = np.arange(len(rows_by_list)), np.arange(1, len(rows_by_list) + 1, dtype=np.float32)
    place = np.where(np.arange(31) % 3 == 0, -1, np.arange(31)).astype(np.int32)
    outs = []

    def note(add, lists, pool):
        out = np.zeros(31, np.float32)
        add(out, lists, pool, asked, weights)
        outs.append(out.tolist())

    for add, silence, keep in (
        (kernels.add_lists, kernels.silence, kernels.keep_rows),
        (kernels._add_lists_plain, kernels._silence_plain, kernels._keep_rows_plain),
    ):
        lists, pool = lists_of(rows_by_list)
        note(add, lists, pool)
        silence(lists, pool, asked, gone)
        note(add, lists, pool)
        keep(lists, pool, place)
        note(add, lists, pool)

    assert outs[:3] == outs[3:]
    assert outs[1][gone] == 0.0
    assert outs[2][::3] == [0.0] * 11


@given(st.lists(numbers, min_size=1, max_size=6))
def test_compiled_and_plain_moves_agree(rows_by_list):
    lists, pool = lists_of(rows_by_list)
    starts, tokens = lists[:, 0].copy(), np.arange(len(lists))
    lists[:, 0] += 3 * tokens
    moved = []
    for move in (kernels.move_lists, kernels._move_lists_plain):
        new = np.zeros(len(pool[0]) + 20, np.int32), np.zeros(len(pool[0]) + 20, np.float32)
        move(lists, tokens, starts, pool, new)
        moved.append([part.tolist() for part in new])

    assert moved[0] == moved[1]
    assert sum(moved[0][1]) == pool[1].sum()


@given(figures, st.integers(1, 8), st.integers(1, 7))
def test_compiled_and_plain_picks_agree(figures, most, every):
    given_figures = np.array(figures, np.float32)
    wanted = np.arange(len(figures)) % every == 0

    compiled = kernels.pick(given_figures, wanted, most).tolist()
    plain = kernels._pick_plain(given_figures, wanted, most).tolist()

    some = [row for row in range(len(figures)) if wanted[row] and figures[row]]
    assert compiled == plain == sorted(sorted(some, key=lambda row: (-figures[row], row))[:most])


def test_halves_widen_exactly(monkeypatch):
    block = np.array([[0.0, -0.0, 1.0, -1.5], [6e-8, -6.1e-5, 65504.0, 0.3333]], np.float16)
    rows = np.array([1, 0, 1], np.int32)
    expected = block[rows].astype(np.float32)

    np.testing.assert_array_equal(kernels.widen(block, rows), expected)
    monkeypatch.setattr(kernels, "COMPILED", False)
    monkeypatch.setattr(kernels, "_widen", kernels._widen_plain)
    np.testing.assert_array_equal(kernels.widen(block, rows), expected)
