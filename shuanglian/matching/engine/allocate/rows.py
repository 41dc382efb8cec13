"""Rows that grow and shrink: the edges of a market whose needs and offers come and go.

Each row has some room to spare; a row that is full moves to the end of the pool with twice the room, a pool that is
full is laid out anew. Both are rare enough that an edge costs the same however large the market is.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.book import Gains, Ints, Rows
from shuanglian.matching.engine.allocate.jit import inline, kernel

SPARE = (
    4  # the least room of a row that moves, and the part (a quarter) of it that is spare after a new layout
)


class Growing:
    """Rows with room. ``rows`` is always current and is what the kernels are given."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.room = rows.row["size"].copy()
        self.end = len(rows.peer)

    def set_row(self, owner: int, peer: NDArray[np.int32], gain: NDArray[Any]) -> None:
        """Give an owner these edges, already in order, instead of what it had."""
        self._make_space(len(peer))
        self.end = write_row(self.rows, self.room, self.end, owner, (peer, gain))

    def add_edges(self, owners: NDArray[np.int32], peer: NDArray[np.int32], gain: NDArray[Any]) -> None:
        """Add one edge to each owner, in its place by falling gain."""
        done = 0
        while done < len(owners):
            self.end, done = add_each(self.rows, self.room, self.end, (owners, peer, gain), done)
            if done < len(owners):
                self._make_space(2 * int(self.rows.row["size"][owners[done]]) + SPARE)

    def remove_edges(self, owners: NDArray[np.int32], peer: int) -> None:
        """Remove the edge to ``peer`` from each owner."""
        remove_each(self.rows, owners, peer)

    def add_owners(self, count: int) -> None:
        """Make room for more owners, without edges."""
        row = np.concatenate([self.rows.row, np.zeros(count, self.rows.row.dtype)])
        self.rows = self.rows._replace(row=row)
        self.room = np.concatenate([self.room, np.zeros(count, self.room.dtype)])

    def _make_space(self, extra: int) -> None:
        """Lay everything out anew if the pool has not ``extra`` places left."""
        if self.end + extra <= len(self.rows.peer):
            return
        size = self.rows.row["size"]
        room = np.where(size > 0, size + size // SPARE + 1, 0).astype(np.int32)
        total = int(room.sum(dtype=np.int64))
        pool = total + total // 4 + extra
        if pool >= 1 << 31:
            raise ValueError("more than 2**31 edges")
        row = self.rows.row.copy()
        row["start"] = np.cumsum(room, dtype=np.int64) - room
        fresh = Rows(row, np.empty(pool, np.int32), np.empty(pool, self.rows.gain.dtype))
        copy_rows(self.rows, fresh)
        self.rows, self.room, self.end = fresh, room, total


@kernel
def copy_rows(old: Rows, new: Rows) -> None:
    """Copy every row to its new place."""
    for i in range(len(old.row)):
        _copy(old, old.row[i].start, new, new.row[i].start, old.row[i].size)


@inline
def _copy(old: Rows, source: int, new: Rows, target: int, size: int) -> None:
    for k in range(size):
        new.peer[target + k] = old.peer[source + k]
        new.gain[target + k] = old.gain[source + k]


@kernel
def write_row(rows: Rows, room: Ints, end: int, owner: int, edges: tuple[Ints, Gains]) -> int:
    """Write a whole row, at the end of the pool if it does not fit where it was; return the new end."""
    peer, gain = edges
    if len(peer) > room[owner]:
        rows.row[owner].start = end
        room[owner] = len(peer)
        end += len(peer)
    low = rows.row[owner].start
    for k in range(len(peer)):
        rows.peer[low + k] = peer[k]
        rows.gain[low + k] = gain[k]
    rows.row[owner].size = len(peer)
    return end


@kernel
def add_each(rows: Rows, room: Ints, end: int, edges: tuple[Ints, Ints, Gains], done: int) -> tuple[int, int]:
    """Add edges from the ``done``-th on until the pool is full; return its new end and how many are done."""
    owners, peer, gain = edges
    for x in range(done, len(owners)):
        i = owners[x]
        size = rows.row[i].size
        if size == room[i]:
            if end + 2 * size + SPARE > len(rows.peer):
                return end, x
            _copy(rows, rows.row[i].start, rows, end, size)
            rows.row[i].start = end
            room[i] = 2 * size + SPARE
            end += 2 * size + SPARE
        _insert(rows, i, peer[x], gain[x])
    return end, len(owners)


@inline
def _insert(rows: Rows, i: int, peer: int, gain: int) -> None:
    low = rows.row[i].start
    k = low + rows.row[i].size
    while k > low and rows.gain[k - 1] < gain:
        rows.gain[k] = rows.gain[k - 1]
        rows.peer[k] = rows.peer[k - 1]
        k -= 1
    rows.gain[k] = gain
    rows.peer[k] = peer
    rows.row[i].size += 1


@kernel
def remove_each(rows: Rows, owners: Ints, peer: int) -> None:
    """Remove the edge to ``peer`` from each owner that has it; the others keep their order."""
    for i in owners:
        low = rows.row[i].start
        end = low + rows.row[i].size
        k = low
        while k < end and rows.peer[k] != peer:
            k += 1
        if k == end:
            continue
        for t in range(k, end - 1):
            rows.peer[t] = rows.peer[t + 1]
            rows.gain[t] = rows.gain[t + 1]
        rows.row[i].size -= 1
