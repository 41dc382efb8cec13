import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shuanglian.matching.engine import kernels

numbers = st.lists(st.integers(0, 30), max_size=12, unique=True).map(sorted)
figures = st.lists(st.integers(-3, 3), max_size=40)


def test_loops_are_compiled_here():
    assert kernels.COMPILED is True


def lists_of(rows_by_list):
    ends = np.cumsum([len(rows) for rows in rows_by_list])
    size = np.array([len(rows) for rows in rows_by_list])
    rows = np.array([row for rows in rows_by_list for row in rows], np.int32)
    return np.stack([ends - size, size, size], axis=1), rows, np.arange(1, len(rows) + 1, dtype=np.float32)


@given(st.lists(numbers, min_size=1, max_size=6))
def test_compiled_and_plain_lists_agree(rows_by_list):
    ids, weights = np.arange(-1, len(rows_by_list)), np.arange(len(rows_by_list) + 1, dtype=np.float32)
    place = np.where(np.arange(31) % 3 == 0, -1, np.arange(31)).astype(np.int32)
    outs = []

    def note(add, *given):
        out = np.zeros(31, np.float32)
        add(out, *given, ids, weights)
        outs.append(out.tolist())

    for weighted, marks, keep in (
        (kernels.add_weighted, kernels.add_marks, kernels.keep_rows),
        (kernels._add_weighted_plain, kernels._add_marks_plain, kernels._keep_rows_plain),
    ):
        lists, rows, impacts = lists_of(rows_by_list)
        note(weighted, lists, (rows, impacts))
        note(marks, lists, rows)
        keep(lists, rows, impacts, place)
        note(weighted, lists, (rows, impacts))

    assert outs[:3] == outs[3:]
    assert outs[1] == [
        sum(k + 1.0 for k, rows in enumerate(rows_by_list) if row in rows) for row in range(31)
    ]
    assert outs[2] == [0.0 if row % 3 == 0 else outs[0][row] for row in range(31)]


@given(st.lists(numbers, min_size=1, max_size=6))
def test_compiled_and_plain_moves_agree(rows_by_list):
    lists, rows, _ = lists_of(rows_by_list)
    starts, ids = lists[:, 0].copy(), np.arange(len(lists))
    lists[:, 0] += 3 * ids
    moved = []
    for move in (kernels.move_lists, kernels._move_lists_plain):
        new = np.zeros(len(rows) + 20, np.int32)
        move(lists, ids, starts, rows, new)
        moved.append(new.tolist())

    assert moved[0] == moved[1]
    assert sum(moved[0]) == rows.sum()


@given(st.lists(st.integers(0, (1 << 32) - 1), max_size=15, unique=True))
def test_a_table_finds_what_was_entered(given_codes):
    table, codes = np.full((32, 2), -1, np.int64), np.array(given_codes, np.uint32)

    ids, count = kernels.enter(table, codes, 0)

    assert count == len(codes)
    assert ids.tolist() == list(range(count)) == kernels.look_up(table, codes).tolist()
    assert kernels.enter(table, codes, count)[1] == count
    unknown = np.array([code ^ 1 for code in given_codes if code ^ 1 not in given_codes], np.uint32)
    assert (kernels.look_up(table, unknown) == -1).all()


@given(figures, st.integers(1, 8), st.integers(1, 7))
def test_compiled_and_plain_picks_agree(figures, most, every):
    given_figures = np.array(figures, np.float32)
    wanted = np.arange(len(figures)) % every == 0

    compiled = kernels.pick(given_figures, wanted, most).tolist()
    plain = kernels._pick_plain(given_figures, wanted, most).tolist()

    some = [row for row in range(len(figures)) if wanted[row] and figures[row]]
    assert compiled == plain == sorted(sorted(some, key=lambda row: (-figures[row], row))[:most])


def test_compiled_and_plain_nearness_agree():
    block = np.array([[127, -127, 3], [0, 0, -1]], np.int8)
    asked = np.array([32767, -32767, 5], np.int16)
    compiled, plain = np.zeros(2, np.float32), np.zeros(2, np.float32)

    kernels.nearness(compiled, block, asked)
    kernels._nearness_plain(plain, block, asked)

    assert compiled.tolist() == plain.tolist() == [2 * 127 * 32767 + 15, -5]


def test_cosines_of_halves_compiled_or_not(monkeypatch):
    block = np.array([[0.0, -0.0, 1.0, -1.5], [6e-8, -6.1e-5, 8.0, 0.3333]], np.float16)
    rows, vector = np.array([1, 0, 1], np.int32), np.array([1, 2, 4, 8], np.float32)
    expected = block[rows].astype(np.float32) @ vector

    np.testing.assert_allclose(kernels.cosines(block, rows, vector), expected, rtol=1e-6)
    monkeypatch.setattr(kernels, "COMPILED", False)
    np.testing.assert_allclose(kernels.cosines(block, rows, vector), expected, rtol=1e-6)
