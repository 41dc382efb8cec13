"""The offers of one county, side by side in memory: added, changed and withdrawn at once, asked without a detour.

One county's vectors are one contiguous block, so a need is compared only with offers that may serve it. A withdrawn row
stays as a hole; when half the rows are holes the shelf is laid anew. Vectors are held in half precision, as the
database keeps them, so that every process sees the same figures.
"""

import datetime as dt
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching import engine
from shuanglian.matching.engine import category, lexical
from shuanglian.matching.engine.arrays import Bytes, Floats, Halves, Ints
from shuanglian.matching.engine.filters import Gates
from shuanglian.matching.engine.lexicon import Meanings
from shuanglian.matching.engine.phrases import ROUGH
from shuanglian.matching.engine.postings import Postings
from shuanglian.matching.engine.reading import KEPT_SERVICES, NeedReading, OfferReading
from shuanglian.matching.engine.records import Offer

ASKED_ENTRIES = 24  # entries of a need that are asked for
ALL_BELOW = 300  # so many offers are all compared in full; among more, the best of each cheap figure
EACH_BEST = 100
SERVICE_FLOOR = 1e-3
CHANNELS = ("sense", "words", "sounds", "service", "talk")
_FACTS = np.dtype(
    [("category", "i4"), ("entries", "i2", KEPT_SERVICES), ("shares", "f4", KEPT_SERVICES), ("tie", "i8")]
)


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates of one shelf: their rows and, a line each, the figures of ``CHANNELS``.

    It stays true to the moment it was found, whatever happens to the shelf.
    """

    rows: Ints
    channels: Floats
    categories: Ints  # places in category.CODES
    ties: NDArray[np.int64]  # orders equal figures alike in every process
    offers: list[Offer | None]  # by row; None once it was withdrawn
    facts: NDArray[Any]  # by row

    def at(self, place: int) -> tuple[Offer, dict[int, float]] | None:
        """A candidate and its services with their shares; nothing if it was withdrawn since."""
        row = int(self.rows[place])
        offer = self.offers[row]
        if offer is None:
            return None
        entries, shares = self.facts["entries"][row].tolist(), self.facts["shares"][row].tolist()
        return offer, {entry: share for entry, share in zip(entries, shares, strict=True) if entry >= 0}


class Shelf:
    """The offers of one county (or, with an empty county, those of the city and the province).

    Not for several threads at once: the index sees to that.
    """

    def __init__(self, meanings: Meanings, rarity: lexical.Rarity) -> None:
        self._meanings, self._rarity = meanings, rarity
        self._row: dict[str, int] = {}
        self._offers: list[Offer | None] = []
        self._vectors: Halves = np.zeros((64, 512), np.float16)
        self._rough: Bytes = np.zeros((64, ROUGH), np.int8)
        self._facts = np.zeros(64, _FACTS)
        self._gates = Gates()
        self._words, self._services = Postings(), Postings()
        self._sounds, self._pairs = Postings(marks=True), Postings(marks=True)

    def __len__(self) -> int:
        return len(self._row)

    def __contains__(self, offer_id: str) -> bool:
        return offer_id in self._row

    def put(self, offer: Offer, reading: OfferReading) -> None:
        """Add the offer, or put it in the place of its former self."""
        self.withdraw(offer.id)
        row = len(self._offers)
        if row == len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
            self._rough = np.concatenate([self._rough, np.zeros_like(self._rough)])
            self._facts = np.concatenate([self._facts, np.zeros_like(self._facts)])
        self._row[offer.id] = row
        self._offers.append(offer)
        if reading.vector is not None:
            self._vectors[row] = reading.vector
            self._rough[row] = self._meanings.rough(reading.vector)
        fact = self._facts[row]
        fact["category"], fact["tie"] = category.places([offer.category])[0], _tie(offer)
        fact["entries"] = -1
        fact["entries"][: len(reading.services)] = list(reading.services)
        fact["shares"][: len(reading.services)] = list(reading.services.values())
        self._gates.set(row, offer)
        self._rarity.count(reading.words)
        impacts = lexical.bm25_impacts(reading.words)
        self._words.add(row, lexical.codes(impacts), np.array(list(impacts.values()), np.float32))
        self._services.add(
            row, np.array(list(reading.services), np.uint32), fact["shares"][: len(reading.services)]
        )
        self._sounds.add(row, reading.sounds)
        self._pairs.add(row, reading.pairs)

    def withdraw(self, offer_id: str) -> None:
        """Take an offer out; absent offers are no error."""
        row = self._row.pop(offer_id, None)
        if row is None:
            return
        offer, self._offers[row] = self._offers[row], None
        self._gates.forget(row)
        if offer is not None:
            self._rarity.count(lexical.words(offer.text), by=-1)
        if len(self._offers) > 2 * len(self._row) + 64:
            self._lay_anew()

    def _lay_anew(self) -> None:
        size = len(self._offers)
        rows = np.flatnonzero(self._gates.here[:size])
        room = np.concatenate([rows, np.zeros(64, np.int64)])  # what is after the rows will be written over
        place = np.full(size, -1, np.int32)
        place[rows] = np.arange(len(rows))
        self._offers = [self._offers[row] for row in rows.tolist()]
        self._row = {offer.id: row for row, offer in enumerate(self._offers) if offer is not None}
        self._vectors, self._rough, self._facts = self._vectors[room], self._rough[room], self._facts[room]
        self._gates.keep(rows, len(room))
        for postings in (self._words, self._services, self._sounds, self._pairs):
            postings.keep(place)

    def find(self, reading: NeedReading, today: dt.date | None) -> Found:
        """The offers that may serve the need, with their figures. Without a day the hard filters are not applied."""
        size = len(self._offers)
        rarity = [count * self._rarity.weight(word) for word, count in reading.words.items()]
        words = self._words.scores(lexical.codes(reading.words), np.array(rarity, np.float32), size)
        asked = reading.strongest(ASKED_ENTRIES)
        services = self._services.scores(asked.astype(np.uint32), reading.asked[asked], size)
        rows = self._candidates(reading, today, words, services)
        facts = self._facts[rows]
        sense = np.zeros(len(rows), np.float32)
        if reading.vector is not None:
            sense = engine.kernels.cosines(self._vectors, rows, reading.vector)
        sounds = self._sounds.scores(reading.rated_sounds.codes, reading.rated_sounds.weights, size)[rows]
        pairs = reading.rated_pairs  # in the offer, or in how people speak of its service: that is as good
        talk = self._pairs.scores(pairs.codes, pairs.weights, size)[rows]
        talk += self._meanings.talk(pairs.codes, pairs.weights)[facts["entries"][:, 0]]
        service = np.log(services[rows] + np.float32(SERVICE_FLOOR))
        channels = np.stack([sense, words[rows], sounds, service, talk], axis=1)
        return Found(rows, channels, facts["category"], facts["tie"], self._offers, self._facts)

    @property
    def nbytes(self) -> int:
        """Memory of the blocks (vectors, posting lists, lines), without the records themselves."""
        blocks = (self._vectors, self._rough, self._facts, self._gates)
        lists = (self._words, self._services, self._sounds, self._pairs)
        return sum(block.nbytes for block in (*blocks, *lists))

    def _candidates(
        self, reading: NeedReading, today: dt.date | None, words: Floats, services: Floats
    ) -> Ints:
        """Rows that pass the hard filters; of many, those that lead in sense, words or service."""
        size = len(words)
        opens = self._gates.open(reading.need, today, size)
        if np.count_nonzero(opens) <= ALL_BELOW:
            return np.flatnonzero(opens).astype(np.int32)
        near = words
        if reading.vector is not None:
            near = self._meanings.near(self._rough[:size], reading.vector)
        chosen = np.zeros(size, np.bool_)
        for figures in (near, words, services):
            chosen[engine.kernels.pick(figures, opens, EACH_BEST)] = True
        return np.flatnonzero(chosen).astype(np.int32)


def _tie(offer: Offer) -> int:
    return zlib.crc32(offer.id.encode())
