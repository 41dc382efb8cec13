"""The index of all offers in one process: a shelf for each county, and one for the city and the province above it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from shuanglian.matching.engine import category, lexical, rank
from shuanglian.matching.engine.explain import Reason, explain
from shuanglian.matching.engine.kernels import Floats
from shuanglian.matching.engine.lexicon import Encodes, Lexicon, Meanings
from shuanglian.matching.engine.reading import NeedReading, read_needs, read_offers
from shuanglian.matching.engine.records import Need, Offer
from shuanglian.matching.engine.shelf import Shelf, Vocabulary

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
    """Offers in memory. Adding, changing and withdrawing are seen by the next question. Not for concurrent writers.

    Without an encoder it ranks by words alone (``by_words_only``), for days when the encoder is broken.
    """

    def __init__(
        self, lexicon: Lexicon, encoder: Encodes | None, weights: rank.Weights | None = None
    ) -> None:
        self.encoder = encoder
        self.weights = weights or rank.load()
        self.meanings = Meanings(lexicon, encoder)
        self._rarity = lexical.Rarity(lexical.words(entry.about) for entry in lexicon.entries)
        self._entry_categories = category.places(entry.category for entry in lexicon.entries)
        self._vocabulary = Vocabulary()
        self._shelves: dict[str, Shelf] = {}
        self._county: dict[str, str] = {}

    @property
    def by_words_only(self) -> bool:
        """Whether a page should say that suggestions are coarser than usual."""
        return self.encoder is None

    def __len__(self) -> int:
        return len(self._county)

    def put(self, *offers: Offer, vectors: Floats | None = None) -> None:
        """Add offers; one that is here already is replaced. ``vectors``: theirs, where they were kept."""
        readings = read_offers(offers, self.meanings, self.encoder, vectors)
        for offer, reading in zip(offers, readings, strict=True):
            if self._county.get(offer.id, offer.county) != offer.county:
                self.withdraw(offer.id)
            self._county[offer.id] = offer.county
            self._shelf(offer.county).put(offer, reading)

    def withdraw(self, offer_id: str) -> None:
        """Take an offer out; absent offers are no error."""
        county = self._county.pop(offer_id, None)
        if county is not None:
            self._shelves[county].withdraw(offer_id)

    def read(self, needs: Sequence[Need]) -> list[NeedReading]:
        """Read needs once, to ask for them several times."""
        return read_needs(needs, self.meanings, self.encoder)

    def judge(self, reading: NeedReading, today: dt.date | None = None) -> rank.Judged:
        """All candidates in order. With a day, the hard filters come first."""
        counties = dict.fromkeys((reading.need.county, ABOVE))
        found = [self._shelves[c].find(reading, today) for c in counties if c in self._shelves]
        return rank.judge(reading, found, self._entry_categories, self.weights)

    def answer(self, reading: NeedReading, top: int = 5, today: dt.date | None = None) -> Ranking:
        """The best offers for a need with their reasons."""
        judged = self.judge(reading, today)
        fits = judged.fits
        suggestions = tuple(
            Suggestion(offer, float(fits[i]), explain(reading, offer, read, self.meanings, today))
            for i, (offer, read) in enumerate(judged.best(top))
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
        return sum(shelf.nbytes for shelf in self._shelves.values())

    def _shelf(self, county: str) -> Shelf:
        if county not in self._shelves:
            self._shelves[county] = Shelf(self.meanings, self._rarity, self._vocabulary)
        return self._shelves[county]
