"""The candidates for one need as the index of this process orders them; explained only where they are shown."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shuanglian.core.clock import today
from shuanglian.matching.engine import category, records
from shuanglian.matching.engine.explain import Reason, explain
from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.rank import Judged
from shuanglian.matching.engine.reading import NeedReading
from shuanglian.matching.queries import standing


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer, how well it fits (0 to 1), and the entries of the dictionary that it is, with their shares."""

    offer: records.Offer
    fit: float
    services: Mapping[int, float]

    @property
    def offer_id(self) -> int:
        """The key of the offer in the database."""
        return int(self.offer.id)


@dataclass(frozen=True, slots=True)
class Candidates:
    """All offers that pass the hard filters for a need, best first."""

    index: Index
    reading: NeedReading
    day: dt.date
    judged: Judged

    @property
    def confidence(self) -> float:
        """How likely it is that a good answer is among them."""
        return self.judged.confidence

    @property
    def sure(self) -> bool:
        """Whether they may be proposed; otherwise a person should take over."""
        return self.confidence >= self.index.weights.threshold

    @property
    def by_words(self) -> bool:
        """Whether only words were compared. The index may be another one by the time this is asked, so ask here."""
        return self.index.by_words_only

    @property
    def categories(self) -> Mapping[str, float]:
        """Categories that the text may belong to, most probable first, with their probability."""
        return category.suggestions(self.judged.categories)

    def best(self, top: int) -> list[Candidate]:
        """The first ones."""
        fits = self.judged.fits
        return [
            Candidate(offer, float(fits[place]), services) for place, offer, services in self.judged.best(top)
        ]

    def why(self, one: Candidate) -> tuple[Reason, ...]:
        """What the texts have in common."""
        return explain(self.reading, one.offer, one.services, self.index.meanings, self.day)


def candidates_for(need: records.Need, area: str = "") -> Candidates | None:
    """The candidates for a need as the database stands now; None while there is no index.

    ``area``: the city or the province whose offers are asked for, instead of the county's own.
    """
    need = replace(need, county=area or need.county)
    found = standing.here.use(lambda index: [judged(index, reading) for reading in index.read([need])])
    return None if found is None else found[0]


def judged(index: Index, reading: NeedReading, area: str = "") -> Candidates:
    """The candidates for a need that was read; what can fail in the engine fails here. ``area`` as above."""
    day = today()
    if area:
        reading = replace(reading, need=replace(reading.need, county=area))
    return Candidates(index, reading, day, index.judge(reading, day))
