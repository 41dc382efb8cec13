"""The best plan while the world changes: a need or an offer comes, goes, or changes its capacity, a unit its ceiling.

Each change is repaired by a few shortest-path searches on what the last plan left (its residual graph), so the plan is
after every call exactly as good as one made from nothing. One process owns the market of a county and builds it anew
when it starts; nothing here is safe for two threads at once.

``total`` is kept from what each search earns. ``verify`` proves the whole book by its certificate and is called by
itself every ``PROVE_EVERY`` changes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.book import ALONE, HEAD, NARROW, WIDE, closed
from shuanglian.matching.engine.allocate.certificate import Certificate, CertificateError, certify
from shuanglian.matching.engine.allocate.forward import enter
from shuanglian.matching.engine.allocate.market import Plain
from shuanglian.matching.engine.allocate.paths import fill, leave, release, settle
from shuanglian.matching.engine.allocate.rows import Growing
from shuanglian.matching.engine.allocate.solve import solve_plain
from shuanglian.matching.engine.allocate.units import (
    MOST_SLOTS,
    alone,
    found_unit,
    join_unit,
    quit_unit,
    unit_at,
)

PROVE_EVERY = 100_000


class Live:
    """A market of needs that take one offer each (``several``: or more) and offers with seats, known by small integers.

    Numbers of needs and offers that left are used again.
    """

    def __init__(self, plain: Plain, *, wide: bool = False) -> None:
        """Solve the market as it stands. Scores stay below 2**27, or below 2**59 if ``wide`` or if one is above."""
        self.book, proof = solve_plain(plain, wide=wide)
        self.total = proof.total
        offers, places = len(plain.capacity), len(self.book.offer)
        self.declared = np.zeros(places, np.int64)
        self.declared[:offers] = plain.capacity
        self._units = list(range(offers, places))  # the places of the units, by their numbers
        self._needs, self._offers = Growing(self.book.needs), Growing(self.book.offers)
        self._seats = self.book.offer["cap"].copy()
        self._seats[offers:] = 0
        self._end = len(self.book.hold)
        self._absent: dict[
            int, None
        ] = {}  # numbers without a need and without an offer; dicts keep their order
        self._gone: dict[int, None] = {}
        self._changes = 0

    def mate(self, need: int) -> int:
        """The offer a need has in the plan, or -1."""
        return int(self.book.seat[need]["mate"])

    def pairs(self) -> NDArray[np.int32]:
        """The plan: rows of (need, offer)."""
        mate = self.book.seat["mate"]
        at = np.flatnonzero(mate >= 0)
        return np.stack([at, mate[at]], axis=1).astype(np.int32)

    # ---- needs ----

    def add_need(self, offers: NDArray[Any], scores: NDArray[Any]) -> int:
        """A need arrives with its edges (distinct offers); returns its number."""
        offers, gains = self._sorted_edges(offers, scores, len(self.declared))
        i = self._new_need()
        self._needs.set_row(i, offers, gains)
        self._offers.add_edges(offers, np.full(len(offers), i, np.int32), gains)
        self._take_rows()
        for j in offers[self.declared[offers] > self.book.offer["cap"][offers]].tolist():
            self._widen(j)
        self.total += enter(self.book, i)
        self._changed()
        return i

    def remove_need(self, need: int) -> None:
        """A need leaves; its seat goes to whom it helps most."""
        self._require_present(np.array([need]))
        row = self.book.needs.row[need]
        offers = self.book.needs.peer[row["start"] : row["start"] + row["size"]].copy()
        self.total += leave(self.book, need, closed(self.book.price.dtype))
        self._offers.remove_edges(offers, need)
        self.book.needs.row[need]["size"] = 0
        size = self.book.offers.row["size"][offers]
        self.book.offer["cap"][offers] = np.minimum(self.declared[offers], size)
        self._absent[need] = None
        self._changed()

    # ---- offers ----

    def add_offer(self, capacity: int, needs: NDArray[Any], scores: NDArray[Any], unit: int = ALONE) -> int:
        """An offer (of a unit) arrives with its edges (distinct needs of the market); returns its number."""
        if capacity < 0:
            raise ValueError("a capacity is negative")
        place = ALONE if unit == ALONE else self._place(unit)
        needs, gains = self._sorted_edges(needs, scores, len(self.book.seat))
        self._require_present(needs)
        j = self._new_offer()
        self.book.price[j] = closed(self.book.price.dtype)  # until the first seat asks what it is worth
        self._offers.set_row(j, needs, gains)
        self._needs.add_edges(needs, np.full(len(needs), j, np.int32), gains)
        self._take_rows()
        if place >= 0:
            join_unit(self.book, j, place)
        self.set_capacity(j, capacity)
        return j

    def remove_offer(self, offer: int) -> None:
        """An offer leaves; its needs look elsewhere."""
        self.set_capacity(offer, 0)
        row = self.book.offers.row[offer]
        needs = self.book.offers.peer[row["start"] : row["start"] + row["size"]].copy()
        self._needs.remove_edges(needs, offer)
        if unit_at(self.book, offer) >= 0:
            quit_unit(self.book, offer)
        self.book.offers.row[offer]["size"] = 0
        self._gone[offer] = None

    def set_capacity(self, offer: int, capacity: int) -> None:
        """The offer has from now on so many seats, whatever it had."""
        if capacity < 0:
            raise ValueError("a capacity is negative")
        absent = not 0 <= offer < len(self.declared) or offer in self._gone
        if absent or unit_at(self.book, offer) == HEAD:
            raise ValueError(f"no offer {offer}")
        self.declared[offer] = capacity
        cap = min(capacity, int(self.book.offers.row[offer]["size"]))
        record = self.book.offer
        if capacity and cap >= record[offer]["cap"]:
            self._widen(offer)
        else:
            evicted = self.book.hold[record[offer]["start"] :][cap : record[offer]["count"]].copy()
            record[offer]["cap"] = cap
            self.total += release(self.book, offer, evicted, closed(self.book.price.dtype))
        self._changed()

    # ---- units ----

    def add_unit(self, ceiling: int) -> int:
        """A unit arrives, as yet without offers; returns its number."""
        if ceiling < 0:
            raise ValueError("a ceiling is negative")
        if not len(self.book.link):
            self.book = self.book._replace(link=alone(len(self.book.offer)))
        place = self._new_offer()
        self._take_rows()
        found_unit(self.book, place)
        self.book.price[place] = 0
        self.book.offer[place]["cap"] = min(ceiling, MOST_SLOTS)
        self._units.append(place)
        return len(self._units) - 1

    def set_ceiling(self, unit: int, ceiling: int) -> None:
        """The offers of the unit take from now on so many needs together at most, whatever it was."""
        if ceiling < 0:
            raise ValueError("a ceiling is negative")
        place = self._place(unit)
        self.book.offer[place]["cap"] = min(ceiling, MOST_SLOTS)
        self.total += settle(self.book, place)
        self._changed()

    def _place(self, unit: int) -> int:
        if not 0 <= unit < len(self._units):
            raise ValueError(f"no unit {unit}")
        return self._units[unit]

    # ---- proof ----

    def verify(self) -> Certificate:
        """Prove that the plan is the best there is; raises CertificateError if it is not."""
        proof = certify(self.book)
        if proof.total != self.total:
            raise CertificateError(f"the running total {self.total} is not that of the plan: {proof}")
        return proof

    def _changed(self) -> None:
        self._changes += 1
        if self._changes % PROVE_EVERY == 0:
            self.verify()

    # ---- inside ----

    def _widen(self, offer: int) -> None:
        """As many seats as are declared and could be used, each filled where the total gains."""
        record, row = self.book.offer, self.book.offers.row
        cap = int(min(self.declared[offer], row[offer]["size"]))
        if cap > self._seats[offer]:
            self._move_seats(offer, cap)
        if cap and not record[offer]["cap"]:  # it opens, at what its seats are worth to anybody
            edges = slice(row[offer]["start"], row[offer]["start"] + row[offer]["size"])
            wish = self.book.offers.gain[edges] - self.book.profit[self.book.offers.peer[edges]]
            place = unit_at(self.book, offer)
            least = int(self.book.price[place]) if place >= 0 else 0
            self.book.price[offer] = max(least, int(wish.max()))
        record[offer]["cap"] = cap
        self.total += fill(self.book, offer)

    def _move_seats(self, offer: int, cap: int) -> None:
        """The offer's list of needs goes to the end of the pool, with room for twice the seats."""
        record, room = self.book.offer[offer], 2 * cap
        if self._end + room > len(self.book.hold):
            more = np.empty(len(self.book.hold) // 4 + room, np.int32)
            self.book = self.book._replace(hold=np.concatenate([self.book.hold, more]))
        hold, count = self.book.hold, int(record["count"])
        hold[self._end : self._end + count] = hold[record["start"] : record["start"] + count]
        record["start"] = self._end
        self._seats[offer] = room
        self._end += room

    def _take_rows(self) -> None:
        self.book = self.book._replace(needs=self._needs.rows, offers=self._offers.rows)

    def _new_need(self) -> int:
        if not self._absent:
            old, more = len(self.book.seat), 64 + len(self.book.seat) // 8
            profit = np.full(more, closed(self.book.profit.dtype), self.book.profit.dtype)
            self.book = self.book._replace(
                seat=np.concatenate([self.book.seat, np.full(more, -1, self.book.seat.dtype)]),
                profit=np.concatenate([self.book.profit, profit]),
            )
            self._needs.add_owners(more)
            self._absent.update(dict.fromkeys(range(old + more - 1, old - 1, -1)))
        return self._absent.popitem()[0]

    def _new_offer(self) -> int:
        if not self._gone:
            old, more = len(self.declared), 64 + len(self.declared) // 8
            price = np.full(more, closed(self.book.price.dtype), self.book.price.dtype)
            self.book = self.book._replace(
                offer=np.concatenate([self.book.offer, np.zeros(more, self.book.offer.dtype)]),
                price=np.concatenate([self.book.price, price]),
                heap=np.empty(old + more + 1, np.int32),
                seen=np.empty(old + more + 1, np.int32),
            )
            if len(self.book.link):
                self.book = self.book._replace(link=np.concatenate([self.book.link, alone(more)]))
            self.declared = np.concatenate([self.declared, np.zeros(more, np.int64)])
            self._seats = np.concatenate([self._seats, np.zeros(more, self._seats.dtype)])
            self._offers.add_owners(more)
            self._gone.update(dict.fromkeys(range(old + more - 1, old - 1, -1)))
        return self._gone.popitem()[0]

    def _require_present(self, needs: NDArray[Any]) -> None:
        inside = (needs >= 0) & (needs < len(self.book.profit))
        if not inside.all() or (self.book.profit[needs] == closed(self.book.profit.dtype)).any():
            raise ValueError("no such need")

    def _sorted_edges(
        self, peers: NDArray[Any], scores: NDArray[Any], end: int
    ) -> tuple[NDArray[np.int32], NDArray[Any]]:
        """Edges with a gain by falling gain, in the widths of the book; raises ValueError for bad ones."""
        peer, gain = np.asarray(peers), np.asarray(scores)
        if len(peer) != len(gain) or (len(peer) and (peer.min() < 0 or peer.max() >= end)):
            raise ValueError("edges do not fit the market")
        if len(np.unique(peer)) < len(peer):
            raise ValueError("an edge is repeated")
        limit = NARROW if self.book.price.dtype == np.int32 else WIDE
        if len(gain) and gain.max() >= limit:
            raise ValueError(f"a score is not below {limit}")
        order = np.lexsort((peer, -gain))
        order = order[: int((gain > 0).sum())]
        return peer[order].astype(np.int32), gain[order].astype(self.book.price.dtype)
