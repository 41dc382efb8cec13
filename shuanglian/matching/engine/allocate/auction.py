"""First phase: a coarse auction finds nearly right prices in a few cheap passes; exactness is left to ``paths``.

Needs bid for seats one after the other (Bertsekas 1988, Gauss-Seidel). The need just displaced bids next, since its
offers are still in the cache. Each bids up to indifference plus its *impatience*: a sixty-fourth of the usual spread
of gains at first, four times more after each displacement, at most a tenth of the largest gain. So where seats are
plenty prices stay fine, and where they are scarce a price war ends in a few rounds. Edges fall in gain and prices are
never negative, so a scan stops at the first edge that cannot be second best.
"""

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.book import HEAD, Book, Gains, Ints
from shuanglian.matching.engine.allocate.jit import Kind, inline, kernel
from shuanglian.matching.engine.allocate.units import count_slot, unit_of

BID = np.dtype([("bid", "i8"), ("who", "i4")])
NARROW_BID = np.dtype([("bid", "i4"), ("who", "i4")])
Bids = Annotated[NDArray[Any], Kind(NARROW_BID, BID)]
FINEST, COARSEST, GROWTH = 64, 10, 4


def run_auction(book: Book) -> Ints:
    """Bid for all seats, keep the pairs that fit the final prices exactly; return the needs that still want a seat."""
    gains = book.needs.gain
    coarsest = max(1, int(gains.max(initial=0)) // COARSEST)
    finest = min(coarsest, max(1, usual_spread(book) // FINEST))
    impatience = np.full(len(book.seat), finest, gains.dtype)
    bids = np.empty(len(book.hold), NARROW_BID if gains.dtype == np.int32 else BID)
    bid_all(book, bids, impatience, coarsest)
    waiting = np.empty(len(book.seat), np.int32)
    return waiting[: keep_tight_pairs(book, bids, waiting)]


@kernel
def usual_spread(book: Book) -> int:
    """The mean difference between a need's best and last edge."""
    total = 0
    row, gain = book.needs.row, book.needs.gain
    for i in range(len(row)):
        if row[i].size:
            total += gain[row[i].start] - gain[row[i].start + row[i].size - 1]
    return total // max(1, len(row))


@kernel
def bid_all(book: Book, bids: Bids, impatience: Gains, coarsest: int) -> None:
    """Let every need bid until each has a seat or finds all too dear."""
    offer, price = book.offer, book.price
    for first in range(len(book.seat)):
        i = first
        while i >= 0:
            j, raise_by = _best_bid(book, i)
            if j < 0:
                break
            bid = _asked(book, j) + raise_by + impatience[i]
            if unit_of(book, j) >= 0:
                i = _bid_in_unit(book, bids, j, (bid, i))
            else:
                i = _take_seat(offer[j], bids, i, bid)
                if offer[j].count == offer[j].cap:
                    price[j] = bids[offer[j].start].bid
            if i >= 0:
                impatience[i] = min(coarsest, impatience[i] * GROWTH)


@inline
def _best_bid(book: Book, i: int) -> tuple[int, int]:
    """The offer of the highest profit for need i and how far it stands above the second; -1 if none has any."""
    row, peer, gain = book.needs
    best, second, at = 0, 0, -1
    low = row[i].start
    for e in range(low, low + row[i].size):
        if gain[e] <= second:
            break
        j = peer[e]
        v = gain[e] - _asked(book, j)
        if v > best:
            best, second, at = v, best, j
        elif v > second:
            second = v
    return at, best - second


@inline
def _asked(book: Book, j: int) -> int:
    """What a seat costs now: the lowest bid of a full offer, but no less than that of its unit, if full."""
    u = unit_of(book, j)
    return int(max(book.price[j], book.price[u]) if u >= 0 else book.price[j])


@inline
def _bid_in_unit(book: Book, bids: Any, j: int, bidder: tuple[int, int]) -> int:
    """Seat a bidder at an offer of a unit: where the offer or the unit is full, its lowest bid gives way."""
    offer, price = book.offer, book.price
    bid, i = bidder
    u = unit_of(book, j)
    loser = -1
    if offer[j].count == offer[j].cap:
        loser = _take_seat(offer[j], bids, i, bid)
    else:
        if offer[u].count == offer[u].cap:
            x = book.heap[offer[u].start]
            loser = _drop_lowest(offer[x], bids)
            price[x] = 0
            _rekey(book, bids, u, x)
        else:
            offer[u].count += 1
        _take_seat(offer[j], bids, i, bid)
    _rekey(book, bids, u, j)
    if offer[j].count == offer[j].cap:
        price[j] = offer[j].key
    if offer[u].count == offer[u].cap:
        price[u] = offer[book.heap[offer[u].start]].key
    return loser


@inline
def _rekey(book: Book, bids: Any, u: int, j: int) -> None:
    """The lowest bid of offer j is another, or it has none any more: its place in the unit's heap of offers with bids.

    While bids are made the heap lies from ``start`` of the unit, ``via`` offers long.
    """
    offer, heap = book.offer, book.heap
    k = offer[j].place
    if offer[j].count > 0:
        offer[j].key = bids[offer[j].start].bid
        if k < 0:
            k = offer[u].via
            offer[u].via += 1
        _settle(book, u, j, k)
        return
    offer[j].place = -1
    offer[u].via -= 1
    last = heap[offer[u].start + offer[u].via]
    if last != j:
        _settle(book, u, last, k)


@inline
def _settle(book: Book, u: int, j: int, k: int) -> None:
    """Put offer j where it belongs in the heap of unit u, from place k up or down."""
    offer = book.offer
    heap = book.heap[offer[u].start : offer[u].start + offer[u].via]
    key = offer[j].key
    while k > 0 and offer[heap[(k - 1) >> 1]].key > key:
        heap[k] = heap[(k - 1) >> 1]
        offer[heap[k]].place = k
        k = (k - 1) >> 1
    while True:
        c = 2 * k + 1
        if c + 1 < len(heap) and offer[heap[c + 1]].key < offer[heap[c]].key:
            c += 1
        if c >= len(heap) or offer[heap[c]].key >= key:
            break
        heap[k] = heap[c]
        offer[heap[k]].place = k
        k = c
    heap[k] = j
    offer[j].place = k


@inline
def _drop_lowest(record: Any, bids: Any) -> int:
    """Take the lowest bid out of an offer's heap; returns whose it was."""
    low, loser = record.start, bids[record.start].who
    record.count -= 1
    last = bids[low + record.count]
    if record.count > 0:
        _sift_down(bids, low, record.count, last.bid, last.who)
    return int(loser)


@inline
def _take_seat(record: Any, bids: Any, i: int, bid: int) -> int:
    """Seat i; bids of an offer form a heap with the lowest on top. Returns the displaced need or -1."""
    low, count = record.start, record.count
    if count == record.cap:
        loser = bids[low].who
        _sift_down(bids, low, count, bid, i)
        return int(loser)
    record.count = count + 1
    k = count
    while k > 0 and bids[low + ((k - 1) >> 1)].bid > bid:
        q = (k - 1) >> 1
        bids[low + k].bid = bids[low + q].bid
        bids[low + k].who = bids[low + q].who
        k = q
    bids[low + k].bid = bid
    bids[low + k].who = i
    return -1


@inline
def _sift_down(bids: Any, low: int, count: int, bid: int, i: int) -> None:
    k = 0
    while True:
        c = 2 * k + 1
        if c >= count:
            break
        if c + 1 < count and bids[low + c + 1].bid < bids[low + c].bid:
            c += 1
        if bids[low + c].bid >= bid:
            break
        bids[low + k].bid = bids[low + c].bid
        bids[low + k].who = bids[low + c].who
        k = c
    bids[low + k].bid = bid
    bids[low + k].who = i


@kernel
def keep_tight_pairs(book: Book, bids: Bids, waiting: Ints) -> int:
    """Seat the needs whose offer is among their best at the final prices; return how many want a seat and lost it."""
    offer, seat = book.offer, book.seat
    for j in range(len(offer)):
        if unit_of(book, j) != HEAD:
            book.price[j] = _asked(book, j)
            for k in range(offer[j].start, offer[j].start + offer[j].count):
                seat[bids[k].who].mate = j
        offer[j].count = 0
    want = 0
    for i in range(len(seat)):
        best, own = _profits(book, i)
        book.profit[i] = best
        j = seat[i].mate
        if j >= 0 and own == best:
            book.hold[offer[j].start + offer[j].count] = i
            seat[i].slot = offer[j].count
            offer[j].count += 1
            count_slot(book, j, 1)
        else:
            seat[i].mate = -1
            if best > 0:
                waiting[want] = i
                want += 1
    return want


@inline
def _profits(book: Book, i: int) -> tuple[int, int]:
    """The best profit of need i (at least 0) and that of the offer it sits at (-1 if worse than 0)."""
    row, peer, gain = book.needs
    best, own = 0, -1
    low = row[i].start
    for e in range(low, low + row[i].size):
        if gain[e] < best:
            break
        v = gain[e] - book.price[peer[e]]
        best = max(best, v)
        if peer[e] == book.seat[i].mate:
            own = max(own, v)
    return best, own
