"""The file of machine code: found, made once, made anew when it is of another day or damaged, done without if need be."""

import logging
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from shuanglian.matching.engine.allocate import jit, machine_code, several, solve
from shuanglian.matching.engine.allocate.machine_code import find, fingerprint, is_there, load, make, seal

BRING_KERNELS = (several, solve)  # else there would be no name to look for
NAMES = [f"{name}_{width}" for name in jit.KERNELS for width in jit.WIDTHS]


@pytest.fixture
def the_file():
    """The one that was made for this machine."""
    assert find(NAMES[0])
    found = [folder / f"allocate-{fingerprint()}" for folder in machine_code.folders()]
    return next(
        stem.with_suffix(end) for stem in found for end in (".so", ".o") if stem.with_suffix(end).exists()
    )


@pytest.fixture
def compiler(monkeypatch, the_file):
    """A compiler that has the file ready; its calls."""
    calls = []

    def run(command, **_):
        calls.append(command)
        shutil.copy(the_file, machine_code.Path(command[-1]).with_suffix(the_file.suffix))

    monkeypatch.setattr(subprocess, "run", run)
    return calls


@pytest.mark.parametrize("name", NAMES)
def test_every_kernel_is_there_in_both_widths(name):
    assert find(name) is not None


def test_what_nobody_compiled_is_not_there(the_file):
    assert find("nothing_narrow") is None
    assert load(the_file.with_suffix(""))("nothing_narrow") is None


def test_the_name_changes_with_all_that_the_code_depends_on(monkeypatch, tmp_path):
    before = fingerprint()
    assert fingerprint() == before
    seen = {before}
    monkeypatch.setattr(machine_code, "ABOUT_PROCESSORS", tmp_path / "cpuinfo")
    seen.add(fingerprint())
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name : Loongson\ncpu MHz : 1\n\nprocessor : 1\n")
    seen.add(of_this_processor := fingerprint())
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name : Loongson\ncpu MHz : 2\n\nprocessor : 1\n")
    assert fingerprint() == of_this_processor
    monkeypatch.setattr(machine_code, "find_spec", lambda package: None)
    seen.add(fingerprint())
    shutil.copytree(machine_code.HERE, tmp_path / "sources", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(machine_code, "HERE", tmp_path / "sources")
    assert fingerprint() in seen
    (tmp_path / "sources" / "paths.py").write_text("another method")
    seen.add(fingerprint())
    assert len(seen) == 5


def test_it_lies_where_numba_keeps_its_own(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert [str(folder) for folder in machine_code.folders()] == [
        str(machine_code.HERE / "__pycache__"),
        "/somewhere/shuanglian",
    ]
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert machine_code.folders() == [tmp_path]


def test_whether_it_is_there_is_known_without_making_it(monkeypatch, tmp_path, the_file):
    assert is_there()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(machine_code, "make", None)
    assert not is_there()
    shutil.copy(the_file, tmp_path)
    assert is_there()


def test_it_is_made_by_another_process_when_it_is_missing(compiler, tmp_path):
    assert load(tmp_path / "a") is None
    assert make(tmp_path / "a")(NAMES[0])
    assert compiler == [
        [sys.executable, "-m", "shuanglian.matching.engine.allocate.compiling", str(tmp_path / "a")]
    ]
    assert make(tmp_path / "a")(NAMES[0])
    assert len(compiler) == 1


def test_of_many_at_once_one_makes_it(compiler, tmp_path):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(make, [tmp_path / "a"] * 4))
    assert [address_of(NAMES[0]) > 0 for address_of in made] == [True] * 4
    assert len(compiler) == 1


@pytest.mark.parametrize(
    "damaged", [b"", b"nonsense", seal(b"no library"), "half"], ids=["empty", "nonsense", "not code", "half"]
)
def test_a_damaged_file_is_made_anew(compiler, tmp_path, the_file, caplog, damaged):
    content = the_file.read_bytes()
    (tmp_path / "a.so").write_bytes(content[: len(content) // 2] if damaged == "half" else damaged)

    with caplog.at_level(logging.WARNING):
        assert make(tmp_path / "a")(NAMES[0])
    assert len(compiler) == 1
    assert "a.so" in caplog.text


@pytest.mark.parametrize(
    "failure",
    [
        subprocess.CalledProcessError(1, "python", stderr=b"Traceback\nImportError: no numba"),
        subprocess.TimeoutExpired("python", 600),
        OSError("no memory"),
    ],
)
def test_where_it_cannot_be_made_there_is_none_and_the_log_says_why(monkeypatch, tmp_path, caplog, failure):
    def run(*_, **__):
        raise failure

    monkeypatch.setattr(subprocess, "run", run)
    with caplog.at_level(logging.WARNING):
        assert make(tmp_path / "a") is None
    assert "no machine code could be made" in caplog.text
    assert ("ImportError: no numba" in caplog.text) == isinstance(failure, subprocess.CalledProcessError)


def test_one_that_lies_where_nothing_can_be_written_is_used(monkeypatch, tmp_path, the_file):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "folder"))
    assert machine_code._loaded.__wrapped__() is None
    (tmp_path / "cache").mkdir()
    shutil.copy(the_file, tmp_path / "cache")
    monkeypatch.setattr(machine_code, "_can_write", lambda folder: False)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    assert machine_code._loaded.__wrapped__()(NAMES[0])


def test_without_a_file_no_name_is_found(monkeypatch):
    monkeypatch.setattr(machine_code, "_loaded", lambda: None)
    assert find(NAMES[0]) is None
