"""The order book of the allocation: who could take what, who holds what, and at which price.

Everything the kernels touch is here, as plain arrays. Edges lie in *rows*: of a need, its offers by falling gain; of
an offer, its needs (the same edges seen from the other side). Indices are 32 bits wide; gains, prices and profits are
32 bits as long as every gain is below ``NARROW``, else 64. Whatever one step of a search reads of an offer lies in one
record, so that it costs one cache line; prices lie apart since most steps read nothing else.

Invariants between two calls of a kernel (complementary slackness; ``certificate`` checks them):

* ``profit[i] + price[j] >= gain(i, j)`` on every edge of a living need, with equality where i sits at j;
* a price above 0 only where every seat is taken, a profit above 0 only where the need sits somewhere;
* an offer with edges and no seats bears the price ``closed``, so that no search ever enters it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.jit import inline, kernel

NARROW = 1 << 27  # gains below this run in 32 bits: sums of three stay below the price of a closed offer
WIDE = 1 << 59

ROW = np.dtype([("start", "i4"), ("size", "i4")])
SEAT = np.dtype([("mate", "i4"), ("slot", "i4")])


def offer_record(value: type) -> np.dtype[Any]:
    """The record of an offer; key, stamp, place, via, step belong to the search that runs at the moment."""
    whole = ("stamp", "place", "via", "step", "count", "cap", "start")
    return np.dtype([("key", value), *((name, "i4") for name in whole)])


class Rows(NamedTuple):
    """Edges by owner: ``row`` says where an owner's edges lie in ``peer`` and ``gain``."""

    row: NDArray[Any]
    peer: NDArray[np.int32]
    gain: NDArray[Any]


class Book(NamedTuple):
    """The state of one market. ``hold`` lists the needs at an offer, from its ``start``, ``count`` of them."""

    needs: Rows
    offers: Rows
    offer: NDArray[Any]
    seat: NDArray[Any]
    price: NDArray[Any]
    profit: NDArray[Any]
    hold: NDArray[np.int32]
    heap: NDArray[np.int32]
    seen: NDArray[np.int32]
    clock: NDArray[np.int64]


def closed(value: Any) -> int:
    """The price of an offer without seats and the profit of a need that is not there: above every sum of gains."""
    return 1 << 29 if np.dtype(value) == np.int32 else 1 << 61


def open_book(
    need: NDArray[np.int32],
    offer: NDArray[np.int32],
    score: NDArray[np.int64],
    needs: int,
    capacity: NDArray[Any],
    *,
    wide: bool = False,
) -> Book:
    """A book over the given edges with empty seats. Edges without gain are left out: they never add to the total."""
    offers = len(capacity)
    if len(need) >= 1 << 31:
        raise ValueError("more than 2**31 edges")
    value = np.int64 if wide or int(score.max(initial=0)) >= NARROW else np.int32
    forth = _empty_rows(needs, len(need), value)
    kept = group_by_need(need, offer, score, forth)
    forth = Rows(forth.row, forth.peer[:kept], forth.gain[:kept])
    back = _empty_rows(offers, kept, value)
    group_by_offer(forth, back)
    record = np.zeros(offers, offer_record(value))
    record["cap"] = np.minimum(capacity, back.row["size"])
    ends = np.cumsum(record["cap"], dtype=np.int64)
    if offers and ends[-1] >= 1 << 31:
        raise ValueError("more than 2**31 seats")
    record["start"] = ends - record["cap"]
    price = np.where(record["cap"] > 0, 0, closed(value)).astype(value)
    return Book(
        forth,
        back,
        record,
        np.full(needs, -1, SEAT),
        price,
        np.zeros(needs, value),
        np.empty(int(ends[-1]) if offers else 0, np.int32),
        np.empty(offers + 1, np.int32),
        np.empty(offers + 1, np.int32),
        np.zeros(1, np.int64),
    )


def _empty_rows(owners: int, edges: int, value: type) -> Rows:
    return Rows(np.zeros(owners, ROW), np.empty(edges, np.int32), np.empty(edges, value))


@inline
def lay_out(row: Any) -> int:
    """Turn sizes into starts; sizes begin again at 0. Returns their sum."""
    at = 0
    for i in range(len(row)):
        row[i].start = at
        at += row[i].size
        row[i].size = 0
    return at


@kernel
def group_by_need(need: Any, offer: Any, score: Any, rows: Rows) -> int:
    """Sort the edges into rows by falling gain, then rising offer; return how many have any gain."""
    row, peer, gain = rows
    for e in range(len(need)):
        if score[e] > 0:
            row[need[e]].size += 1
    kept = lay_out(row)
    for e in range(len(need)):
        if score[e] > 0:
            i = need[e]
            low = row[i].start
            k = low + row[i].size
            row[i].size += 1
            while k > low and (
                gain[k - 1] < score[e] or (gain[k - 1] == score[e] and peer[k - 1] > offer[e])
            ):
                gain[k] = gain[k - 1]
                peer[k] = peer[k - 1]
                k -= 1
            gain[k] = score[e]
            peer[k] = offer[e]
    return kept


@kernel
def group_by_offer(needs: Rows, offers: Rows) -> None:
    """The same edges seen from the offers, needs in rising order."""
    row, peer, gain = offers
    for e in range(len(needs.peer)):
        row[needs.peer[e]].size += 1
    lay_out(row)
    for i in range(len(needs.row)):
        low = needs.row[i].start
        for e in range(low, low + needs.row[i].size):
            j = needs.peer[e]
            k = row[j].start + row[j].size
            row[j].size += 1
            peer[k] = i
            gain[k] = needs.gain[e]
