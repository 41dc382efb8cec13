"""One calibrated figure from the channels, and how sure it is that a good answer exists at all.

The figure is a weighted sum; its few weights are data (``weights.json``), fitted by cross-validation in
``bench/match_quality.py`` and replaced only by better ones. It is comparable between needs, so one threshold serves all:
below it a page says 没有合适的资源，转人工.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine import category
from shuanglian.matching.engine.arrays import Floats, Ints
from shuanglian.matching.engine.reading import NeedReading
from shuanglian.matching.engine.records import Offer
from shuanglian.matching.engine.shelf import CHANNELS, Found

SHIPPED = Path(__file__).with_name("weights.json")
COLUMNS = (*CHANNELS, "category")
SIGNALS = ("fit", "talk", "category", "rival", "unserved")
NEIGHBOURS, NEAR = 50, 0.05  # offers whose categories vote, and how fast a vote fades with the cosine


@dataclass(frozen=True, slots=True)
class Weights:
    """What each channel counts, and how the signals make the confidence."""

    version: str
    channels: Floats  # in the order of COLUMNS
    level: float  # added to the sum, so that it is the log odds that the offer serves the need
    trust: float  # in the posted category
    confidence: Floats  # in the order of SIGNALS
    bias: float
    threshold: float  # below this confidence a person takes over


def load(path: Path = SHIPPED) -> Weights:
    """Read the weights of a file."""
    return from_values(json.loads(path.read_text(encoding="utf-8")))


def from_values(values: Mapping[str, Any]) -> Weights:
    """Weights as they are kept. Raises ``KeyError`` when a channel or a signal is missing."""
    confidence = values["confidence"]
    return Weights(
        version=values["version"],
        channels=np.array([values["channels"][name] for name in COLUMNS], np.float32),
        level=values["level"],
        trust=values["trust"],
        confidence=np.array([confidence[name] for name in SIGNALS], np.float32),
        bias=confidence["bias"],
        threshold=values["threshold"],
    )


def as_values(weights: Weights) -> dict[str, Any]:
    """Weights as they are kept, four digits each."""
    confidence = (*weights.confidence.tolist(), weights.bias)
    return {
        "version": weights.version,
        "channels": {n: round(v, 4) for n, v in zip(COLUMNS, weights.channels.tolist(), strict=True)},
        "level": round(weights.level, 4),
        "trust": weights.trust,
        "confidence": {n: round(v, 4) for n, v in zip((*SIGNALS, "bias"), confidence, strict=True)},
        "threshold": weights.threshold,
    }


@dataclass(frozen=True, slots=True)
class Judged:
    """All candidates of a need, best first, with what led to it."""

    table: Floats  # COLUMNS for each candidate
    sums: Floats
    categories: Floats  # probability of each of category.CODES
    confidence: float
    unserved: float = 1.0
    found: tuple[Found, ...] = ()
    order: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # places in ``found``

    @property
    def fits(self) -> Floats:
        """The sums on a scale of 0 to 1."""
        return np.asarray(1 / (1 + np.exp(-self.sums)), np.float32)

    def best(self, top: int) -> list[tuple[int, Offer, dict[int, float]]]:
        """The first offers: place, offer, its services. What was withdrawn since is left out."""
        ends = np.cumsum([len(part.rows) for part in self.found])
        first: list[tuple[int, Offer, dict[int, float]]] = []
        for place, at in enumerate(self.order.tolist()):
            if len(first) == top:
                break
            part = int(np.searchsorted(ends, at, side="right"))
            held = self.found[part].at(at - int(ends[part]) + len(self.found[part].rows))
            if held is not None:
                first.append((place, *held))
        return first

    @property
    def offers(self) -> list[Offer]:
        """All candidates in their order."""
        return [offer for _, offer, _ in self.best(len(self.order))]


def judge(reading: NeedReading, found: Sequence[Found], entry_categories: Ints, weights: Weights) -> Judged:
    """Order the candidates of all shelves that may serve the need."""
    found = [part for part in found if len(part.rows)]
    if not found:
        none = np.zeros(0, np.float32)
        categories = believe(reading, none.astype(np.int32), none, entry_categories, weights)
        return Judged(np.zeros((0, len(COLUMNS)), np.float32), none, categories, 0.0)
    channels = np.concatenate([part.channels for part in found])
    codes = np.concatenate([part.categories for part in found])
    categories = believe(reading, codes, channels[:, 0], entry_categories, weights)
    table = np.column_stack([channels, category.chances(categories, codes)])
    sums = table @ weights.channels + np.float32(weights.level)
    order = np.lexsort((np.concatenate([part.ties for part in found]), -sums))
    table, sums = table[order], sums[order]
    left = unserved(reading, found)
    seen = signals(reading, table, sums, left)
    log_odds = weights.bias + float(np.dot(weights.confidence, list(seen.values())))
    confidence = (
        1 / (1 + math.exp(-log_odds)) if reading.words else 0.0
    )  # a need without words asks for nothing
    return Judged(table, sums, categories, confidence, left, tuple(found), order)


def believe(
    reading: NeedReading, codes: Ints, cosines: Floats, entry_categories: Ints, weights: Weights
) -> Floats:
    """The probability of each category for a need, from its words, its neighbours among the offers and its post."""
    by_lexicon = category.tally(entry_categories, reading.shares)
    by_offers = by_lexicon
    if reading.vector is not None and len(cosines):
        nearest = np.argsort(-cosines, kind="stable")[:NEIGHBOURS]
        votes = np.exp((cosines[nearest] - cosines.max()) / np.float32(NEAR))
        by_offers = category.tally(codes[nearest], votes)
    return category.believe(by_lexicon, by_offers, reading.need.category, weights.trust)


def unserved(reading: NeedReading, found: Sequence[Found]) -> float:
    """Which part of what the need means is the service of none of the candidates: 0 (all is served) to 1."""
    served = np.zeros(len(reading.shares), np.float32)
    for part in found:
        facts = part.facts[part.rows]
        known = facts["entries"] >= 0
        np.maximum.at(served, facts["entries"][known], facts["shares"][known])
    return 1.0 - float(reading.shares @ served)


def signals(reading: NeedReading, table: Floats, sums: Floats, unserved: float) -> Mapping[str, float]:
    """What the confidence is made of, in the order of ``SIGNALS``, for candidates in their order.

    Two of them look for a service that nobody offers: ``rival``, how much nearer the need is to a service of the
    lexicon than to any offer, and ``unserved``.
    """
    first = dict(zip(COLUMNS, table[0].tolist(), strict=True))
    return {
        "fit": float(sums[0]),
        "talk": first["talk"],
        "category": first["category"],
        "rival": reading.nearest - float(table[:, COLUMNS.index("sense")].max()),
        "unserved": unserved,
    }
