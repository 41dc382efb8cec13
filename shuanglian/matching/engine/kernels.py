"""The few inner loops. Compiled by numba where it is to be had; else the same results, slower, from NumPy.

``COMPILED`` says which of the two is at work, so that a page can show a notice.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.arrays import Bytes, Floats, Halves, Ints

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


def _sum(loop: _Loop) -> _Loop:
    """Compile a loop that may add in any order, which is several times faster."""
    fast = {"reassoc", "contract", "nsz"}
    return cast("_Loop", njit(cache=True, nogil=True, fastmath=fast)(loop)) if COMPILED else loop


def compiled(loop: _Loop) -> _Loop:
    """A loop, or a part of one, that is the same without a compiler."""
    return _loop(loop)(loop)


# ---- tokens: ``table`` holds a code and the number of its list, -1 where it is free; a power of two, half empty ----


@compiled
def _slot(table: Any, code: Any) -> int:
    """Where the code stands in the table, or where it would."""
    mask = table.shape[0] - 1
    at = ((code >> 16) * 40503 + (code & 0xFFFF) * 30011) & mask
    while table[at, 0] >= 0 and table[at, 0] != code:
        at = (at + 1) & mask
    return int(at)


@compiled
def look_up(table: Any, codes: Any) -> NDArray[np.int64]:
    """The number of each code's list, -1 for unknown codes."""
    ids = np.empty(codes.shape[0], np.int64)
    for i in range(codes.shape[0]):
        ids[i] = table[_slot(table, np.int64(codes[i])), 1]
    return ids


@compiled
def enter(table: Any, codes: Any, count: int) -> tuple[NDArray[np.int64], int]:
    """The same, with new numbers from ``count`` on for unknown codes; and the new count."""
    ids = np.empty(codes.shape[0], np.int64)
    for i in range(codes.shape[0]):
        at = _slot(table, np.int64(codes[i]))
        if table[at, 0] < 0:
            table[at, 0], table[at, 1] = codes[i], count
            count += 1
        ids[i] = table[at, 1]
    return ids, count


# ---- posting lists: ``lists`` holds start, used and room of each, all in one pool ----


def _add_weighted_plain(out: Floats, lists: Any, pool: Any, ids: Any, weights: Floats) -> None:
    rows, impacts = pool
    for token, weight in zip(ids[ids >= 0], weights[ids >= 0], strict=True):
        part = slice(lists[token, 0], lists[token, 0] + lists[token, 1])
        out[rows[part]] += weight * impacts[part]  # a row stands once in a posting list


@_loop(_add_weighted_plain)
def add_weighted(out: Floats, lists: Any, pool: Any, ids: Any, weights: Floats) -> None:
    """``out[row] += weight * impact`` for all rows of these lists (-1: no list)."""
    rows, impacts = pool
    for k in range(ids.shape[0]):
        if ids[k] >= 0:
            first = lists[ids[k], 0]
            for i in range(first, first + lists[ids[k], 1]):
                out[rows[i]] += weights[k] * impacts[i]


def _add_marks_plain(out: Floats, lists: Any, rows: Ints, ids: Any, weights: Floats) -> None:
    for token, weight in zip(ids[ids >= 0], weights[ids >= 0], strict=True):
        out[rows[lists[token, 0] : lists[token, 0] + lists[token, 1]]] += weight


@_loop(_add_marks_plain)
def add_marks(out: Floats, lists: Any, rows: Ints, ids: Any, weights: Floats) -> None:
    """``out[row] += weight`` for all rows of these lists (-1: no list)."""
    for k in range(ids.shape[0]):
        if ids[k] >= 0:
            first = lists[ids[k], 0]
            for i in range(first, first + lists[ids[k], 1]):
                out[rows[i]] += weights[k]


def _keep_rows_plain(lists: Any, rows: Ints, impacts: Floats, place: Ints) -> None:
    for token in range(len(lists)):
        part = slice(lists[token, 0], lists[token, 0] + lists[token, 1])
        moved = place[rows[part]]
        kept = np.flatnonzero(moved >= 0)
        end = lists[token, 0] + len(kept)
        if len(impacts):
            impacts[lists[token, 0] : end] = impacts[part][kept]
        rows[lists[token, 0] : end] = moved[kept]
        lists[token, 1] = len(kept)


@_loop(_keep_rows_plain)
def keep_rows(lists: Any, rows: Ints, impacts: Floats, place: Ints) -> None:
    """Give every row its new place; rows without one (-1) leave the lists. ``impacts`` may be empty."""
    for token in range(lists.shape[0]):
        first = lists[token, 0]
        at = first
        for i in range(first, first + lists[token, 1]):
            if place[rows[i]] >= 0:
                rows[at] = place[rows[i]]
                if impacts.shape[0]:
                    impacts[at] = impacts[i]
                at += 1
        lists[token, 1] = at - first


def _move_lists_plain(lists: Any, ids: Any, starts: Any, old: Any, new: Any) -> None:
    for token, start in zip(ids, starts, strict=True):
        to, used = lists[token, 0], lists[token, 1]
        new[to : to + used] = old[start : start + used]


@_loop(_move_lists_plain)
def move_lists(lists: Any, ids: Any, starts: Any, old: Any, new: Any) -> None:
    """Copy these lists from where they were in one pool to where they are in another (or the same)."""
    for k in range(ids.shape[0]):
        to = lists[ids[k], 0]
        for i in range(lists[ids[k], 1]):
            new[to + i] = old[starts[k] + i]


# ---- blocks of figures ----


def _pick_plain(figures: Floats, wanted: NDArray[np.bool_], most: int) -> Ints:
    rows = np.flatnonzero(wanted & (figures != 0))
    best = np.argsort(-figures[rows], kind="stable")[:most]
    return np.sort(rows[best]).astype(np.int32)


@compiled
def _rise(heap: Ints, figures: Floats, k: int, row: int) -> None:
    """Put a later row into a heap that has ``k``; on top is who goes next: the smallest, of equals the last."""
    while k > 0 and figures[heap[(k - 1) >> 1]] >= figures[row]:
        heap[k] = heap[(k - 1) >> 1]
        k = (k - 1) >> 1
    heap[k] = row


@compiled
def _sink(heap: Ints, figures: Floats, row: int) -> None:
    """Put a later row in the place of the one on top."""
    k, size = 0, heap.shape[0]
    while 2 * k + 1 < size:
        c = 2 * k + 1
        if c + 1 < size:
            a, b = figures[heap[c]], figures[heap[c + 1]]
            c += int(b < a or (b == a and heap[c + 1] > heap[c]))
        if figures[heap[c]] >= figures[row]:
            break
        heap[k] = heap[c]
        k = c
    heap[k] = row


@_loop(_pick_plain)
def pick(figures: Floats, wanted: NDArray[np.bool_], most: int) -> Ints:
    """The rows of the ``most`` largest figures among the wanted that have one, in order; of equals the first."""
    heap = np.empty(most, np.int32)
    count = 0
    low = np.float32(-np.inf)
    for row in range(figures.shape[0]):
        if figures[row] <= low or figures[row] == 0 or not wanted[row]:
            continue
        if count < most:
            _rise(heap, figures, count, row)
            count += 1
        else:
            _sink(heap, figures, row)
        if count == most:
            low = figures[heap[0]]
    return np.sort(heap[:count])


def _nearness_plain(out: Floats, block: Bytes, asked: NDArray[np.int16]) -> None:
    out[:] = block.astype(np.float32) @ asked.astype(np.float32)


@_loop(_nearness_plain)
def nearness(out: Floats, block: Bytes, asked: NDArray[np.int16]) -> None:
    """The product of each row of whole numbers with the asked ones."""
    for i in range(out.shape[0]):
        line = block[i]
        total = np.int32(0)
        for k in range(asked.shape[0]):
            total = np.int32(
                total + np.int32(line[k]) * np.int32(asked[k])
            )  # else numba makes it 64 bits wide
        out[i] = np.float32(total)


@_sum
def _cosines(out: Floats, block: Any, rows: Any, vector: Floats) -> None:
    for i in range(rows.shape[0]):
        line = block[rows[i]]
        total = np.float32(0)
        for k in range(vector.shape[0]):
            sign, size = np.uint32(line[k] & np.uint16(0x8000)), np.uint32(line[k] & np.uint16(0x7FFF))
            total += np.uint32((sign << np.uint32(16)) | (size << np.uint32(13))).view(np.float32) * vector[k]
        out[i] = total


def cosines(block: Halves, rows: NDArray[Any], vector: Floats) -> Floats:
    """The products of these rows of a block in half precision with a vector, summed in single precision."""
    if not COMPILED:
        return np.asarray(block[rows].astype(np.float32) @ vector, np.float32)
    out = np.empty(len(rows), np.float32)
    # A half moved to the place of a single is 2**112 times too small.
    _cosines(out, block.view(np.uint16), rows, vector * np.float32(2.0**112))
    return out
