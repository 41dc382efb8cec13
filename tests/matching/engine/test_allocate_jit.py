"""Kernels as machine code: the same plans by either road, and no road that reads memory it was not given."""

import copy
import pickle
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest

from shuanglian.matching.engine.allocate import jit, machine_code
from shuanglian.matching.engine.allocate.auction import usual_spread
from shuanglian.matching.engine.allocate.book import Gains, Ints, Rows, group_by_need, open_book
from shuanglian.matching.engine.allocate.market import Market
from shuanglian.matching.engine.allocate.solve import solve

PLANNING = """
import sys
import numpy as np
from shuanglian.matching.engine.allocate.live import Live
from shuanglian.matching.engine.allocate.market import Market, Plain
from shuanglian.matching.engine.allocate.solve import solve, warm_up
warm_up()
need, offer, score = np.array([0, 1], np.int32), np.array([0, 0], np.int32), np.array([5, 7])
live = Live(Plain(need, offer, score, np.ones(1, np.int64), needs=2))
live.add_offer(1, np.array([0, 1]), np.array([3, 3]))
live.remove_need(0)
print(solve(Market(need, offer, score, np.ones(1, np.int64))).total, live.total, "numba" in sys.modules)
"""


def random_arrays(seed=4, needs=400, offers=80):
    rng = np.random.default_rng(seed)
    need = np.repeat(np.arange(needs, dtype=np.int32), 8)
    return need, rng.integers(0, offers, 8 * needs, dtype=np.int32), rng.integers(1, 10**6, 8 * needs), offers


def a_book():
    need, offer, score, offers = random_arrays()
    return open_book(need, offer, score, 400, np.full(offers, 4))


def plan():
    need, offer, score, offers = random_arrays()
    made = solve(Market(need, offer, score, np.full(offers, 4)))
    return made.total, made.need.tolist(), made.offer.tolist(), made.score.tolist()


def test_whoever_plans_does_not_load_the_compiler():
    done = subprocess.run([sys.executable, "-c", PLANNING], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["7", "7", "False"]


def test_machine_code_and_numba_make_the_same_plans(monkeypatch):
    from_the_file = plan()
    for kernel in jit.KERNELS.values():
        monkeypatch.setitem(vars(kernel), "_entries", {})
    assert plan() == from_the_file


def test_arrays_that_no_machine_code_was_made_for_go_to_numba(monkeypatch):
    need, offer, score = np.array([1, 0, 1]), np.array([0, 0, 1]), np.array([4, 0, 6])
    rows = Rows(np.zeros(2, a_book().needs.row.dtype), np.empty(3, np.int32), np.empty(3, np.int32))
    called = []
    compiled = group_by_need.compiled
    monkeypatch.setitem(vars(group_by_need), "compiled", lambda *given: called.append(1) or compiled(*given))

    assert group_by_need(need, offer, score, rows) == 2
    assert (rows.peer[:2].tolist(), rows.gain[:2].tolist(), called) == ([0, 1], [4, 6], [1])
    every_other = np.array([1, 9, 0, 9, 1, 9], np.int32)[::2]
    rows.row["size"] = 0
    assert group_by_need(every_other, offer.astype(np.int32), score, rows) == 2
    assert (rows.peer[:2].tolist(), called) == ([0, 1], [1, 1])


def double(values: Ints) -> int:
    return 2 * len(values)


def test_what_numba_keeps_lies_in_a_folder_named_by_all_sources(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert jit.Kernel(double).compiled(np.zeros(2)) == 4
    assert [folder.name for folder in tmp_path.iterdir()] == [f"allocate-{machine_code.fingerprint()}"]
    assert list(tmp_path.rglob("*.nbi"))


def test_where_nothing_can_be_written_numba_keeps_nothing(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "folder"))
    assert jit.Kernel(double).compiled(np.zeros(2)) == 4


def test_arrays_nobody_may_write_to_and_empty_ones_are_handed_over():
    need, offer, score, offers = random_arrays()
    expected = solve(Market(need, offer, score, np.full(offers, 4))).total
    for each in (need, offer, score):
        each.flags.writeable = False
    assert solve(Market(need, offer, score, np.full(offers, 4))).total == expected
    assert solve(Market(need[:0], offer[:0], score[:0], np.full(offers, 4))).total == 0


def test_a_copied_book_is_spelled_anew():
    book = a_book()
    usual_spread(book)
    for other in (
        copy.deepcopy(book),
        pickle.loads(pickle.dumps(book)),
        book._replace(clock=np.zeros(1, int)),
    ):
        assert other.spelled[0] != book.spelled[0]
        assert usual_spread(other) == usual_spread(book)


class Shelf(NamedTuple):
    label: Ints
    weight: Gains


def shelve(shelf: Shelf, pair: tuple[Ints, Gains], at: int) -> tuple[int, int]:
    return at, len(shelf.label) + len(pair)


def test_annotations_say_what_a_kernel_takes():
    kernel = jit.Kernel(shelve)

    assert [t.str for each in kernel.takes for t in jit.array_types(each, "wide")] == [
        "<i4",
        "<i8",
        "<i4",
        "<i8",
    ]
    assert [t.str for each in kernel.takes for t in jit.array_types(each, "narrow")] == ["<i4"] * 4
    assert kernel.results == 2


def test_no_two_kernels_have_one_name(monkeypatch):
    monkeypatch.setitem(jit.KERNELS, "shelve", jit.Kernel(shelve))
    with pytest.raises(ValueError, match="two kernels are called shelve"):
        jit.kernel(shelve)


def test_without_machine_code_and_numba_a_kernel_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    kernel = jit.Kernel(shelve)
    vars(kernel)["_entries"] = {}
    with pytest.raises(jit.NoCompilerError):
        kernel(Shelf(np.zeros(1, np.int32), np.zeros(1, np.int32)), (), 1)
