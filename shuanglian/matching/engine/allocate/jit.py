"""How the kernels are compiled: numba, machine code kept in a cache beside the source, wrap-around of indices aside.

Two decorators and nothing else. ``kernel`` is entered from Python (or from another kernel); ``inline`` is a part of
a kernel that must cost nothing to call, so that long loops may be written as short functions. Where numba cannot be
used there are no plans: modules can be imported, a kernel that is called says so.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from shuanglian.matching.engine.kernels import COMPILED

if COMPILED:
    import numba

Function = TypeVar("Function", bound=Callable[..., Any])


class NoCompilerError(RuntimeError):
    """There is no numba, and without it no plan."""


def _missing(*_: object) -> None:
    raise NoCompilerError("numba cannot be used; plans need it")


def kernel(function: Function) -> Function:
    """Compile on first use, remember the result on disk, release the GIL while running."""
    if not COMPILED:
        return cast(Function, _missing)
    return cast(Function, numba.njit(cache=True, nogil=True, _nrt=False, error_model="numpy")(function))


def inline(function: Function) -> Function:
    """Compile into the body of the kernel that calls it."""
    if not COMPILED:
        return function
    return cast(Function, numba.njit(nogil=True, _nrt=False, error_model="numpy", forceinline=True)(function))
