"""An inverted list that changes in place: token → the rows that hold it.

Tokens are codes of 32 bits. Rows are numbered upwards; a row can be added at any time and the next question sees it, since
lists only grow at their end. A row that is no longer asked for may stay until its owner numbers the rows anew.
"""

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching import engine
from shuanglian.matching.engine.arrays import Floats, Ints
from shuanglian.matching.engine.lexical import Codes

_START, _USED, _ROOM = range(3)


class Postings:
    """Lists of rows by token in one pool, each row with an impact, or (``marks``) without: there or not."""

    def __init__(self, *, marks: bool = False) -> None:
        self._table = np.full((64, 2), -1, np.int64)  # open addressing: code, number of its list
        self._count = 0
        self._lists = np.zeros((32, 3), np.int64)
        self._rows: Ints = np.empty(256, np.int32)
        self._impacts: Floats | None = None if marks else np.empty(256, np.float32)
        self._end = 0

    def add(self, row: int, codes: Codes, impacts: Floats | None = None) -> None:
        """Enter a row with these tokens, each once; it must be larger than every row entered before."""
        ids = self._ids_of(codes)
        full = ids[self._lists[ids, _USED] == self._lists[ids, _ROOM]]
        if len(full):
            self._make_room(full)
        at = self._lists[ids, _START] + self._lists[ids, _USED]
        self._rows[at] = row
        if self._impacts is not None:
            self._impacts[at] = impacts
        self._lists[ids, _USED] += 1

    def scores(self, codes: Codes, weights: Floats, size: int) -> Floats:
        """Σ weight × impact for the rows 0 … size-1."""
        out = np.zeros(size, np.float32)
        ids = engine.kernels.look_up(self._table, codes)
        if self._impacts is None:
            engine.kernels.add_marks(out, self._lists, self._rows, ids, weights)
        else:
            engine.kernels.add_weighted(out, self._lists, (self._rows, self._impacts), ids, weights)
        return out

    def keep(self, place: Ints) -> None:
        """Number the rows anew: ``place`` has the new number of each, rising, or -1 for a row to forget."""
        impacts = np.empty(0, np.float32) if self._impacts is None else self._impacts
        engine.kernels.keep_rows(self._lists, self._rows, impacts, place)
        self._lay_out(0)

    @property
    def nbytes(self) -> int:
        """Memory held."""
        impacts = 0 if self._impacts is None else self._impacts.nbytes
        return self._table.nbytes + self._lists.nbytes + self._rows.nbytes + impacts

    def _ids_of(self, codes: Codes) -> NDArray[np.int64]:
        """The numbers of the tokens' lists; new tokens get new ones."""
        most = self._count + len(codes)
        if 2 * most > len(self._table):
            known = self._table[self._table[:, 0] >= 0]
            known = known[np.argsort(known[:, 1])]
            self._table = np.full((max(4 * len(self._table), 1 << (4 * most).bit_length()), 2), -1, np.int64)
            engine.kernels.enter(self._table, known[:, 0].astype(np.uint32), 0)
        if most > len(self._lists):
            more = np.zeros((max(2 * len(self._lists), most) - len(self._lists), 3), np.int64)
            self._lists = np.concatenate([self._lists, more])
        ids, self._count = engine.kernels.enter(self._table, codes, self._count)
        return ids

    def _make_room(self, ids: NDArray[np.int64]) -> None:
        """Full lists move to the end of the pool, with room for twice as many."""
        used = self._lists[ids, _USED]
        room = np.maximum(2, 2 * used)
        if self._end + int(room.sum()) > len(self._rows):
            self._lay_out(int(room.sum()))
        start = self._lists[ids, _START]
        ends = self._end + np.cumsum(room)
        self._lists[ids, _START], self._lists[ids, _ROOM], self._end = ends - room, room, int(ends[-1])
        some = np.flatnonzero(used)
        self._move(ids[some], start[some], self._rows, self._impacts)

    def _lay_out(self, extra: int) -> None:
        """All lists one after the other in a new pool, each with a quarter to spare, and half as much at the end."""
        start, used, _ = self._lists.copy().T
        room = used + used // 4
        ends = np.cumsum(room)
        self._lists[:, _START], self._lists[:, _ROOM], self._end = ends - room, room, int(ends[-1])
        rows, impacts = self._rows, self._impacts
        pool = self._end * 3 // 2 + extra + 256
        self._rows = np.empty(pool, np.int32)
        self._impacts = None if impacts is None else np.empty(pool, np.float32)
        some = np.flatnonzero(used)
        self._move(some, start[some], rows, impacts)

    def _move(
        self, ids: NDArray[np.int64], start: NDArray[np.int64], rows: Ints, impacts: Floats | None
    ) -> None:
        engine.kernels.move_lists(self._lists, ids, start, rows, self._rows)
        if self._impacts is not None and impacts is not None:
            engine.kernels.move_lists(self._lists, ids, start, impacts, self._impacts)
