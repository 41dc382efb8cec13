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
    order = np.lexsort((rows, -cosines), axis=1)
    return np.take_along_axis(rows, order, 1), np.take_along_axis(cosines, order, 1)


@compiled
def _keep(figures: Floats, first: int, rows: Ints, cosines: Floats) -> None:
    """Take into each line what is larger than its smallest; a line is a heap with the smallest on top."""
    width = figures.shape[1]
    for i in range(figures.shape[0]):
        for start in range(0, width, GLANCE):
            end = min(width, start + GLANCE)
            low = cosines[i, 0]
            some = 0
            for j in range(start, end):
                some |= int(figures[i, j] > low)
            if some:
                for j in range(start, end):
                    if figures[i, j] > cosines[i, 0]:
                        _replace(rows[i], cosines[i], first + j, figures[i, j])


@compiled
def _replace(rows: Ints, cosines: Floats, row: int, cosine: float) -> None:
    """Put a later row in the place of the one on top: the smallest, of equals the last."""
    k, size = 0, rows.shape[0]
    while 2 * k + 1 < size:
        c = 2 * k + 1
        if c + 1 < size:
            a, b = cosines[c], cosines[c + 1]
            c += int(b < a or (b == a and rows[c + 1] > rows[c]))
        if cosines[c] >= cosine:
            break
        rows[k], cosines[k] = rows[c], cosines[c]
        k = c
    rows[k], cosines[k] = row, cosine


def _keep_plain(figures: Floats, first: int, rows: Ints, cosines: Floats) -> None:
    size = rows.shape[1]
    columns: NDArray[np.int64] = np.arange(first, first + figures.shape[1])
    both = np.concatenate([rows, np.broadcast_to(columns, figures.shape)], axis=1)
    joint = np.concatenate([cosines, figures], axis=1)
    order = np.lexsort((both, -joint), axis=1)[:, :size]
    rows[:], cosines[:] = np.take_along_axis(both, order, 1), np.take_along_axis(joint, order, 1)
