"""Texts held as numbers: posting lists by token, and lines of codes by row. Both change in place.

Rows are numbered upwards. A row can be added or withdrawn at any time and the next question sees it: lists only grow at
their end, a withdrawn row stays without effect until the owner numbers the rows anew.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.kernels import (
    Floats,
    Ints,
    add_lists,
    cover,
    cover_either,
    keep_rows,
    move_lists,
    silence,
)
from shuanglian.matching.engine.lexical import Codes

Token = TypeVar("Token", bound=Hashable)
_START, _USED, _ROOM = range(3)


class Postings(Generic[Token]):
    """Token → the rows that hold it, with an impact each, all in one pool. Rows are added in ascending order."""

    def __init__(self) -> None:
        self._ids: dict[Token, int] = {}
        self._lists = np.zeros((64, 3), np.int64)
        self._rows: Ints = np.empty(1024, np.int32)
        self._impacts: Floats = np.empty(1024, np.float32)
        self._end = 0

    def add(self, row: int, impacts: Mapping[Token, float]) -> None:
        """Enter a row; it must be larger than every row entered before."""
        ids = np.array([self._ids.setdefault(token, len(self._ids)) for token in impacts], np.int64)
        if len(self._ids) > len(self._lists):
            self._lists = _longer(self._lists, len(self._ids))
        full = ids[self._lists[ids, _USED] == self._lists[ids, _ROOM]]
        if len(full):
            self._make_room(full)
        at = self._lists[ids, _START] + self._lists[ids, _USED]
        self._rows[at] = row
        self._impacts[at] = np.fromiter(impacts.values(), np.float32, len(impacts))
        self._lists[ids, _USED] += 1

    def withdraw(self, row: int, tokens: Iterable[Token]) -> None:
        """Let a row count for nothing."""
        ids = np.array([self._ids[token] for token in tokens if token in self._ids], np.int64)
        silence(self._lists, self._pool, ids, row)

    def scores(self, weights: Mapping[Token, float], size: int) -> Floats:
        """Σ weight × impact for the rows 0 … size-1."""
        out = np.zeros(size, np.float32)
        known = [(self._ids[token], weight) for token, weight in weights.items() if token in self._ids]
        if known:
            ids, figures = zip(*known, strict=True)
            add_lists(out, self._lists, self._pool, np.array(ids), np.array(figures, np.float32))
        return out

    def keep(self, place: Ints) -> None:
        """Number the rows anew: ``place`` has the new number of each, rising, or -1 for a row to forget."""
        keep_rows(self._lists, self._pool, place)
        self._lay_out(0)

    @property
    def nbytes(self) -> int:
        """Memory of the pool, without the dictionary of tokens."""
        return self._lists.nbytes + self._rows.nbytes + self._impacts.nbytes

    @property
    def _pool(self) -> tuple[Ints, Floats]:
        return self._rows, self._impacts

    def _make_room(self, ids: NDArray[np.int64]) -> None:
        """Full lists move to the end of the pool, with room for twice as many."""
        start, used, _ = self._lists[ids].T
        room = np.maximum(2, 2 * used)
        if self._end + int(room.sum()) > len(self._rows):
            self._lay_out(int(room.sum()))
            start = self._lists[ids, _START]
        ends = self._end + np.cumsum(room)
        self._lists[ids, _START], self._lists[ids, _ROOM], self._end = ends - room, room, int(ends[-1])
        some = np.flatnonzero(used)
        move_lists(self._lists, ids[some], start[some], self._pool, self._pool)

    def _lay_out(self, extra: int) -> None:
        """All lists one after the other in a new pool, each with a quarter to spare, and half as much at the end."""
        start, used, _ = self._lists.copy().T
        room = used + used // 4
        ends = np.cumsum(room)
        self._lists[:, _START], self._lists[:, _ROOM], self._end = ends - room, room, int(ends[-1])
        pool, old = self._end * 3 // 2 + extra + 1024, self._pool
        self._rows, self._impacts = np.empty(pool, np.int32), np.empty(pool, np.float32)
        some = np.flatnonzero(used)
        move_lists(self._lists, some, start[some], old, self._pool)


class Lines:
    """Rows of sorted codes, one after another in one block."""

    def __init__(self, lines: Iterable[Codes] = ()) -> None:
        self._lay_out(lines)

    def _lay_out(self, lines: Iterable[Codes]) -> None:
        self._codes: Codes = np.empty(1024, np.uint32)
        self._starts = np.zeros(65, np.int64)
        self._rows = 0
        for line in lines:
            self.append(line)

    def append(self, codes: Codes) -> None:
        """Add the next row."""
        start = int(self._starts[self._rows])
        end = start + len(codes)
        if end > len(self._codes):
            self._codes = _longer(self._codes, end)
        if self._rows + 2 > len(self._starts):
            self._starts = _longer(self._starts, self._rows + 2)
        self._codes[start:end] = codes
        self._rows += 1
        self._starts[self._rows] = end

    def share(
        self, rows: Ints, asked: Mapping[int, float], also: tuple[Ints, "Lines"] | None = None
    ) -> Floats:
        """For each row, which part of the weight of the asked codes its line holds.

        ``also``: for each of the rows a row of other lines, whose codes count as its own.
        """
        out = np.zeros(len(rows), np.float32)
        total = sum(asked.values())
        if total <= 0:
            return out
        codes = np.fromiter(asked, np.uint32, len(asked))
        order = np.argsort(codes)
        weights = np.fromiter(asked.values(), np.float32, len(asked))[order]
        if also is None:
            cover(out, rows, self._whole, codes[order], weights)
        else:
            both = np.stack([rows, also[0]], axis=1)
            cover_either(out, both, self._whole, also[1]._whole, codes[order], weights)
        return out / np.float32(total)

    def keep(self, rows: NDArray[np.int64]) -> None:
        """Let these rows, in this order, be the only ones."""
        self._lay_out([self._codes[self._starts[row] : self._starts[row + 1]] for row in rows.tolist()])

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self._codes.nbytes + self._starts.nbytes

    @property
    def _whole(self) -> tuple[NDArray[np.int64], Codes]:
        return self._starts, self._codes


def _longer(block: NDArray[Any], least: int) -> NDArray[Any]:
    """The block at twice its length, or longer if need be; what is new is 0."""
    more = max(2 * len(block), least) - len(block)
    return np.concatenate([block, np.zeros((more, *block.shape[1:]), block.dtype)])
