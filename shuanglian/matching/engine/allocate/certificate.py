"""The proof that a plan is the best: prices and profits whose sum equals the total of the plan (linear duality).

No plan can be worth more than the sum of all profits and of all prices times seats, provided that no edge offers a
need more than its profit. Of an offer in a unit its seats count with what it costs above the unit, the unit's slots with
the rest. So primal = dual with no negative reduced gain proves optimality, whatever way the plan was
found. It is checked on every solve, not only in tests.
"""

from typing import NamedTuple

from shuanglian.matching.engine.allocate.book import HEAD, Book, closed
from shuanglian.matching.engine.allocate.jit import inline, kernel
from shuanglian.matching.engine.allocate.units import unit_of


class CertificateError(AssertionError):
    """The plan is not proven to be the best: a defect of the solver, never of the data."""


class Certificate(NamedTuple):
    """``total`` is the plan's, ``bound`` what no plan exceeds, ``lowest`` the smallest reduced gain (never below 0)."""

    total: int
    bound: int
    lowest: int
    feasible: bool

    @property
    def gap(self) -> int:
        """How far the plan may be from the best: 0 when proven."""
        return self.bound - self.total

    @property
    def holds(self) -> bool:
        """Is the plan feasible and proven to be the best?"""
        return self.feasible and self.gap == 0 and self.lowest >= 0


def certify(book: Book) -> Certificate:
    """Check the whole book; raises CertificateError when the proof fails."""
    total, bound, lowest, seated = weigh_up(book, closed(book.price.dtype))
    made = Certificate(int(total), int(bound), int(lowest), seated == count_seated(book))
    if not made.holds:
        raise CertificateError(f"the plan is not proven: {made}")
    return made


@kernel
def weigh_up(book: Book, closed: int) -> tuple[int, int, int, int]:
    """Total, bound, smallest reduced gain, and how many living needs sit at an offer they have an edge to."""
    row, peer, gain = book.needs
    total, bound, lowest, seated = 0, 0, 0, 0
    for i in range(len(row)):
        if book.profit[i] == closed:
            continue
        bound += book.profit[i]
        lowest = min(lowest, book.profit[i])
        mate = book.seat[i].mate
        for e in range(row[i].start, row[i].start + row[i].size):
            lowest = min(lowest, book.profit[i] + book.price[peer[e]] - gain[e])
            if peer[e] == mate:
                total += gain[e]
                seated += 1
                mate = -1
    for j in range(len(book.offer)):
        if book.offer[j].cap > 0 or unit_of(book, j) == HEAD:
            u = unit_of(book, j)
            worth = book.price[j] - book.price[u] if u >= 0 else book.price[j]
            lowest = min(lowest, worth)
            bound += book.offer[j].cap * worth
    return total, bound, lowest, seated


@kernel
def count_seated(book: Book) -> int:
    """How many needs the offers hold, each in the slot it believes in and none above its seats; -1 if they disagree."""
    seated = 0
    for j in range(len(book.offer)):
        record = book.offer[j]
        if record.count > record.cap:
            return -1
        if unit_of(book, j) == HEAD:
            if record.count != count_ring(book, j):
                return -1
            continue
        for k in range(record.count):
            seat = book.seat[book.hold[record.start + k]]
            if seat.mate != j or seat.slot != k:
                return -1
        seated += record.count
    return seated


@inline
def count_ring(book: Book, u: int) -> int:
    """How many needs the offers of a unit hold; -1 if one of them belongs to another."""
    held = 0
    x = book.link[u].next
    while x != u:
        if book.link[x].unit != u:
            return -1
        held += book.offer[x].count
        x = book.link[x].next
    return held
