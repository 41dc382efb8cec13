"""The search forward: from a need without a seat, or from a unit with a slot too few, to the cheapest way out.

That is a free seat, or some need that had better go without. Dijkstra over reduced gains; prices move only where the
search came. The way may lead through a full unit: from an offer of it with a free seat to one that gives a seat up.
"""

from shuanglian.matching.engine.allocate.book import HEAD, Book
from shuanglian.matching.engine.allocate.jit import inline, kernel
from shuanglian.matching.engine.allocate.queue import pop, push, reach, tick
from shuanglian.matching.engine.allocate.units import count_slot, unit_of

NOBODY = -1
FAR = 1 << 62


@kernel
def enter(book: Book, start: int) -> int:
    """Give need ``start`` a seat if the total gains by it; return how much."""
    hoped = _best_profit(book, start)
    book.profit[start] = hoped
    distance, free = search_forward(book, start, NOBODY, hoped)
    book.profit[start] -= distance
    return hoped - distance + free


@kernel
def expel(book: Book, unit: int) -> int:
    """Take one slot from a unit where it hurts least; return by how much the total changes (never above 0)."""
    worth = int(book.price[unit])
    distance, free = search_forward(book, NOBODY, unit, FAR)
    return free - distance - worth


@kernel
def search_forward(book: Book, need: int, unit: int, best: int) -> tuple[int, int]:
    """Find the way out from a need or a unit, at most ``best`` long, and move everybody along it.

    Returns its length, and the price of the free seat it ends at: above 0 only while its unit is still to be settled.
    """
    stamp = tick(book)
    free, loser = NOBODY, need
    queued, settled = _queue_start(book, unit, stamp), 0
    i, distance, at, end = need, 0, 0, 0
    while True:
        if i >= 0:
            best, free, queued = _scan_need(book, i, distance, (best, free, queued), stamp)
        if best <= distance:
            break
        if at == end:
            if queued == 0 or book.offer[book.heap[0]].key >= best:
                break
            j, queued = pop(book, queued)
            book.seen[settled] = j
            settled += 1
            distance = book.offer[j].key
            (best, free, loser), queued, at, end = _visit(book, j, (best, free, loser), queued, stamp)
        i = NOBODY
        if at < end:
            i = book.hold[at]
            at += 1
    _raise_prices(book, settled, best)
    if free >= 0 or loser != need:
        _move_along(book, (need, unit), free, loser)
    return best, book.price[free] if free >= 0 else 0


# ---- one step of a search ----


@inline
def _queue_start(book: Book, unit: int, stamp: int) -> int:
    """The unit that the search starts from, if it does, is the first in the queue."""
    if unit < 0:
        return 0
    book.offer[unit].via = NOBODY
    return push(book, unit, 0, 0, stamp)


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
        u = unit_of(book, j)
        has_seat = offer[j].count < offer[j].cap
        if has_seat and (u < 0 or offer[u].count < offer[u].cap):
            best, free = d, j
            offer[j].via = i
            continue
        nearer, queued = reach(book, j, d, queued, stamp)
        if nearer:
            offer[j].via = i
            if has_seat:  # but no slot: the unit's other offers may give one up
                nearer, queued = reach(book, u, d, queued, stamp)
                if nearer:
                    offer[u].via = j
    return best, free, queued


@inline
def _visit(
    book: Book, j: int, found: tuple[int, int, int], queued: int, stamp: int
) -> tuple[tuple[int, int, int], int, int, int]:
    """At a place that was reached: where it is an offer, the seats from which the search goes on."""
    if unit_of(book, j) == HEAD:
        return found, _open_unit(book, j, found[0], queued, stamp), 0, 0
    low = book.offer[j].start
    return _find_loser(book, j, found), queued, low, low + book.offer[j].count


@inline
def _open_unit(book: Book, u: int, best: int, queued: int, stamp: int) -> int:
    """From a full unit on to its offers, of which one may give a slot to the one the search came through."""
    offer, price, link = book.offer, book.price, book.link
    x = link[u].next
    while x != u:
        d = offer[u].key + price[x] - price[u]
        if offer[x].cap > 0 and d < best:
            nearer, queued = reach(book, x, d, queued, stamp)
            if nearer:
                offer[x].via = NOBODY
        x = link[x].next
    return queued


@inline
def _find_loser(book: Book, j: int, found: tuple[int, int, int]) -> tuple[int, int, int]:
    """The search may end at a need of offer j that had better go without."""
    best, free, loser = found
    record = book.offer[j]
    for k in range(record.start, record.start + record.count):
        i = book.hold[k]
        if record.key + book.profit[i] < best:
            best, free, loser = record.key + book.profit[i], NOBODY, i
    return best, free, loser


# ---- what it changes ----


@inline
def _raise_prices(book: Book, settled: int, best: int) -> None:
    for t in range(settled):
        j = book.seen[t]
        record = book.offer[j]
        step = best - record.key
        book.price[j] += step
        if unit_of(book, j) != HEAD:
            for k in range(record.start, record.start + record.count):
                book.profit[book.hold[k]] -= step


@inline
def _move_along(book: Book, start: tuple[int, int], free: int, loser: int) -> None:
    """From the end of the path back to its start, a need or a unit: each need takes the seat before it."""
    offer, seat = book.offer, book.seat
    need, unit = start
    if free >= 0:
        j, k = free, offer[free].count
        offer[free].count += 1
        count_slot(book, free, 1)
    else:
        j, k = seat[loser].mate, seat[loser].slot
        seat[loser].mate = NOBODY
    i = NOBODY
    while i != need or need < 0:
        if offer[j].via < 0:  # the slot goes on to another offer of the unit, or is the one that is taken
            _close_gap(book, j, k)
            u = unit_of(book, j)
            j = offer[u].via
            if u == unit:
                offer[u].count -= 1
                break
            k = offer[j].count
            offer[j].count += 1
        i = offer[j].via
        left, slot = seat[i].mate, seat[i].slot
        book.hold[offer[j].start + k] = i
        seat[i].mate = j
        seat[i].slot = k
        j, k = left, slot


@inline
def _close_gap(book: Book, j: int, k: int) -> None:
    """Offer j has a seat less; whoever sat last moves to seat k, which is empty."""
    book.offer[j].count -= 1
    last = book.offer[j].count
    if k != last:
        mover = book.hold[book.offer[j].start + last]
        book.hold[book.offer[j].start + k] = mover
        book.seat[mover].slot = k
