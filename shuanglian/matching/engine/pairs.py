"""All needs against all offers: for each need the offers nearest in sense, exactly, at the cost of the bare product.

The product is made in tiles that stay in the cache. A tile is swept once, a register at a glance, and nearly all of it
is passed over: after the first tiles few figures are above what a need holds already.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.arrays import Floats, Ints
from shuanglian.matching.engine.kernels import COMPILED, compiled

NEEDS, OFFERS = 1024, 512  # of a tile: 2 MB of figures
GLANCE = 16  # figures in one register


def nearest(needs: Floats, offers: Floats, most: int, threads: int = 1) -> tuple[Ints, Floats]:
    """For each need the rows of its ``most`` nearest offers and their cosines, nearest first, of equals the first row.

    Vectors are of length one. With fewer offers than ``most``, all of them. ``threads`` share the needs; the product
    itself had better keep to one thread a call (``OPENBLAS_NUM_THREADS=1``, as the settings have it).
    """
    most = min(most, len(offers))
    rows = np.zeros((len(needs), most), np.int32)
    cosines = np.full((len(needs), most), -np.inf, np.float32)

    def stripe(low: int) -> None:
        part = slice(low, low + NEEDS)
        _search(needs[part], offers, rows[part], cosines[part])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(stripe, range(0, len(needs) if most else 0, NEEDS)))
    return rows, cosines


def _search(needs: Floats, offers: Floats, rows: Ints, cosines: Floats) -> None:
    """Some needs against all offers, tile by tile."""
    keep = _keep if COMPILED else _keep_plain
    room = np.empty(len(needs) * OFFERS, np.float32)
    for first in range(0, len(offers), OFFERS):
        some = offers[first : first + OFFERS]
        tile = room[: len(needs) * len(some)].reshape(len(needs), len(some))
        np.matmul(needs, some.T, out=tile)
        keep(tile, first, rows, cosines)


@compiled
def _keep(figures: Floats, first: int, rows: Ints, cosines: Floats) -> None:
    """Take into each line what is larger than its last; lines fall.

    Bits of figures from 0 up, read as integers, stand in the order of the figures, and those of figures below 0 are
    below them. So the largest of a glance is an integer maximum, which runs many at a time; while a line's last is
    below 0 nothing is passed over.
    """
    width, most = figures.shape[1], rows.shape[1]
    all_bits = figures.view(np.int32)
    for i in range(figures.shape[0]):
        line, bits, row, cosine = figures[i], all_bits[i], rows[i], cosines[i]
        last = cosine.view(np.int32)[most - 1 :]
        for start in range(0, width, GLANCE):
            if start + GLANCE <= width and last[0] >= 0:
                largest = bits[start]
                for j in range(start, start + GLANCE):
                    largest = max(largest, bits[j])
                if largest <= last[0]:
                    continue
            for j in range(start, min(width, start + GLANCE)):
                if line[j] > cosine[most - 1]:
                    _insert(row, cosine, first + j, line[j])


@compiled
def _insert(rows: Ints, cosines: Floats, row: int, cosine: float) -> None:
    """Put a later row into its place of a line, after its equals; the last one falls out."""
    at = rows.shape[0] - 1
    while at > 0 and cosines[at - 1] < cosine:
        rows[at], cosines[at] = rows[at - 1], cosines[at - 1]
        at -= 1
    rows[at], cosines[at] = row, cosine


def _keep_plain(figures: Floats, first: int, rows: Ints, cosines: Floats) -> None:
    size = rows.shape[1]
    columns: NDArray[np.int64] = np.arange(first, first + figures.shape[1])
    both = np.concatenate([rows, np.broadcast_to(columns, figures.shape)], axis=1)
    joint = np.concatenate([cosines, figures], axis=1)
    order = np.lexsort((both, -joint), axis=1)[:, :size]
    rows[:], cosines[:] = np.take_along_axis(both, order, 1), np.take_along_axis(joint, order, 1)
