"""The kernels' machine code, kept in a file: made once on a machine, loaded by every process that plans.

The file bears in its name what it was made of (sources, compiler, processor) and at its end a digest of itself: one
from before a change is not found, one that is damaged is made anew. Where the machine has a linker it is a shared
library, which needs nothing to be loaded; else an object, which LLVM's loader takes in (llvmlite, without numba).

It lies where numba would keep its own: in ``NUMBA_CACHE_DIR``, or beside the source, or in the user's cache directory.
Whoever finds none has it made by another process (``compiling``), since what a compiler takes of memory it never gives
back; who comes meanwhile waits for it. Where that fails there is no machine code, and ``jit`` does without.
"""

import ctypes
import fcntl
import functools
import hashlib
import importlib
import logging
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
PACKAGE = __name__.rpartition(".")[0]
ROOT = HERE.parents[PACKAGE.count(".")]
LINKED, LOOSE = ".so", ".o"
PATIENCE = 600  # seconds a compilation may take
ABOUT_PROCESSORS = Path("/proc/cpuinfo")

_ENGINES: list[Any] = []  # never closed: their code may be called at any time
Entry = Callable[[int], object]
Finder = Callable[[str], int | None]  # the address of a function by its name


def find(name: str) -> Entry | None:
    """The function of that name, which takes the address of a block; None where there is none."""
    address_of = _loaded()
    address = address_of(name) if address_of else None
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address) if address else None


@functools.cache
def _loaded() -> Finder | None:
    for stem in stems():
        found = load(stem)
        if found:
            return found
    own = own_stem()
    return make(own) if own else None


# ---- which file, and where ----


def is_there() -> bool:
    """Whether there is a file, so that nobody has to wait for one."""
    return any(stem.with_suffix(suffix).exists() for stem in stems() for suffix in (LINKED, LOOSE))


def stems() -> list[Path]:
    """What the file may be called, without its suffix, the best place first."""
    name = f"allocate-{fingerprint()}"
    return [folder / name for folder in folders()]


def own_stem() -> Path | None:
    """The first of them that this process can make; None where it may write nowhere."""
    return next((stem for stem in stems() if _can_write(stem.parent)), None)


def folders() -> list[Path]:
    """Where the file may lie, the best place first."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    own = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return [Path(given)] if given else [HERE / "__pycache__", Path(own) / "shuanglian"]


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def fingerprint() -> str:
    """One word for all that the machine code depends on."""
    made_of = [source.read_bytes() for source in sorted(HERE.glob("*.py"))]
    made_of += [_release("numba"), _release("llvmlite"), np.__version__.encode(), _processor()]
    return hashlib.sha256(b"\0".join(made_of)).hexdigest()[:20]


def _release(package: str) -> bytes:
    """Which release of a package is installed, without loading it."""
    spec = find_spec(package)
    said = Path(spec.origin).with_name("_version.py") if spec and spec.origin else None
    return said.read_bytes() if said and said.exists() else b""


def _processor() -> bytes:
    """What machine code made here may make use of."""
    if not ABOUT_PROCESSORS.exists():
        return f"{platform.machine()} {platform.processor()}".encode()
    first = ABOUT_PROCESSORS.read_bytes().partition(b"\n\n")[0].splitlines()
    return b"\n".join(
        line for line in first if line.startswith((b"model name", b"flags", b"Features", b"CPU"))
    )


# ---- loading it ----


def load(stem: Path) -> Finder | None:
    """Open the file, of either form; None if there is none, or none that is whole and can be opened."""
    for suffix, opening in ((LINKED, _open_linked), (LOOSE, _open_loose)):
        path = stem.with_suffix(suffix)
        try:
            if unseal(path.read_bytes()) is not None:
                return opening(path)
            log.warning("the machine code in %s is damaged", path)
        except FileNotFoundError:
            continue
        except Exception as error:  # noqa: BLE001  -- whatever it is, this code is not to be relied on
            log.warning("the machine code in %s cannot be loaded: %s", path, error)
    return None


def seal(code: bytes) -> bytes:
    """The code followed by its digest; what opens it ignores the end of a file."""
    return code + hashlib.sha256(code).digest()


def unseal(content: bytes) -> bytes | None:
    """The code, if the digest is its own."""
    code = content[: -hashlib.sha256().digest_size]
    return code if seal(code) == content else None


def _open_linked(path: Path) -> Finder:
    library = ctypes.CDLL(str(path))

    def address_of(name: str) -> int | None:
        function = getattr(library, name, None)
        return ctypes.cast(function, ctypes.c_void_p).value if function else None

    return address_of


def _open_loose(path: Path) -> Finder:
    llvm = importlib.import_module("llvmlite.binding")
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target)
    engine.add_object_file(llvm.ObjectFileRef.from_data(unseal(path.read_bytes())))
    engine.finalize_object()
    _ENGINES.append(engine)

    def address_of(name: str) -> int | None:
        return int(engine.get_function_address(name))

    return address_of


# ---- making it ----


def make(stem: Path) -> Finder | None:
    """Have it compiled, unless another process just did; None, with a line in the log, if that fails."""
    try:
        with stem.with_suffix(".lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            found = load(stem)
            if found is None:
                _compile(stem)
                found = load(stem)
            return found
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip()
        log.warning("no machine code could be made: %s %s", error, said.rpartition("\n")[2])
        return None


def _compile(stem: Path) -> None:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", f"{PACKAGE}.compiling", str(stem)],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
    )
