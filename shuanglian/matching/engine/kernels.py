"""The few inner loops. Compiled by numba where it is to be had; else the same results, slower, from NumPy.

``COMPILED`` says which of the two is at work, so that a page can show a notice.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
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


# ---- posting lists: ``lists`` holds start, used and room of each; ``pool`` is (rows, impacts) ----


def _add_lists_plain(out: Floats, lists: Any, pool: Any, asked: Any, weights: Floats) -> None:
    for token, weight in zip(asked, weights, strict=True):
        part = slice(lists[token, 0], lists[token, 0] + lists[token, 1])
        out[pool[0][part]] += weight * pool[1][part]  # a row stands once in a posting list


@_loop(_add_lists_plain)
def add_lists(out: Floats, lists: Any, pool: Any, asked: Any, weights: Floats) -> None:
    """``out[row] += weight * impact`` for all rows of the lists of the asked tokens."""
    rows, impacts = pool
    for k in range(asked.shape[0]):
        first = lists[asked[k], 0]
        for i in range(first, first + lists[asked[k], 1]):
            out[rows[i]] += weights[k] * impacts[i]


def _silence_plain(lists: Any, pool: Any, tokens: Any, row: int) -> None:
    for token in tokens:
        part = slice(lists[token, 0], lists[token, 0] + lists[token, 1])
        pool[1][part][pool[0][part] == row] = 0.0


@_loop(_silence_plain)
def silence(lists: Any, pool: Any, tokens: Any, row: int) -> None:
    """Set the impact of a row to 0 in the lists of these tokens; rows rise in a list."""
    rows, impacts = pool
    for token in tokens:
        low = lists[token, 0]
        high = end = low + lists[token, 1]
        while low < high:
            middle = (low + high) >> 1
            if rows[middle] < row:
                low = middle + 1
            else:
                high = middle
        if low < end and rows[low] == row:
            impacts[low] = 0.0


def _keep_rows_plain(lists: Any, pool: Any, place: Ints) -> None:
    for token in range(len(lists)):
        part = slice(lists[token, 0], lists[token, 0] + lists[token, 1])
        rows, impacts = place[pool[0][part]], pool[1][part]
        kept = np.flatnonzero((rows >= 0) & (impacts != 0))
        end = lists[token, 0] + len(kept)
        pool[0][lists[token, 0] : end], pool[1][lists[token, 0] : end] = rows[kept], impacts[kept]
        lists[token, 1] = len(kept)


@_loop(_keep_rows_plain)
def keep_rows(lists: Any, pool: Any, place: Ints) -> None:
    """Give every row its new place; rows without one (-1) and silenced ones leave the lists."""
    rows, impacts = pool
    for token in range(lists.shape[0]):
        first = lists[token, 0]
        at = first
        for i in range(first, first + lists[token, 1]):
            if place[rows[i]] >= 0 and impacts[i] != 0:
                rows[at], impacts[at] = place[rows[i]], impacts[i]
                at += 1
        lists[token, 1] = at - first


def _move_lists_plain(lists: Any, tokens: Any, starts: Any, old: Any, new: Any) -> None:
    for token, start in zip(tokens, starts, strict=True):
        to, used = lists[token, :2]
        for source, target in zip(old, new, strict=True):
            target[to : to + used] = source[start : start + used]


@_loop(_move_lists_plain)
def move_lists(lists: Any, tokens: Any, starts: Any, old: Any, new: Any) -> None:
    """Copy these lists from where they were in one pool to where they are in another (or the same)."""
    for k in range(tokens.shape[0]):
        to = lists[tokens[k], 0]
        for i in range(lists[tokens[k], 1]):
            new[0][to + i] = old[0][starts[k] + i]
            new[1][to + i] = old[1][starts[k] + i]


# ---- lines: sorted codes of a row after those of the row before; ``lines`` is (starts, codes) ----


def _cover_plain(out: Floats, rows: Ints, lines: Any, asked: Any, weights: Floats) -> None:
    starts, codes = lines
    for i, row in enumerate(rows):
        out[i] = weights[np.isin(asked, codes[starts[row] : starts[row + 1]])].sum()


@_loop(_cover_plain)
def cover(out: Floats, rows: Ints, lines: Any, asked: Any, weights: Floats) -> None:
    """For each row, the summed weight of the asked codes that stand in its line. ``asked`` is sorted too."""
    starts, codes = lines
    for i in range(rows.shape[0]):
        at, end = starts[rows[i]], starts[rows[i] + 1]
        total = np.float32(0.0)
        for k in range(asked.shape[0]):
            while at < end and codes[at] < asked[k]:
                at += 1
            if at == end:
                break
            if codes[at] == asked[k]:
                total += weights[k]
        out[i] = total


def _cover_either_plain(out: Floats, rows: Any, lines: Any, others: Any, asked: Any, weights: Floats) -> None:
    (starts, codes), (other_starts, other_codes) = lines, others
    for i, (row, other) in enumerate(rows):
        own = codes[starts[row] : starts[row + 1]]
        joint = np.concatenate([own, other_codes[other_starts[other] : other_starts[other + 1]]])
        out[i] = weights[np.isin(asked, joint)].sum()


@_loop(_cover_either_plain)
def cover_either(out: Floats, rows: Any, lines: Any, others: Any, asked: Any, weights: Floats) -> None:
    """As ``cover``, of codes that stand in the line of the row or in another one; ``rows`` are pairs of both."""
    (starts, codes), (other_starts, other_codes) = lines, others
    for i in range(rows.shape[0]):
        at, end = starts[rows[i, 0]], starts[rows[i, 0] + 1]
        to, last = other_starts[rows[i, 1]], other_starts[rows[i, 1] + 1]
        total = np.float32(0.0)
        for k in range(asked.shape[0]):
            while at < end and codes[at] < asked[k]:
                at += 1
            while to < last and other_codes[to] < asked[k]:
                to += 1
            if (at < end and codes[at] == asked[k]) or (to < last and other_codes[to] == asked[k]):
                total += weights[k]
        out[i] = total


# ---- blocks of figures ----


def _pick_plain(figures: Floats, wanted: NDArray[np.bool_], most: int) -> Ints:
    rows = np.flatnonzero(wanted & (figures != 0))
    best = np.argsort(-figures[rows], kind="stable")[:most]
    return np.sort(rows[best]).astype(np.int32)


def _inside(loop: _Loop) -> _Loop:
    """A part of the loop after it, by itself only to keep either short."""
    return _loop(loop)(loop)


@_inside
def _rise(heap: Ints, figures: Floats, k: int, row: int) -> None:
    """Put a later row into a heap that has ``k``; on top is who goes next: the smallest, of equals the last."""
    while k > 0 and figures[heap[(k - 1) >> 1]] >= figures[row]:
        heap[k] = heap[(k - 1) >> 1]
        k = (k - 1) >> 1
    heap[k] = row


@_inside
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


def _widen_plain(out: Floats, block: Halves, rows: Ints) -> None:
    out[:] = block[rows]


@_loop(_widen_plain)
def _widen(out: Any, block: Any, rows: Ints) -> None:
    for i in range(rows.shape[0]):
        for k in range(out.shape[1]):
            bits = np.uint32(block[rows[i], k])
            out[i, k] = (bits & np.uint32(0x8000)) << np.uint32(16) | (bits & np.uint32(0x7FFF)) << np.uint32(
                13
            )


def widen(block: Halves, rows: Ints) -> Floats:
    """These rows of a block of half-precision figures (finite ones) in single precision."""
    out = np.empty((len(rows), block.shape[1]), np.float32)
    if COMPILED:
        _widen(out.view(np.uint32), block.view(np.uint16), rows)
        out *= np.float32(2.0**112)
    else:
        _widen(out, block, rows)
    return out
