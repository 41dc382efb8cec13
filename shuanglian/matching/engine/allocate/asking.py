"""Between the two phases: an offer with free seats asks, at once for all of them, who would rather sit there.

What a need *would pay* an offer is its gain there less the profit it has. With f free seats the price falls to what the
next after the f highest would pay, or to 0; the f move in, from wherever they sat, and the offers they leave ask in
their turn. That is a bid of the other side (Bertsekas and Castanon 1992) without any impatience: edges keep to their prices,
the sum of all prices and profits never rises, so the book is as sound as before and ``paths`` makes the rest exact.

It does in one look at the edges of an offer what ``paths`` does in a search a seat. But among ties it could go round for
ever, so it ends after ``ROUNDS``. Offers of units are left to ``paths``: the slots of a unit are not theirs to give.
"""

from shuanglian.matching.engine.allocate.backward import vacate
from shuanglian.matching.engine.allocate.book import ALONE, Book
from shuanglian.matching.engine.allocate.jit import inline, kernel
from shuanglian.matching.engine.allocate.units import unit_of

ROUNDS = 6


@kernel
def ask_all(book: Book) -> None:
    """Let every offer with free seats and a price ask, until none has any or ``ROUNDS`` are over."""
    for _ in range(ROUNDS):
        left = 0
        for j in range(len(book.offer)):
            while book.offer[j].count < book.offer[j].cap and book.price[j] > 0 and unit_of(book, j) == ALONE:
                count = book.offer[j].count
                left += _ask(book, j)
                if book.offer[j].count == count:
                    break
        if left == 0:
            break


@inline
def _ask(book: Book, j: int) -> int:
    """Let those who would pay most move in at j; return how many left other offers for it."""
    asked, price = _choose(book, j)
    record = book.offer[j]
    for k in range(record.start, record.start + record.count):
        book.profit[book.hold[k]] += book.price[j] - price
    book.price[j] = price
    first = record.start + record.count
    left = 0
    for k in range(first, first + asked):
        i, more = book.offers.peer[book.hold[k]], _would_pay(book, book.hold[k]) - price
        if more > 0:
            if book.seat[i].mate >= 0:
                vacate(book, i)
                left += 1
            book.profit[i] += more
            book.hold[book.offer[j].start + book.offer[j].count] = i
            book.seat[i].mate = j
            book.seat[i].slot = book.offer[j].count
            book.offer[j].count += 1
    return left


@inline
def _would_pay(book: Book, e: int) -> int:
    return int(book.offers.gain[e] - book.profit[book.offers.peer[e]])


@inline
def _choose(book: Book, j: int) -> tuple[int, int]:
    """Write the best edges of j, one a free seat at most, where the free seats are; how many, and what the next would pay.

    They form a heap with the least on top.
    """
    row, peer, _ = book.offers
    low, room = book.offer[j].start + book.offer[j].count, book.offer[j].cap - book.offer[j].count
    asked, following = 0, 0
    for e in range(row[j].start, row[j].start + row[j].size):
        pays = _would_pay(book, e)
        if pays <= following or book.seat[peer[e]].mate == j:
            continue
        if asked < room:
            _sift_up(book, low, asked, e)
            asked += 1
        else:
            least = _would_pay(book, book.hold[low])
            following = min(pays, least)
            if pays > least:
                _sift_down(book, low, asked, e)
    return asked, following


@inline
def _sift_up(book: Book, low: int, k: int, e: int) -> None:
    hold, pays = book.hold, _would_pay(book, e)
    while k > 0:
        q = (k - 1) >> 1
        if _would_pay(book, hold[low + q]) <= pays:
            break
        hold[low + k] = hold[low + q]
        k = q
    hold[low + k] = e


@inline
def _sift_down(book: Book, low: int, n: int, e: int) -> None:
    hold, pays = book.hold, _would_pay(book, e)
    k = 0
    while 2 * k + 1 < n:
        c = 2 * k + 1
        if c + 1 < n and _would_pay(book, hold[low + c + 1]) < _would_pay(book, hold[low + c]):
            c += 1
        if _would_pay(book, hold[low + c]) >= pays:
            break
        hold[low + k] = hold[low + c]
        k = c
    hold[low + k] = e
