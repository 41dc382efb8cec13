"""The offers of one county, side by side in memory: added, changed and withdrawn at once, asked without a detour.

One county's vectors are one contiguous block, so a need is compared only with offers that may serve it. A withdrawn row
stays as a hole; when half the rows are holes the shelf is laid anew.
"""

import datetime as dt
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine import category, lexical
from shuanglian.matching.engine.filters import refusal
from shuanglian.matching.engine.kernels import Floats, Ints, cover
from shuanglian.matching.engine.lexicon import ROUGH, Meanings
from shuanglian.matching.engine.reading import NeedReading, OfferReading
from shuanglian.matching.engine.records import ANYWHERE, Need, Offer

ASKED_ENTRIES = 24  # entries of a need that are asked for
ALL_BELOW = 300  # so many offers are all compared in full; among more, the best of each cheap figure
EACH_BEST = 100
SERVICE_FLOOR = 1e-3
_ALWAYS, _NEVER = 1, 3_000_000  # ordinals of days
_FACTS = np.dtype([("first", "i4"), ("last", "i4"), ("plain", "?"), ("category", "i4"), ("tie", "i8")])
CHANNELS = ("sense", "words", "sounds", "service", "talk")


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates of one shelf: their rows and, a line each, the figures of ``CHANNELS``."""

    shelf: "Shelf"
    rows: Ints
    channels: Floats
    categories: Ints  # places in category.CODES
    ties: NDArray[np.int64]  # orders equal figures alike in every process


class Vocabulary:
    """Tokens as small whole numbers."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def learn(self, tokens: Iterable[str]) -> Ints:
        """The tokens' numbers, sorted; new tokens get new ones."""
        return np.array(sorted({self._ids.setdefault(t, len(self._ids)) for t in tokens}), np.int32)

    def known(self, weights: dict[str, float]) -> tuple[Ints, Floats]:
        """Numbers and weights of the tokens that are known, sorted by number."""
        pairs = sorted((self._ids[token], weight) for token, weight in weights.items() if token in self._ids)
        return np.array([p[0] for p in pairs], np.int32), np.array([p[1] for p in pairs], np.float32)


class Lines:
    """Rows of sorted numbers, one after another in one block."""

    def __init__(self) -> None:
        self._block: Ints = np.empty(1024, np.int32)
        self._bounds: Ints = np.empty((64, 2), np.int32)
        self._rows = self._used = 0

    def append(self, numbers: Ints) -> None:
        """Add the next row."""
        end = self._used + len(numbers)
        if end > len(self._block):
            self._block = np.resize(self._block, max(2 * len(self._block), end))
        if self._rows == len(self._bounds):
            self._bounds = np.resize(self._bounds, (2 * self._rows, 2))
        self._block[self._used : end] = numbers
        self._bounds[self._rows] = self._used, end
        self._rows, self._used = self._rows + 1, end

    def share(self, rows: Ints, asked: Ints, weights: Floats, total: float) -> Floats:
        """For each row, which part of the total weight of the asked numbers it holds."""
        out = np.zeros(len(rows), np.float32)
        if len(asked) and total > 0:
            cover(out, rows, self._bounds, self._block, asked, weights)
            out /= np.float32(total)
        return out

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self._block.nbytes + self._bounds.nbytes


class Shelf:
    """The offers of one county (or, with an empty county, those of the city and the province)."""

    def __init__(self, meanings: Meanings, rarity: lexical.Rarity, vocabulary: Vocabulary) -> None:
        self._meanings, self._rarity, self._vocabulary = meanings, rarity, vocabulary
        self._row: dict[str, int] = {}
        self._clear()

    def _clear(self) -> None:
        self._offers: list[Offer | None] = []
        self._readings: list[OfferReading | None] = []
        self._vectors: Floats = np.zeros((64, 512), np.float32)
        self._rough: Floats = np.zeros((64, ROUGH), np.float32)
        self._facts = np.zeros(64, _FACTS)
        self._words, self._services = lexical.Postings(), lexical.Postings()
        self._sounds, self._talk = Lines(), Lines()

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
        self._readings.append(reading)
        if reading.vector is not None:
            self._vectors[row] = reading.vector
            self._rough[row] = self._meanings.rough(reading.vector)
        self._facts[row] = (
            *_days(offer),
            _is_plain(offer),
            category.places([offer.category])[0],
            _tie(offer),
        )
        self._rarity.count(reading.words)
        self._words.add(row, lexical.bm25_impacts(reading.words))
        self._services.add(row, {str(entry): share for entry, share in reading.services.items()})
        spoken = self._meanings.pairs[
            next(iter(reading.services))
        ]  # how people speak of the service that it is
        self._sounds.append(self._vocabulary.learn(lexical.sounds(offer.text)))
        self._talk.append(self._vocabulary.learn([*lexical.pairs(offer.text), *spoken]))

    def withdraw(self, offer_id: str) -> None:
        """Take an offer out; absent offers are no error."""
        row = self._row.pop(offer_id, None)
        if row is None:
            return
        reading = self._readings[row]
        self._offers[row] = self._readings[row] = None
        self._facts["first"][row], self._facts["last"][row] = _NEVER, _ALWAYS
        if reading is not None:
            self._rarity.count(reading.words, by=-1)
            self._words.withdraw(row, set(reading.words))
            self._services.withdraw(row, map(str, reading.services))
        if len(self._offers) > 2 * len(self._row) + 64:
            self._lay_anew()

    def _lay_anew(self) -> None:
        kept = [
            (o, r)
            for o, r in zip(self._offers, self._readings, strict=True)
            if o is not None and r is not None
        ]
        self._clear()
        self._row = {}
        for offer, reading in kept:
            self._rarity.count(reading.words, by=-1)
            self.put(offer, reading)

    def find(self, reading: NeedReading, today: dt.date | None) -> Found:
        """The offers that may serve the need, with their figures. Without a day the hard filters are not applied."""
        size = len(self._offers)
        asked = {word: count * self._rarity.weight(word) for word, count in reading.words.items()}
        words = self._words.scores(asked, size)
        strongest = np.argsort(-reading.shares, kind="stable")[:ASKED_ENTRIES]
        services = self._services.scores({str(e): float(reading.shares[e]) for e in strongest}, size)
        rows = self._open(reading.need, today, size)
        if len(rows) > ALL_BELOW:
            near = (
                self._rough[:size] @ self._meanings.rough(reading.vector)
                if reading.vector is not None
                else words
            )
            rows = np.unique(np.concatenate([_best(rows, channel) for channel in (near, words, services)]))
        sense = np.zeros(len(rows), np.float32)
        if reading.vector is not None:
            sense = self._vectors[rows] @ reading.vector
        sounds = self._covered(self._sounds, rows, reading.sounds)
        talk = self._covered(self._talk, rows, reading.pairs)
        service = np.log(services[rows] + np.float32(SERVICE_FLOOR))
        channels = np.stack([sense, words[rows], sounds, service, talk], axis=1)
        return Found(self, rows, channels, self._facts["category"][rows], self._facts["tie"][rows])

    def at(self, row: int) -> tuple[Offer, OfferReading]:
        """The offer in a row and how it is read. Raises ``LookupError`` for a row that was withdrawn."""
        offer, reading = self._offers[row], self._readings[row]
        if offer is None or reading is None:
            raise LookupError(row)
        return offer, reading

    @property
    def nbytes(self) -> int:
        """Memory of the blocks (vectors, posting lists, lines), without the records themselves."""
        blocks = (
            self._vectors,
            self._rough,
            self._facts,
            self._words,
            self._services,
            self._sounds,
            self._talk,
        )
        return sum(block.nbytes for block in blocks)

    def _open(self, need: Need, today: dt.date | None, size: int) -> Ints:
        """Rows that pass the hard filters: days in one sweep; what has other limits, by the law in ``filters``."""
        facts = self._facts[:size]
        if today is None:
            return np.nonzero(facts["first"] != _NEVER)[0].astype(np.int32)
        day = today.toordinal()
        valid = (facts["first"] <= day) & (day <= facts["last"])
        for row in np.nonzero(valid & ~facts["plain"])[0]:
            offer = self._offers[row]
            valid[row] = offer is not None and not refusal(need, offer, today)
        return np.nonzero(valid)[0].astype(np.int32)

    def _covered(self, lines: Lines, rows: Ints, tokens: dict[str, float]) -> Floats:
        seen = self._meanings.pairs_seen if lines is self._talk else self._meanings.sounds_seen
        weights = {token: min(count, 1.0) * seen.weight(token) for token, count in tokens.items()}
        numbers, known = self._vocabulary.known(weights)
        return lines.share(rows, numbers, known, sum(weights.values()))


def _best(rows: Ints, channel: Floats) -> Ints:
    """The rows with the largest figures; those without any are no candidates."""
    figures = channel[rows]
    some = np.nonzero(figures)[0]
    if len(some) <= EACH_BEST:
        return rows[some]
    return rows[some[np.argpartition(-figures[some], EACH_BEST)[:EACH_BEST]]]


def _days(offer: Offer) -> tuple[int, int]:
    first = offer.valid_from.toordinal() if offer.valid_from else _ALWAYS
    last = offer.valid_until.toordinal() if offer.valid_until else _NEVER - 1
    return first, last


def _tie(offer: Offer) -> int:
    return zlib.crc32(offer.id.encode())


def _is_plain(offer: Offer) -> bool:
    """Whether nothing but its days can exclude this offer."""
    bounded = offer.remaining is not None and offer.remaining <= 0
    return offer.shown and not bounded and not offer.requires and offer.region == ANYWHERE
