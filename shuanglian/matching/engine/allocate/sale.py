"""Between the two phases, for units of many offers: what the auction left unsold is priced so that it is wanted.

An auction that ends a little too dear leaves slots free, and each is filled by a search through all the unit's offers.
So the price falls at once to where about as many needs want the free slots as there are, and they sit down, whatever
they had. Like the auction this decides how fast the plan is found, never which one: no edge offers a need more than its
profit afterwards, and whatever does not fit yet is mended by ``paths``.
"""

import numpy as np

from shuanglian.matching.engine.allocate.backward import vacate
from shuanglian.matching.engine.allocate.book import HEAD, Book, Ints
from shuanglian.matching.engine.allocate.jit import inline, kernel
from shuanglian.matching.engine.allocate.units import unit_of

FEW = 32  # offers of a unit that searches pass through without much ado
FINENESS = 64


def hold_sale(book: Book) -> Ints:
    """Sell what large units have left; returns the needs that want a seat and have none."""
    sell_all(book)
    return np.flatnonzero((book.seat["mate"] < 0) & (book.profit > 0)).astype(np.int32)


@kernel
def sell_all(book: Book) -> None:
    """Lower the price of each large unit that has free slots and a price."""
    offer, price = book.offer, book.price
    for u in range(len(book.link)):
        if unit_of(book, u) == HEAD and offer[u].count < offer[u].cap and price[u] > 0 and _is_large(book, u):
            _sell(book, u, _fair_price(book, u))


@inline
def _is_large(book: Book, u: int) -> bool:
    offers, x = 0, book.link[u].next
    while x != u and offers <= FEW:
        offers += 1
        x = book.link[x].next
    return offers > FEW


@inline
def _fair_price(book: Book, u: int) -> int:
    """The lowest price, roughly, at which no more is wanted than is free."""
    low, high = 0, int(book.price[u])
    while high - low > high // FINENESS:
        middle = (low + high) // 2
        if _is_crowded(book, u, middle):
            low = middle + 1
        else:
            high = middle
    return high


@inline
def _is_crowded(book: Book, u: int, price: int) -> bool:
    """Whether more edges to free seats than there are free slots offer a need more than it has."""
    row, peer, gain = book.offers
    offer, link = book.offer, book.link
    left = offer[u].cap - offer[u].count
    x = link[u].next
    while x != u and left >= 0:
        if offer[x].count < offer[x].cap:
            for e in range(row[x].start, row[x].start + row[x].size):
                left -= gain[e] - book.profit[peer[e]] > price
        x = link[x].next
    return bool(left < 0)


@inline
def _sell(book: Book, u: int, price: int) -> None:
    """Let all that gain by it take the free seats; who finds none left waits with the profit that was hoped for."""
    row, peer, gain = book.offers
    offer, link, profit = book.offer, book.link, book.profit
    x = link[u].next
    while x != u:
        if offer[x].count < offer[x].cap:
            for e in range(row[x].start, row[x].start + row[x].size):
                i = peer[e]
                if gain[e] - profit[i] > price:
                    profit[i] = gain[e] - price
                    _move(book, i, x, u)
            book.price[x] = price
        x = link[x].next
    book.price[u] = price


@inline
def _move(book: Book, i: int, j: int, u: int) -> None:
    """Need i leaves its seat, and takes one of offer j where there is one and a slot."""
    offer = book.offer
    if book.seat[i].mate >= 0:
        vacate(book, i)
    if offer[j].count < offer[j].cap and offer[u].count < offer[u].cap:
        book.seat[i].mate = j
        book.seat[i].slot = offer[j].count
        book.hold[offer[j].start + offer[j].count] = i
        offer[j].count += 1
        offer[u].count += 1
