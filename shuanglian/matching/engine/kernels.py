"""The few inner loops. Compiled by numba where it is to be had; else the same results, slower, from NumPy.

``COMPILED`` says which of the two is at work, so that a page can show a notice.
"""

import logging
from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
_Loop = TypeVar("_Loop", bound=Callable[..., object])

try:
    from numba import njit

    COMPILED = True
except Exception:  # noqa: BLE001  -- a broken compiler (any error at import) must not take the pages down
    logging.getLogger(__name__).warning("numba cannot be used; matching runs uncompiled")
    COMPILED = False


def _loop(plain: Callable[..., object]) -> Callable[[_Loop], _Loop]:
    """Compile the loop; without a compiler put the NumPy form in its place."""

    def decorate(loop: _Loop) -> _Loop:
        if COMPILED:
            return cast("_Loop", njit(cache=True, nogil=True, fastmath=False)(loop))
        return cast("_Loop", plain)

    return decorate


def _accumulate_plain(out: Floats, rows: Ints, impacts: Floats, weight: float) -> None:
    out[rows] += np.float32(weight) * impacts  # a row stands once in a posting list


@_loop(_accumulate_plain)
def accumulate(out: Floats, rows: Ints, impacts: Floats, weight: float) -> None:
    """``out[rows] += weight * impacts`` for one posting list."""
    scale = np.float32(weight)
    for i in range(rows.shape[0]):
        out[rows[i]] += scale * impacts[i]


def _cover_plain(out: Floats, rows: Ints, bounds: Ints, tokens: Ints, asked: Ints, weights: Floats) -> None:
    for i, row in enumerate(rows):
        out[i] = weights[np.isin(asked, tokens[bounds[row, 0] : bounds[row, 1]])].sum()


@_loop(_cover_plain)
def cover(out: Floats, rows: Ints, bounds: Ints, tokens: Ints, asked: Ints, weights: Floats) -> None:
    """For each row, the summed weight of the asked tokens that stand in its line. Lines and ``asked`` are sorted."""
    for i in range(rows.shape[0]):
        at = bounds[rows[i], 0]
        end = bounds[rows[i], 1]
        total = np.float32(0.0)
        k = 0
        while k < asked.shape[0] and at < end:
            if tokens[at] < asked[k]:
                at += 1
            elif tokens[at] > asked[k]:
                k += 1
            else:
                total += weights[k]
                k += 1
                at += 1
        out[i] = total
