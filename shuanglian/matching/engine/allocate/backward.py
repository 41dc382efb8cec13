"""The search backward: from a free seat, or a free slot of a unit, to whoever had best be served by it.

That is a need without a seat, another need's seat that had better stay empty, or nobody: then the price falls to what
the unit's slot costs, or to 0. The same Dijkstra as forward; needs hand their seats on towards the start.
"""

from shuanglian.matching.engine.allocate.book import HEAD, Book
from shuanglian.matching.engine.allocate.jit import inline, kernel
from shuanglian.matching.engine.allocate.queue import pop, push, reach, tick
from shuanglian.matching.engine.allocate.units import count_slot, unit_of

NOBODY = -1
FAR = 1 << 62

# Its distance; a seatless need and the offer it takes; or the offer that is relieved.
End = tuple[int, int, int, int]


@kernel
def use_up(book: Book, start: int) -> int:
    """Use the free seats of an offer, or the free slots of a unit, as far as the total gains; return how much.

    The unit of an offer is taken to have a slot for each; where it has not, somebody must be expelled afterwards.
    """
    offer, price = book.offer, book.price
    own = unit_of(book, start)
    earned = 0
    while offer[start].count < offer[start].cap:
        whole = price[start]
        worth = whole - price[own] if own >= 0 else whole
        if worth <= 0:
            break
        best, need, turn, last = _search_backward(book, start, own, worth)
        if last == start:
            break
        stays = own >= 0 and last >= 0 and unit_of(book, last) == own
        earned += (worth if stays else whole) - best
        if last >= 0:
            need, turn = offer[last].via, offer[last].step
            vacate(book, need)
        _move_back(book, start, need, turn)
        count_slot(book, start, 1)
    return earned


@inline
def _search_backward(book: Book, start: int, own: int, worth: int) -> End:
    """The best end of less than ``worth``, else the start itself; prices are lowered as far as it reaches."""
    offer = book.offer
    stamp = tick(book)
    found = (worth, NOBODY, NOBODY, start)
    queued, settled = push(book, start, 0, 0, stamp), 0
    while queued > 0 and offer[book.heap[0]].key < found[0]:
        j, queued = pop(book, queued)
        book.seen[settled] = j
        settled += 1
        if unit_of(book, j) == HEAD:
            queued = _open_unit(book, j, queued, stamp)
        else:
            found, queued = _scan_offer(book, (j, own), found, queued, stamp)
    _lower_prices(book, settled, found[0])
    return found


# ---- one step of a search ----


@inline
def _scan_offer(book: Book, at: tuple[int, int], found: End, queued: int, stamp: int) -> tuple[End, int]:
    """Look from offer j at the needs it could take, and through them at the offers they would leave."""
    row, peer, gain = book.offers
    j, own = at
    best, need, turn, last = found
    base = book.offer[j].key + book.price[j]
    low = row[j].start
    for e in range(low, low + row[j].size):
        i = peer[e]
        d = base + book.profit[i] - gain[e]
        if d >= best:
            continue
        o = book.seat[i].mate
        if o < 0:
            best, need, turn, last = d, i, j, NOBODY
        elif o != j:
            cost, queued = _relieve(book, (i, j, o, own), d, best, queued, stamp)
            if cost < best:
                best, need, turn, last = cost, NOBODY, NOBODY, o
    return (best, need, turn, last), queued


@inline
def _relieve(
    book: Book, step: tuple[int, int, int, int], d: int, best: int, queued: int, stamp: int
) -> tuple[int, int]:
    """Offer o can be relieved of need i, which moves to j, at distance d; what it costs to end there."""
    offer, price = book.offer, book.price
    i, j, o, own = step
    nearer, queued = reach(book, o, d, queued, stamp)
    if not nearer:
        return FAR, queued
    offer[o].via = i
    offer[o].step = j
    u = unit_of(book, o)
    cost = d + price[o]
    if u >= 0 and u == own:
        return cost - price[u], queued
    if u >= 0 and cost - price[u] < best:
        nearer, queued = reach(book, u, cost - price[u], queued, stamp)
        if nearer:
            offer[u].via = o
    return cost, queued


@inline
def _open_unit(book: Book, u: int, queued: int, stamp: int) -> int:
    """A slot of the unit could be had: its offers with a free seat could take somebody."""
    offer, link = book.offer, book.link
    x = link[u].next
    while x != u:
        if offer[x].count < offer[x].cap:
            nearer, queued = reach(book, x, offer[u].key, queued, stamp)
            if nearer:
                offer[x].via = NOBODY
        x = link[x].next
    return queued


# ---- what it changes ----


@inline
def _lower_prices(book: Book, settled: int, best: int) -> None:
    for t in range(settled):
        j = book.seen[t]
        record = book.offer[j]
        step = best - record.key
        book.price[j] -= step
        if unit_of(book, j) != HEAD:
            for k in range(record.start, record.start + record.count):
                book.profit[book.hold[k]] += step


@inline
def _move_back(book: Book, start: int, need: int, turn: int) -> None:
    """From the end of the path towards ``start``: each offer takes a need and gives one on."""
    offer, seat = book.offer, book.seat
    i, j = need, turn
    while j != start:
        given = offer[j].via
        if given >= 0:
            _sit(book, i, j, seat[given].slot)
            i, j = given, offer[j].step
            continue
        _take_free_seat(book, i, j)
        j = unit_of(book, j)
        if j != start:  # the unit's slot was another offer's
            o = offer[j].via
            i, j = offer[o].via, offer[o].step
            _unseat(book, i)
    if unit_of(book, start) != HEAD:
        _take_free_seat(book, i, start)


@inline
def _take_free_seat(book: Book, i: int, j: int) -> None:
    _sit(book, i, j, book.offer[j].count)
    book.offer[j].count += 1


@inline
def _sit(book: Book, i: int, j: int, k: int) -> None:
    book.hold[book.offer[j].start + k] = i
    book.seat[i].mate = j
    book.seat[i].slot = k


@inline
def vacate(book: Book, i: int) -> None:
    """Take need i from its offer and from the offer's unit."""
    count_slot(book, book.seat[i].mate, -1)
    _unseat(book, i)


@inline
def _unseat(book: Book, i: int) -> None:
    """Take need i from its offer; the last of the list moves into the gap."""
    j, k = book.seat[i].mate, book.seat[i].slot
    book.offer[j].count -= 1
    mover = book.hold[book.offer[j].start + book.offer[j].count]
    book.hold[book.offer[j].start + k] = mover
    book.seat[mover].slot = k
    book.seat[i].mate = NOBODY
