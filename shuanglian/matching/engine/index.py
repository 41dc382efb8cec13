"""The index of all offers in one process: a shelf for each county, and one for the city and the province above it."""

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine import category, lexical, rank
from shuanglian.matching.engine.explain import Reason, explain
from shuanglian.matching.engine.lexicon import Lexicon, Meanings
from shuanglian.matching.engine.phrases import Encodes
from shuanglian.matching.engine.reading import TOGETHER, NeedReading, OfferReading, read_needs, read_offers
from shuanglian.matching.engine.records import Need, Offer
from shuanglian.matching.engine.shelf import Shelf

ABOVE = ""  # the county of offers that serve every county


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An offer that may serve a need: how well it fits (0 to 1) and why, from the records."""

    offer: Offer
    fit: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer to a need: best first; ``sure`` is false where a person should take over."""

    need: Need
    suggestions: tuple[Suggestion, ...]
    confidence: float
    sure: bool
    categories: dict[str, float]  # worth proposing, most probable first


class Index:
    """Offers in memory. Adding, changing and withdrawing are seen by the next question.

    Any number of threads may ask and change one index: what changes or searches a shelf holds one lock, for a
    millisecond or less; texts are read and suggestions explained outside it. A question that was asked before a change
    is answered as things stood then, without the offers withdrawn since. One and the same offer must not be put by two
    threads at once: the later text might lose.

    Without an encoder it ranks by words alone (``by_words_only``), for days when the encoder is broken.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        encoder: Encodes | None,
        weights: rank.Weights | None = None,
        *,
        kept: Path | None = None,
    ) -> None:
        """``kept``: a directory where the vectors of the lexicon's phrases are kept for the next start."""
        self.encoder = encoder
        self.weights = weights or rank.load()
        self.meanings = Meanings(lexicon, encoder, kept)
        self._rarity = lexical.Rarity(lexical.words(entry.about) for entry in lexicon.entries)
        self._entry_categories = category.places(entry.category for entry in lexicon.entries)
        self._shelves: dict[str, Shelf] = {}
        self._county: dict[str, str] = {}
        self._turn = threading.Lock()

    @property
    def by_words_only(self) -> bool:
        """Whether a page should say that suggestions are coarser than usual."""
        return self.encoder is None

    def __len__(self) -> int:
        return len(self._county)

    def put(self, *offers: Offer, vectors: NDArray[np.floating] | None = None) -> None:
        """Add offers; one that is here already is replaced.

        ``vectors``: theirs, a line each, where they were kept (single or half precision); then nothing is encoded, and
        thousands at once cost some tenth of a millisecond each. Raises ValueError when they do not fit the offers.
        """
        if vectors is not None and len(vectors) != len(offers):
            raise ValueError("vectors must have one line an offer")
        for first in range(0, len(offers), TOGETHER):
            part = slice(first, first + TOGETHER)
            given = None if vectors is None else vectors[part]
            readings = read_offers(offers[part], self.meanings, self.encoder, given)
            with self._turn:
                for offer, reading in zip(offers[part], readings, strict=True):
                    self._place(offer, reading)

    def _place(self, offer: Offer, reading: OfferReading) -> None:
        former = self._county.get(offer.id, offer.county)
        if former != offer.county:
            self._shelves[former].withdraw(offer.id)
        self._county[offer.id] = offer.county
        if offer.county not in self._shelves:
            self._shelves[offer.county] = Shelf(self.meanings, self._rarity)
        self._shelves[offer.county].put(offer, reading)

    def withdraw(self, offer_id: str) -> None:
        """Take an offer out; absent offers are no error."""
        with self._turn:
            county = self._county.pop(offer_id, None)
            if county is not None:
                self._shelves[county].withdraw(offer_id)

    def __contains__(self, offer_id: str) -> bool:
        return offer_id in self._county

    def read(self, needs: Sequence[Need]) -> list[NeedReading]:
        """Read needs once, to ask for them several times."""
        return read_needs(needs, self.meanings, self.encoder)

    def judge(self, reading: NeedReading, today: dt.date | None = None) -> rank.Judged:
        """All candidates in order. With a day, the hard filters come first."""
        counties = dict.fromkeys((reading.need.county, ABOVE))
        with self._turn:
            found = [self._shelves[c].find(reading, today) for c in counties if c in self._shelves]
        return rank.judge(reading, found, self._entry_categories, self.weights)

    def answer(self, reading: NeedReading, top: int = 5, today: dt.date | None = None) -> Ranking:
        """The best offers for a need with their reasons."""
        judged = self.judge(reading, today)
        fits = judged.fits
        suggestions = tuple(
            Suggestion(offer, float(fits[place]), explain(reading, offer, services, self.meanings, today))
            for place, offer, services in judged.best(top)
        )
        sure = bool(suggestions) and judged.confidence >= self.weights.threshold
        proposed = dict(category.suggestions(judged.categories))
        return Ranking(reading.need, suggestions, judged.confidence, sure, proposed)

    def suggest(self, need: Need, top: int = 5, today: dt.date | None = None) -> Ranking:
        """Read one need and answer it."""
        return self.answer(self.read([need])[0], top, today)

    @property
    def nbytes(self) -> int:
        """Memory of the shelves' blocks."""
        with self._turn:
            return sum(shelf.nbytes for shelf in self._shelves.values())
