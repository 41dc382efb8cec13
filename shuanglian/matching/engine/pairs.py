"""All needs against all offers: for each need the offers nearest in sense, exactly, at the cost of the bare product.

The product is made in tiles that stay in the cache. A tile is swept once, and nearly all of it is passed over at a
glance: after the first tiles few figures are above what a need holds already.
"""

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.kernels import COMPILED, Floats, Ints, compiled

NEEDS, OFFERS = 2048, 512  # of a tile: 4 MB of figures
GLANCE = 64


def nearest(needs: Floats, offers: Floats, most: int) -> tuple[Ints, Floats]:
    """For each need the rows of its ``most`` nearest offers and their cosines, nearest first, of equals the first row.

    Vectors are of length one. With fewer offers than ``most``, all of them.
    """
    most = min(most, len(offers))
    rows = np.zeros((len(needs), most), np.int32)
    cosines = np.full((len(needs), most), -np.inf, np.float32)
    if not most:
        return rows, cosines
    keep = _keep if COMPILED else _keep_plain
    tile = np.empty((NEEDS, OFFERS), np.float32)
    for low in range(0, len(needs), NEEDS):
        part = slice(low, low + NEEDS)
        for first in range(0, len(offers), OFFERS):
            theirs = offers[first : first + OFFERS]
            figures = tile[: len(needs[part]), : len(theirs)]
            np.matmul(needs[part], theirs.T, out=figures)
            keep(figures, first, rows[part], cosines[part])
    return rows, cosines


@compiled
def _keep(figures: Floats, first: int, rows: Ints, cosines: Floats) -> None:
    """Take into each line what is larger than its last; lines fall."""
    width, most = figures.shape[1], rows.shape[1]
    best = np.empty(GLANCE, np.float32)
    for i in range(figures.shape[0]):
        line, row, cosine = figures[i], rows[i], cosines[i]
        floor = np.float32(-np.inf)
        if first == 0 and width >= 2 * GLANCE and most <= GLANCE:
            floor = _floor(line, most, best)
        for start in range(0, width, GLANCE):
            end = min(width, start + GLANCE)
            low = max(cosine[most - 1], floor)
            some = 0
            for j in range(start, end):
                some |= int(line[j] >= low)
            if some:
                for j in range(start, end):
                    if line[j] >= floor and line[j] > cosine[most - 1]:
                        _insert(row, cosine, first + j, line[j])


@compiled
def _floor(figures: Floats, most: int, best: Floats) -> np.float32:
    """A figure that at least ``most`` reach: the figures in lanes, the best of each lane, of these the ``most``-th."""
    lanes = best.shape[0]
    best[:] = figures[:lanes]
    for start in range(lanes, figures.shape[0] - lanes + 1, lanes):
        for k in range(lanes):
            best[k] = max(best[k], figures[start + k])
    for k in range(1, lanes):
        figure, at = best[k], k
        while at > 0 and best[at - 1] < figure:
            best[at] = best[at - 1]
            at -= 1
        best[at] = figure
    return np.float32(best[most - 1])


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
