"""How the kernels are compiled: numba, machine code kept in a cache beside the source, wrap-around of indices aside.

Two decorators and nothing else. ``kernel`` is entered from Python (or from another kernel); ``inline`` is a part of
a kernel that must cost nothing to call, so that long loops may be written as short functions.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile on first use, remember the result on disk, release the GIL while running."""
    return cast(Function, numba.njit(cache=True, nogil=True, _nrt=False, error_model="numpy")(function))


def inline(function: Function) -> Function:
    """Compile into the body of the kernel that calls it."""
    return cast(Function, numba.njit(nogil=True, _nrt=False, error_model="numpy", forceinline=True)(function))
