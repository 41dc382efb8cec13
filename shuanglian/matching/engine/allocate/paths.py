"""Second phase and every later change: shortest augmenting paths from both sides keep the optimum exact.

Each change leaves something that does not fit its price: a need without a seat, a free seat or slot that is worth
something, a unit above its ceiling. ``forward`` and ``backward`` mend one at a time; what fits is never spoilt, and
what does not fit yet is never made worse, so the order does not matter. Prices move only where a search came: a change
costs what it touches, not what exists.
"""

from shuanglian.matching.engine.allocate.backward import use_up, vacate
from shuanglian.matching.engine.allocate.book import HEAD, Book, Ints
from shuanglian.matching.engine.allocate.forward import enter, expel
from shuanglian.matching.engine.allocate.jit import kernel
from shuanglian.matching.engine.allocate.units import unit_of


@kernel
def enter_all(book: Book, waiting: Ints) -> None:
    """Seat the needs one by one."""
    for i in waiting:
        enter(book, i)


@kernel
def fill_all(book: Book) -> None:
    """Serve every offer and every unit that has free seats and a price."""
    for j in range(len(book.offer)):
        if unit_of(book, j) == HEAD:
            use_up(book, j)
        else:
            fill(book, j)


@kernel
def fill(book: Book, offer: int) -> int:
    """Use the free seats of an offer as far as the total gains by it; return how much."""
    earned = use_up(book, offer)
    u = unit_of(book, offer)
    return earned + settle(book, u) if u >= 0 else earned


@kernel
def settle(book: Book, unit: int) -> int:
    """Bring a unit to its ceiling, or use what it leaves free; return by how much the total changes."""
    change = 0
    while book.offer[unit].count > book.offer[unit].cap:
        change += expel(book, unit)
    return change + use_up(book, unit)


@kernel
def leave(book: Book, need: int, closed: int) -> int:
    """Take a need out of the market and give its seat on; return by how much the total changes (never above 0)."""
    j = book.seat[need].mate
    change = 0
    if j >= 0:
        change = -(book.profit[need] + book.price[j])
        vacate(book, need)
    book.profit[need] = closed
    if j >= 0:
        change += fill(book, j)
    return change


@kernel
def release(book: Book, offer: int, evicted: Ints, closed: int) -> int:
    """Take seats away: the evicted needs look elsewhere; return by how much the total changes (never above 0)."""
    change = 0
    for i in evicted:
        change -= book.profit[i] + book.price[offer]
        vacate(book, i)
    if book.offer[offer].cap == 0:
        book.price[offer] = closed
    for i in evicted:
        change += enter(book, i)
    u = unit_of(book, offer)
    return change + settle(book, u) if u >= 0 else change
