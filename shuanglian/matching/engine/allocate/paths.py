"""Second phase and every later change: shortest augmenting paths from both sides keep the optimum exact.

``enter`` seats one need: Dijkstra over reduced gains from the need to the cheapest way out, which is a free seat or
some need that had better go without. ``fill`` serves one offer with a free seat and a price above 0: the same search
from the offer backwards, to a need without a seat, to an offer that had better keep a seat empty, or to its own price
falling to 0. Both move prices only where the search came, so a change costs what it touches, not what exists.
"""

from typing import Any

from shuanglian.matching.engine.allocate.book import Book
from shuanglian.matching.engine.allocate.jit import inline, kernel

LAST_STAMP = (1 << 31) - 1


@kernel
def enter_all(book: Book, waiting: Any) -> None:
    """Seat the needs one by one."""
    for i in waiting:
        enter(book, i)


@kernel
def fill_all(book: Book) -> None:
    """Serve every offer that has free seats and a price."""
    for j in range(len(book.offer)):
        fill(book, j)


@kernel
def enter(book: Book, start: int) -> int:
    """Give need ``start`` a seat if the total gains by it; return how much."""
    stamp = _tick(book)
    offer, profit = book.offer, book.profit
    hoped = _best_profit(book, start)
    best = hoped
    profit[start] = best
    free, loser = -1, start
    queued, settled = 0, 0
    i, distance, at, end = start, 0, 0, 0
    while True:
        best, free, queued = _scan_need(book, i, distance, (best, free, queued), stamp)
        if best <= distance:
            break
        if at == end:
            if queued == 0 or offer[book.heap[0]].key >= best:
                break
            j, queued = _pop(book, queued)
            book.seen[settled] = j
            settled += 1
            distance = offer[j].key
            at, end = offer[j].start, offer[j].start + offer[j].count
            best, free, loser = _find_loser(book, j, (best, free, loser))
            if best <= distance:
                break
        i = book.hold[at]
        at += 1
    _raise_prices(book, settled, best)
    profit[start] -= best
    _move_along(book, start, free, loser)
    return hoped - best


@kernel
def fill(book: Book, start: int) -> int:
    """Use the free seats of offer ``start`` as far as the total gains by it; return how much."""
    offer = book.offer
    earned = 0
    while offer[start].count < offer[start].cap and book.price[start] > 0:
        stamp = _tick(book)
        # best: the cheapest end so far; need: the seatless need it ends at, reached from turn; or the offer last.
        best, need, turn, last = book.price[start], -1, -1, start
        queued = _push(book, start, 0, 0, stamp)
        settled = 0
        while queued > 0 and offer[book.heap[0]].key < best:
            j, queued = _pop(book, queued)
            book.seen[settled] = j
            settled += 1
            (best, need, turn, last), queued = _scan_offer(book, j, (best, need, turn, last), queued, stamp)
        earned += book.price[start] - best
        _lower_prices(book, settled, best)
        if last == start:
            break
        if last >= 0:
            need, turn = offer[last].via, offer[last].step
            _unseat(book, need)
        _move_back(book, start, need, turn)
    return earned


@kernel
def leave(book: Book, need: int, closed: int) -> int:
    """Take a need out of the market and give its seat on; return by how much the total changes (never above 0)."""
    j = book.seat[need].mate
    change = 0
    if j >= 0:
        change = -(book.profit[need] + book.price[j])
        _unseat(book, need)
    book.profit[need] = closed
    if j >= 0:
        change += fill(book, j)
    return change


@kernel
def release(book: Book, offer: int, evicted: Any, closed: int) -> int:
    """Take seats away: the evicted needs look elsewhere; return by how much the total changes (never above 0)."""
    change = 0
    for i in evicted:
        change -= book.profit[i] + book.price[offer]
        _unseat(book, i)
    if book.offer[offer].cap == 0:
        book.price[offer] = closed
    for i in evicted:
        change += enter(book, i)
    return change


# ---- one step of a search ----


@inline
def _scan_need(
    book: Book, i: int, distance: int, found: tuple[int, int, int], stamp: int
) -> tuple[int, int, int]:
    """Look from need i at its offers: free seats may end the search, taken ones are queued."""
    row, peer, gain = book.needs
    offer = book.offer
    best, free, queued = found
    base = distance + book.profit[i]
    low = row[i].start
    for e in range(low, low + row[i].size):
        if base - gain[e] >= best:
            break  # even at price 0, and gains only fall from here
        j = peer[e]
        d = base + book.price[j] - gain[e]
        if d >= best:
            continue
        if offer[j].count < offer[j].cap:
            best, free = d, j
            offer[j].via = i
        elif offer[j].stamp != stamp:
            offer[j].via = i
            queued = _push(book, j, d, queued, stamp)
        elif offer[j].place >= 0 and d < offer[j].key:
            offer[j].via = i
            offer[j].key = d
            _sift_up(book, offer[j].place)
    return best, free, queued


@inline
def _find_loser(book: Book, j: int, found: tuple[int, int, int]) -> tuple[int, int, int]:
    """The search may end at a need of offer j that had better go without."""
    best, free, loser = found
    record = book.offer[j]
    for k in range(record.start, record.start + record.count):
        i = book.hold[k]
        if record.key + book.profit[i] < best:
            best, free, loser = record.key + book.profit[i], -1, i
    return best, free, loser


@inline
def _scan_offer(
    book: Book, j: int, found: tuple[int, int, int, int], queued: int, stamp: int
) -> tuple[tuple[int, int, int, int], int]:
    """Look from offer j at the needs it could take, and through them at the offers they would leave."""
    row, peer, gain = book.offers
    offer = book.offer
    best, need, turn, last = found
    base = offer[j].key + book.price[j]
    low = row[j].start
    for e in range(low, low + row[j].size):
        i = peer[e]
        d = base + book.profit[i] - gain[e]
        if d >= best:
            continue
        o = book.seat[i].mate
        if o < 0:
            best, need, turn, last = d, i, j, -1
        elif o != j:
            queued = _reach_through(book, (i, j, o), d, queued, stamp)
            if offer[o].key == d and d + book.price[o] < best:
                best, need, turn, last = d + book.price[o], -1, -1, o
    return (best, need, turn, last), queued


@inline
def _reach_through(book: Book, step: tuple[int, int, int], d: int, queued: int, stamp: int) -> int:
    """Offer o can be relieved of need i, which moves to j, at distance d."""
    i, j, o = step
    offer = book.offer
    if offer[o].stamp != stamp:
        queued = _push(book, o, d, queued, stamp)
    elif offer[o].place >= 0 and d < offer[o].key:
        offer[o].key = d
        _sift_up(book, offer[o].place)
    else:
        return queued
    offer[o].via = i
    offer[o].step = j
    return queued


@inline
def _best_profit(book: Book, i: int) -> int:
    row, peer, gain = book.needs
    best = 0
    low = row[i].start
    for e in range(low, low + row[i].size):
        if gain[e] <= best:
            break
        best = max(best, gain[e] - book.price[peer[e]])
    return best


# ---- what a search changes ----


@inline
def _raise_prices(book: Book, settled: int, best: int) -> None:
    for t in range(settled):
        j = book.seen[t]
        record = book.offer[j]
        step = best - record.key
        book.price[j] += step
        for k in range(record.start, record.start + record.count):
            book.profit[book.hold[k]] -= step


@inline
def _lower_prices(book: Book, settled: int, best: int) -> None:
    for t in range(settled):
        j = book.seen[t]
        record = book.offer[j]
        step = best - record.key
        book.price[j] -= step
        for k in range(record.start, record.start + record.count):
            book.profit[book.hold[k]] += step


@inline
def _move_along(book: Book, start: int, free: int, loser: int) -> None:
    """From the end of the path back to ``start``: each need takes the seat before it."""
    offer, seat = book.offer, book.seat
    if free < 0 and loser == start:
        return
    if free >= 0:
        j, k = free, offer[free].count
        offer[free].count += 1
    else:
        j, k = seat[loser].mate, seat[loser].slot
        seat[loser].mate = -1
    i = -1
    while i != start:
        i = offer[j].via
        left, slot = seat[i].mate, seat[i].slot
        _sit(book, i, j, k)
        j, k = left, slot


@inline
def _move_back(book: Book, start: int, need: int, turn: int) -> None:
    """From the end of the path towards ``start``: each offer takes a need and gives one on."""
    offer, seat = book.offer, book.seat
    i, j = need, turn
    while j != start:
        given = offer[j].via
        _sit(book, i, j, seat[given].slot)
        i, j = given, offer[j].step
    _sit(book, i, start, offer[start].count)
    offer[start].count += 1


@inline
def _sit(book: Book, i: int, j: int, k: int) -> None:
    book.hold[book.offer[j].start + k] = i
    book.seat[i].mate = j
    book.seat[i].slot = k


@inline
def _unseat(book: Book, i: int) -> None:
    """Take need i from its offer; the last of the list moves into the gap."""
    j, k = book.seat[i].mate, book.seat[i].slot
    book.offer[j].count -= 1
    mover = book.hold[book.offer[j].start + book.offer[j].count]
    book.hold[book.offer[j].start + k] = mover
    book.seat[mover].slot = k
    book.seat[i].mate = -1


# ---- the queue of a search: a binary heap of offers by key ----


@inline
def _tick(book: Book) -> int:
    """A stamp no offer bears yet."""
    if book.clock[0] == LAST_STAMP:
        for j in range(len(book.offer)):
            book.offer[j].stamp = 0
        book.clock[0] = 0
    book.clock[0] += 1
    return int(book.clock[0])


@inline
def _push(book: Book, j: int, key: int, queued: int, stamp: int) -> int:
    book.offer[j].stamp = stamp
    book.offer[j].key = key
    book.heap[queued] = j
    _sift_up(book, queued)
    return queued + 1


@inline
def _sift_up(book: Book, k: int) -> None:
    heap, offer = book.heap, book.offer
    j = heap[k]
    key = offer[j].key
    while k > 0:
        q = (k - 1) >> 1
        if offer[heap[q]].key <= key:
            break
        heap[k] = heap[q]
        offer[heap[k]].place = k
        k = q
    heap[k] = j
    offer[j].place = k


@inline
def _pop(book: Book, queued: int) -> tuple[int, int]:
    """The nearest offer and how many remain."""
    heap, offer = book.heap, book.offer
    top, last = heap[0], heap[queued - 1]
    n = queued - 1
    key = offer[last].key
    k = 0
    while 2 * k + 1 < n:
        c = 2 * k + 1
        if c + 1 < n and offer[heap[c + 1]].key < offer[heap[c]].key:
            c += 1
        if offer[heap[c]].key >= key:
            break
        heap[k] = heap[c]
        offer[heap[k]].place = k
        k = c
    heap[k] = last
    offer[last].place = k
    offer[top].place = -1
    return top, n
