"""The order book of the allocation: who could take what, who holds what, and at which price.

Everything the kernels touch is here, as plain arrays. Edges lie in *rows*: of a need, its offers by falling gain; of
an offer, its needs (the same edges seen from the other side). Indices are 32 bits wide; gains, prices and profits are
32 bits as long as every gain is below ``NARROW``, else 64. Whatever one step of a search reads of an offer lies in one
record, so that it costs one cache line; prices lie apart since most steps read nothing else.

Invariants between two calls of a kernel (complementary slackness; ``certificate`` checks them):

* ``profit[i] + price[j] >= gain(i, j)`` on every edge of a living need, with equality where i sits at j;
* a price above 0 only where every seat is taken, a profit above 0 only where the need sits somewhere;
* an offer with edges and no seats bears the price ``closed``, so that no search ever enters it.

Units stand behind the offers in the same arrays, as places of their own (``units``): what is a seat and a need of an
offer is a slot and a taken slot of a unit, and its price is what one slot more would bring. An offer bears what a need
has to pay in all, so its price is never below that of its unit, and above it only where every seat is taken.
"""

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.jit import Kind, Spelled, inline, kernel

NARROW = 1 << 27  # gains below this run in 32 bits: sums of three stay below the price of a closed offer
WIDE = 1 << 59
LONG = 256

HEAD = -2  # where another place has its unit, a unit has this
ALONE = -1  # an offer without a unit

ROW = np.dtype([("start", "i4"), ("size", "i4")])
SEAT = np.dtype([("mate", "i4"), ("slot", "i4")])
LINK = np.dtype([("unit", "i4"), ("next", "i4"), ("last", "i4")])  # a unit and its offers form a ring


def offer_record(value: Any) -> np.dtype[Any]:
    """The record of an offer; key, stamp, place, via, step belong to the search that runs at the moment."""
    whole = ("stamp", "place", "via", "step", "count", "cap", "start")
    return np.dtype([("key", value), *((name, "i4") for name in whole)])


# What the arrays hold while gains are 32 bits wide, and while they are 64 (``jit`` compiles every kernel for both).
Ints = Annotated[NDArray[np.int32], Kind("i4", "i4")]
Longs = Annotated[NDArray[np.int64], Kind("i8", "i8")]
Flags = Annotated[NDArray[np.bool_], Kind("?", "?")]
Gains = Annotated[NDArray[Any], Kind("i4", "i8")]
Offers = Annotated[NDArray[Any], Kind(offer_record("i4"), offer_record("i8"))]
Owners = Annotated[NDArray[Any], Kind(ROW, ROW)]
Seats = Annotated[NDArray[Any], Kind(SEAT, SEAT)]
Links = Annotated[NDArray[Any], Kind(LINK, LINK)]


class Rows(NamedTuple):
    """Edges by owner: ``row`` says where an owner's edges lie in ``peer`` and ``gain``."""

    row: Owners
    peer: Ints
    gain: Gains


class _Book(NamedTuple):
    needs: Rows
    offers: Rows
    offer: Offers
    seat: Seats
    price: Gains
    profit: Gains
    hold: Ints
    heap: Ints
    seen: Ints
    clock: Longs
    link: Links


class Book(_Book, Spelled):
    """The state of one market. ``hold`` lists the needs at an offer, from its ``start``, ``count`` of them.

    ``link`` says whose offers are whose; it is empty where there are no units.
    """


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
    forth = sorted_rows(need, offer, score, needs, value)
    kept = len(forth.peer)
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
        np.empty(0, LINK),
    )


def sorted_rows(need: Any, offer: Any, score: Any, needs: int, value: type) -> Rows:
    """The edges that have any gain by need, each row by falling gain, then rising offer."""
    rows = _empty_rows(needs, len(need), value)
    kept = group_by_need(need, offer, score, rows)
    longest = int(rows.row["size"].max(initial=0))
    if longest > LONG:  # sorting by counting is for short rows; these come to their rows in order
        order = np.lexsort((offer, -score, need))
        rows.row["size"] = 0
        group_by_need(need[order], offer[order], score[order], rows)
    rows = Rows(rows.row, rows.peer[:kept], rows.gain[:kept])
    sort_rows(rows, np.empty(longest, np.int32), np.empty(longest, value))
    return rows


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
def group_by_need(need: Ints, offer: Ints, score: Longs, rows: Rows) -> int:
    """Put the edges that have any gain into rows, in the order given; return how many they are."""
    row, peer, gain = rows
    for e in range(len(need)):
        if score[e] > 0:
            row[need[e]].size += 1
    kept = lay_out(row)
    for e in range(len(need)):
        if score[e] > 0:
            i = need[e]
            k = row[i].start + row[i].size
            row[i].size += 1
            gain[k] = score[e]
            peer[k] = offer[e]
    return kept


@kernel
def sort_rows(rows: Rows, peer: Ints, gain: Gains) -> None:
    """Sort each row by falling gain, then rising peer. ``peer`` and ``gain`` have room for the longest row."""
    for i in range(len(rows.row)):
        low, size = rows.row[i].start, rows.row[i].size
        if _in_order(rows, low, size):
            continue
        for k in range(size):
            peer[k] = rows.peer[low + k]
            gain[k] = rows.gain[low + k]
        for k in range(size):
            # Counting who comes before has no branch to guess wrong and runs many at a time.
            place = 0
            for t in range(size):
                tie = (peer[t] < peer[k]) | ((peer[t] == peer[k]) & (t < k))
                place += (gain[t] > gain[k]) | ((gain[t] == gain[k]) & tie)
            rows.peer[low + place] = peer[k]
            rows.gain[low + place] = gain[k]


@kernel
def mark_distinct(rows: Rows, seen: Ints, distinct: Flags) -> None:
    """Mark, of edges to the same peer, the first of each row (the best); ``seen`` is -1 for every peer."""
    for i in range(len(rows.row)):
        for e in range(rows.row[i].start, rows.row[i].start + rows.row[i].size):
            distinct[e] = seen[rows.peer[e]] != i
            seen[rows.peer[e]] = i


@inline
def _in_order(rows: Rows, low: int, size: int) -> bool:
    _, peer, gain = rows
    for e in range(low + 1, low + size):
        if gain[e - 1] < gain[e] or (gain[e - 1] == gain[e] and peer[e - 1] > peer[e]):
            return False
    return True


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
