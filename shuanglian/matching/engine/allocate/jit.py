"""The one seam between the allocation and its compiler: two decorators; machine code from a file, else from numba.

``kernel`` is entered from Python (or from another kernel); ``inline`` is a part of a kernel that must cost nothing to
call, so that long loops may be written as short functions. Both are ordinary functions that numba can compile, and the
method exists in no other form.

A kernel says in its annotations what it takes: arrays of a ``Kind``, named tuples of them, whole numbers. So another
process can compile all of them beforehand (``compiling``) into one file (``machine_code``). Whoever plans loads that
file and neither numba nor LLVM, which would take more memory than the plan. A call hands over a *block* of 64-bit
words, where each array lies and how long it is, and finds the results in its first words. Arrays of any other type, or
a machine that keeps no file: numba compiles here, on first use. Where it cannot be used either, the kernel says so.
"""

import ctypes
import importlib
from array import array
from collections.abc import Callable, Iterator
from functools import cached_property, update_wrapper
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_type_hints

import numpy as np

from shuanglian.matching.engine.allocate import machine_code

Function = TypeVar("Function", bound=Callable[..., Any])


class NoCompilerError(RuntimeError):
    """There is neither machine code nor numba, and without them no plan."""


class Kind(NamedTuple):
    """What an array holds while gains are 32 bits wide, and while they are 64: the last word of its annotation."""

    narrow: Any
    wide: Any


WIDTHS = Kind._fields
KERNELS: "dict[str, Kernel]" = {}


class Spelled:
    """For a tuple of many arrays that is handed over again and again: it is spelled once, since it never changes."""

    @cached_property
    def spelled(self) -> tuple[list[int], list[Any]]:
        """Its words and the types of its arrays."""
        return _spell_all(cast("tuple[Any, ...]", self))

    def __getstate__(self) -> None:
        """A copy has arrays of its own, which lie elsewhere."""


def _compile_here(kernel: "Kernel") -> Any:
    """On first use, for the types it is called with.

    numba looks at a kernel's own file for changes, but kernels hold parts of other files: what it keeps lies in a
    folder named by all of them. Where nothing can be written it keeps nothing.
    """
    try:
        numba = importlib.import_module("numba")
    except Exception as error:  # a broken compiler may fail in any way
        raise NoCompilerError("numba cannot be used; plans need it") from error
    folder = None if kernel.inlined else machine_code.own_stem()
    how = {"forceinline": True} if kernel.inlined else {"cache": folder is not None}
    usual, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(folder or "")
    try:
        return numba.njit(nogil=True, _nrt=False, error_model="numpy", **how)(kernel.function)
    finally:
        numba.config.CACHE_DIR = usual


class Kernel:
    """A function of which only the machine code runs."""

    compiler = staticmethod(_compile_here)

    def __init__(self, function: Callable[..., Any], *, inlined: bool = False) -> None:
        """``inlined``: it becomes part of whoever calls it."""
        update_wrapper(self, function)
        self.function, self.inlined = function, inlined

    def __call__(self, *given: Any) -> Any:
        """Run, without holding the interpreter's lock."""
        words, types = _spell_all(given)
        entry = self._entries.get(tuple(types))
        if entry is None:
            return self.compiled(*given)
        block = array("q", words)
        entry(block.buffer_info()[0])
        if self.results > 1:
            return tuple(block[: self.results])
        return block[0] if self.results else None

    @cached_property
    def takes(self) -> tuple[Any, ...]:
        """The annotations of its arguments."""
        return tuple(hint for name, hint in self._hints.items() if name != "return")

    @cached_property
    def results(self) -> int:
        """How many whole numbers it returns."""
        given = self._hints["return"]
        return 0 if given is type(None) else max(1, len(get_args(given)))

    @cached_property
    def compiled(self) -> Any:
        """What numba makes of it in this process. Raises NoCompilerError."""
        return self.compiler(self)

    @property
    def _numba_type_(self) -> Any:
        """What numba sees where another kernel calls this one."""
        return importlib.import_module("numba").types.Dispatcher(self.compiled)

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def _entries(self) -> dict[tuple[np.dtype[Any], ...], Callable[[int], Any]]:
        """The machine code by the types of the arrays it takes."""
        found = {}
        for width in WIDTHS:
            entry = machine_code.find(f"{self.function.__name__}_{width}")
            if entry is not None:
                found[tuple(t for each in self.takes for t in array_types(each, width))] = entry
        return found


def kernel(function: Function) -> Function:
    """Entered from Python: compiled for both widths, run without the interpreter's lock."""
    if function.__name__ in KERNELS:
        raise ValueError(f"two kernels are called {function.__name__}")
    made = KERNELS[function.__name__] = Kernel(function)
    return cast(Function, made)


def inline(function: Function) -> Function:
    """Compiled into the body of the kernel that calls it."""
    return cast(Function, Kernel(function, inlined=True))


def parts_of(hint: Any) -> tuple[Any, ...]:
    """The annotations inside that of a tuple, named or not; nothing for an array or a number."""
    if hasattr(hint, "_fields"):
        return tuple(get_type_hints(hint, include_extras=True).values())
    return get_args(hint) if getattr(hint, "__origin__", None) is tuple else ()


def kind_of(hint: Any) -> Kind | None:
    """What an array of this annotation holds; None for anything but an array."""
    return next((k for k in getattr(hint, "__metadata__", ()) if isinstance(k, Kind)), None)


def array_types(hint: Any, width: str) -> Iterator[np.dtype[Any]]:
    """The types of the arrays in an argument of this annotation, in order."""
    kind = kind_of(hint)
    if kind is not None:
        yield np.dtype(getattr(kind, width))
    for part in parts_of(hint):
        yield from array_types(part, width)


def _spell_all(values: tuple[Any, ...]) -> tuple[list[int], list[Any]]:
    words: list[int] = []
    types: list[Any] = []
    for value in values:
        _spell(value, words, types)
    return words, types


def _spell(value: Any, words: list[int], types: list[Any]) -> None:
    """Add an argument to a block: address and length of an array, a number as it is."""
    if isinstance(value, np.ndarray):
        words += (_address(value), len(value))
        types.append(value.dtype if value.flags.c_contiguous and value.flags.aligned else None)
    elif isinstance(value, Spelled):
        words += value.spelled[0]
        types += value.spelled[1]
    elif isinstance(value, tuple):
        for part in value:
            _spell(part, words, types)
    else:
        words.append(int(value))


def _address(values: Any) -> int:
    if values.flags.carray and values.size:
        return ctypes.addressof(ctypes.c_char.from_buffer(values))  # takes a quarter of the time
    return int(values.ctypes.data)
