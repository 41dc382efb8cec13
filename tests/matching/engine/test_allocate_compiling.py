"""Kernels compiled into a file, with a linker and without."""

import shutil
from array import array
from ctypes import CFUNCTYPE, c_void_p
from typing import Any

import numpy as np
import pytest

from shuanglian.matching.engine.allocate import compiling, jit, machine_code
from shuanglian.matching.engine.allocate.book import Gains, Ints, Rows
from shuanglian.matching.engine.allocate.compiling import compile_all, link, numba_type
from shuanglian.matching.engine.allocate.machine_code import load, seal


def bounds(rows: Rows, peer: Ints, gain: Gains, at: int) -> tuple[int, int, int]:
    """Something of everything."""
    gain[at] = rows.gain[0]
    return len(rows.row), peer[at], gain[at] + rows.row[1].size


@pytest.fixture(scope="module")
def code():
    return compile_all({"bounds": jit.Kernel(bounds)})


def run(address, rows, peer, gain, at):
    block = array("q", jit._spell_all((rows, peer, gain, at))[0])
    CFUNCTYPE(None, c_void_p)(address)(block.buffer_info()[0])
    return block[:3].tolist()


@pytest.mark.parametrize(("width", "value", "top"), [("narrow", np.int32, 2**30), ("wide", np.int64, 2**61)])
@pytest.mark.parametrize("linker", [True, False])
def test_an_entry_takes_its_arguments_from_a_block_and_leaves_the_results_there(
    code, tmp_path, width, value, top, linker
):
    loose = tmp_path / "made.o"
    loose.write_bytes(code)
    made = (link(loose) if linker and shutil.which("cc") else None) or loose
    (tmp_path / f"a{made.suffix}").write_bytes(seal(made.read_bytes()))
    row = np.array([(0, 1), (1, 7)], np.dtype([("start", "i4"), ("size", "i4")]))
    rows = Rows(row, np.zeros(1, np.int32), np.array([top], value))
    gain = np.zeros(3, value)

    address = load(tmp_path / "a")(f"bounds_{width}")

    assert run(address, rows, np.array([5, 6, 8], np.int32), gain, 2) == [2, 8, top + 7]
    assert gain.tolist() == [0, 0, top]


def test_without_a_linker_the_object_is_kept(monkeypatch, tmp_path, code):
    monkeypatch.setattr(compiling, "compile_all", lambda kernels: code)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    compiling.main(tmp_path / "a")
    assert [made.name for made in tmp_path.iterdir()] == ["a.o"]
    assert machine_code.unseal((tmp_path / "a.o").read_bytes()) == code


def test_a_linker_that_fails_does_no_harm(monkeypatch, tmp_path, code):
    (tmp_path / "a.o").write_bytes(code)
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/false")
    assert link(tmp_path / "a.o") is None
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/true")
    assert link(tmp_path / "a.o") is None


def test_with_a_linker_the_library_is_kept(monkeypatch, tmp_path, code):
    if not shutil.which("cc"):
        pytest.skip("no linker")
    monkeypatch.setattr(compiling, "compile_all", lambda kernels: code)
    compiling.main(tmp_path / "a")
    assert [made.name for made in tmp_path.iterdir()] == ["a.so"]
    assert load(tmp_path / "a")("bounds_narrow")


@pytest.mark.parametrize("hint", [Any, float, str])
def test_a_kernel_takes_arrays_tuples_and_whole_numbers(hint):
    with pytest.raises(TypeError, match="a kernel cannot take"):
        numba_type(hint, "narrow")
