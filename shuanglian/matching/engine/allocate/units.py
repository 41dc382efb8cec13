"""Units: places behind the offers, each with a ceiling on what its offers take together.

A seat of an offer that belongs to a unit leads on to a slot of the unit. Searches pass through: an offer with a free
seat in a full unit is a way to every seat of the unit's other offers that somebody holds, since its slot can be had.
The offers of a unit and the unit itself form a ring, so that joining and leaving it is a matter of two neighbours.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.book import ALONE, HEAD, LINK, Book, Ints, closed
from shuanglian.matching.engine.allocate.jit import inline, kernel

MOST_SLOTS = 1 << 30


@inline
def unit_of(book: Book, j: int) -> int:
    """The place of the unit of an offer, or ``ALONE``; ``HEAD`` for a unit."""
    return int(book.link[j].unit) if len(book.link) else ALONE


@inline
def count_slot(book: Book, j: int, more: int) -> None:
    """One need more or less at place j (an offer, or a unit itself), as far as its unit is concerned."""
    u = unit_of(book, j)
    if u >= 0:
        book.offer[u].count += more
    elif u == HEAD:
        book.offer[j].count += more


def add_units(book: Book, unit: NDArray[Any], ceiling: NDArray[Any]) -> Book:
    """The (empty) book with a place behind its offers for every unit; ``unit`` by offer, -1 for none."""
    offers, units = len(book.offer), len(ceiling)
    record = np.concatenate([book.offer, np.zeros(units, book.offer.dtype)])
    record["cap"][offers:] = np.minimum(ceiling, MOST_SLOTS)
    record["place"] = -1
    members = np.bincount(unit[unit >= 0], minlength=units)
    record["start"][offers:] = np.cumsum(members) - members  # of its heap in the auction
    price = np.concatenate([book.price, np.zeros(units, book.price.dtype)])
    unaffordable = int(book.needs.gain.max(initial=0)) + 1  # for slots of a unit that has none
    price[offers:][np.asarray(ceiling) == 0] = unaffordable
    link = alone(offers + units)
    made = book._replace(
        offers=book.offers._replace(
            row=np.concatenate([book.offers.row, np.zeros(units, book.offers.row.dtype)])
        ),
        offer=record,
        price=price,
        heap=np.empty(offers + units + 1, np.int32),
        seen=np.empty(offers + units + 1, np.int32),
        link=link,
    )
    for u in range(offers, offers + units):
        found_unit(made, u)
    join_all(made, unit.astype(np.int32), closed(price.dtype))
    return made


def alone(places: int) -> NDArray[Any]:
    """The links of places that belong to no unit."""
    link = np.zeros(places, LINK)
    link["unit"] = ALONE
    return link


def unit_at(book: Book, j: int) -> int:
    """``unit_of``, asked from outside the kernels."""
    return int(book.link[j]["unit"]) if len(book.link) else ALONE


def found_unit(book: Book, u: int) -> None:
    """The place u is a unit, as yet without offers."""
    book.link[u] = (HEAD, u, u)


@kernel
def join_all(book: Book, unit: Ints, closed: int) -> None:
    """Let every offer join its unit."""
    for j in range(len(unit)):
        if unit[j] >= 0:
            u = len(unit) + unit[j]
            join_unit(book, j, u)
            if book.price[j] < closed:
                book.price[j] = book.price[u]


@kernel
def join_unit(book: Book, j: int, u: int) -> None:
    """Offer j is one of unit u from now on, the last of its ring."""
    link = book.link
    before = link[u].last
    link[j].unit = u
    link[j].next = u
    link[j].last = before
    link[before].next = j
    link[u].last = j


@kernel
def quit_unit(book: Book, j: int) -> None:
    """Offer j, whose seats are empty, belongs to no unit any more."""
    link = book.link
    if link[j].unit >= 0:
        link[link[j].last].next = link[j].next
        link[link[j].next].last = link[j].last
        link[j].unit = ALONE
