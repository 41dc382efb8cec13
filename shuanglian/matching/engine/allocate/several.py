"""The best plan while the world changes, where a need may take several offers.

Each need with a demand above one is kept as ``market`` explains: a part for each of its d edges, which may take its
offer, or a seat of the need's pool, of which there are d - demand, at a gain above every score. The pool is always full,
so at most ``demand`` offers are taken, and the plan is exactly the best after every change. A need of d edges comes or
goes by d small changes; a need that takes one offer costs what it costs in ``live``.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine.allocate.book import ALONE, NARROW
from shuanglian.matching.engine.allocate.certificate import Certificate
from shuanglian.matching.engine.allocate.live import Live
from shuanglian.matching.engine.allocate.market import Market, make_plain, require_sound

POOL = 1 << 43  # above it no score of 64 bits is taken here, so that a million seats of pools still add up


@dataclass(slots=True)
class _Need:
    """What stands for a need: one number in ``live`` (``whole``), or parts by offer and the pool, once there is one."""

    demand: int
    whole: int = -1
    parts: dict[int, int] = field(default_factory=dict)
    pool: int = -1
    filled: int = 0  # seats of the pool


class Several:
    """A market of needs with demands and offers with seats; both are known by small integers of their own."""

    def __init__(self, market: Market, *, wide: bool = False) -> None:
        """Enter the market as it stands, without locked and excluded pairs (``ValueError``)."""
        require_sound(market)
        if len(market.locked) or len(market.excluded):
            raise ValueError("locked and excluded pairs are for one plan, not for changes")
        top = int(market.score.max(initial=0))
        wide = wide or top >= NARROW - 1
        self._above = POOL if wide else NARROW - 1  # the gain of a pool's seat
        if top >= self._above:
            raise ValueError(f"a score is not below {self._above}")
        demand = np.ones(market.needs, np.int64) if market.demand is None else market.demand
        single = demand[market.need] == 1
        plain = make_plain(
            replace(
                market,
                need=market.need[single],
                offer=market.offer[single],
                score=market.score[single],
                demand=None,
            )
        )
        self.live = Live(replace(plain, needs=market.needs), wide=wide)
        self._needs = {i: _Need(1, i) for i in np.flatnonzero(demand == 1).tolist()}
        self._need_of = {i: i for i in self._needs}
        self._offer_of = {j: j for j in range(len(market.capacity))}
        self._offers = dict(self._offer_of)
        self._next_need, self._next_offer = market.needs, len(market.capacity)
        for i in np.flatnonzero(demand != 1).tolist():
            self.live.remove_need(i)  # its number stood there without edges
            at = np.flatnonzero(market.need == i)
            self._enter(i, *_best_of_each(market.offer[at], market.score[at]), int(demand[i]))

    @property
    def total(self) -> int:
        """The total of the plan."""
        return self.live.total - self._above * sum(need.filled for need in self._needs.values())

    def pairs(self) -> NDArray[np.int32]:
        """The plan: rows of (need, offer), in order."""
        real = [
            (self._need_of[i], self._offer_of[j])
            for i, j in self.live.pairs().tolist()
            if j in self._offer_of
        ]
        return np.array(sorted(real), np.int32).reshape(-1, 2)

    def verify(self) -> Certificate:
        """Prove that the plan is the best there is; raises CertificateError if it is not."""
        return self.live.verify()

    # ---- needs ----

    def add_need(self, offers: NDArray[Any], scores: NDArray[Any], demand: int = 1) -> int:
        """A need arrives that takes up to ``demand`` of these (distinct) offers; returns its number."""
        self._require(offers, scores, self._offers)
        if demand < 0:
            raise ValueError("a demand is negative")
        need = self._next_need
        self._enter(need, offers, scores, demand)
        self._next_need += 1
        return need

    def remove_need(self, need: int) -> None:
        """A need leaves with all it had."""
        held = self._present(need)
        for part in (held.whole, *held.parts.values()):
            if part >= 0:
                self.live.remove_need(part)
                del self._need_of[part]
        if held.pool >= 0:
            self.live.remove_offer(held.pool)
        del self._needs[need]

    # ---- offers ----

    def add_offer(self, capacity: int, needs: NDArray[Any], scores: NDArray[Any], unit: int = ALONE) -> int:
        """An offer (of a unit) arrives with its edges (distinct needs of the market); returns its number."""
        self._require(needs, scores, self._needs)
        held = [self._needs[need] for need in needs.tolist()]
        whole = np.array([need.whole >= 0 for need in held], np.bool_)
        wholes = np.array([need.whole for need in held], np.int64)[whole]
        there = self.live.add_offer(capacity, wholes, scores[whole], unit)
        offer, self._next_offer = self._next_offer, self._next_offer + 1
        self._offers[offer], self._offer_of[there] = there, offer
        for at in np.flatnonzero(~whole).tolist():
            self._add_part(int(needs[at]), offer, int(scores[at]))
        return offer

    def remove_offer(self, offer: int) -> None:
        """An offer leaves; its needs look elsewhere."""
        there = self._place(offer)
        row = self.live.book.offers.row[there]
        peers = self.live.book.offers.peer[row["start"] : row["start"] + row["size"]].tolist()
        for part in peers:
            held = self._needs[self._need_of[part]]
            if held.whole < 0:
                del held.parts[offer], self._need_of[part]
                self.live.remove_need(part)
                self._fit_pool(held)
        self.live.remove_offer(there)
        del self._offers[offer], self._offer_of[there]

    def set_capacity(self, offer: int, capacity: int) -> None:
        """The offer has from now on so many seats, whatever it had."""
        self.live.set_capacity(self._place(offer), capacity)

    # ---- units ----

    def add_unit(self, ceiling: int) -> int:
        """A unit arrives, as yet without offers; returns its number."""
        return self.live.add_unit(ceiling)

    def set_ceiling(self, unit: int, ceiling: int) -> None:
        """The offers of the unit take from now on so many needs together at most, whatever it was."""
        self.live.set_ceiling(unit, ceiling)

    # ---- inside ----

    def _enter(self, need: int, offers: NDArray[Any], scores: NDArray[Any], demand: int) -> None:
        self._needs[need] = held = _Need(demand)
        if demand == 1:
            there = np.array([self._offers[offer] for offer in offers.tolist()], np.int64)
            held.whole = self.live.add_need(there, scores)
            self._need_of[held.whole] = need
        elif demand:
            for at in np.argsort(scores, kind="stable").tolist():  # what it wants least fills the pool
                self._add_part(need, int(offers[at]), int(scores[at]))

    def _add_part(self, need: int, offer: int, score: int) -> None:
        held = self._needs[need]
        if score <= 0 or not held.demand:
            return
        if held.pool < 0 and len(held.parts) >= held.demand:
            parts = np.array(list(held.parts.values()), np.int64)
            held.pool = self.live.add_offer(0, parts, np.full(len(parts), self._above))
        offers, scores = [self._offers[offer]], [score]
        if held.pool >= 0:
            offers.append(held.pool)
            scores.append(self._above)
        part = self.live.add_need(np.array(offers), np.array(scores))
        held.parts[offer], self._need_of[part] = part, need
        self._fit_pool(held)

    def _fit_pool(self, held: _Need) -> None:
        seats = max(0, len(held.parts) - held.demand)
        if held.pool >= 0 and seats != held.filled:
            self.live.set_capacity(held.pool, seats)
            held.filled = seats

    def _present(self, need: int) -> _Need:
        if need not in self._needs:
            raise ValueError("no such need")
        return self._needs[need]

    def _place(self, offer: int) -> int:
        if offer not in self._offers:
            raise ValueError(f"no offer {offer}")
        return self._offers[offer]

    def _require(self, peers: NDArray[Any], scores: NDArray[Any], present: dict[int, Any]) -> None:
        if len(peers) != len(scores) or not all(peer in present for peer in peers.tolist()):
            raise ValueError("edges do not fit the market")
        if len(set(peers.tolist())) < len(peers):
            raise ValueError("an edge is repeated")
        if len(scores) and int(scores.max()) >= self._above:
            raise ValueError(f"a score is not below {self._above}")


def _best_of_each(offers: NDArray[Any], scores: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    order = np.lexsort((-scores, offers))
    first = np.unique(offers[order], return_index=True)[1]
    return offers[order][first], scores[order][first]
