"""One calibrated figure from the channels, and how sure it is that a good answer exists at all.

The figure is a weighted sum; its few weights are data (``weights.json``), fitted by cross-validation in
``bench/match_quality.py`` and replaced only by better ones. It is comparable between needs, so one threshold serves all:
below it a page says 没有合适的资源，转人工.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shuanglian.matching.engine import category
from shuanglian.matching.engine.kernels import Floats
from shuanglian.matching.engine.reading import NeedReading, OfferReading
from shuanglian.matching.engine.records import Offer
from shuanglian.matching.engine.shelf import CHANNELS, Found

SHIPPED = Path(__file__).with_name("weights.json")
COLUMNS = (*CHANNELS, "category")
SIGNALS = ("fit", "talk", "category", "rival")
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
    """Read the weights."""
    data = json.loads(path.read_text(encoding="utf-8"))
    confidence = data["confidence"]
    return Weights(
        version=data["version"],
        channels=np.array([data["channels"][name] for name in COLUMNS], np.float32),
        level=data["level"],
        trust=data["trust"],
        confidence=np.array([confidence[name] for name in SIGNALS], np.float32),
        bias=confidence["bias"],
        threshold=data["threshold"],
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """All candidates of a need, best first, with what led to it."""

    offers: list[Offer]
    readings: list[OfferReading]
    table: Floats  # COLUMNS for each offer, same order
    sums: Floats
    categories: Floats  # probability of each of category.CODES
    confidence: float

    @property
    def fits(self) -> Floats:
        """The sums on a scale of 0 to 1."""
        return np.asarray(1 / (1 + np.exp(-self.sums)), np.float32)


def judge(
    reading: NeedReading, found: Sequence[Found], entry_categories: Sequence[str], weights: Weights
) -> Judged:
    """Order the candidates of all shelves that may serve the need."""
    offers = [offer for part in found for offer in part.offers]
    readings = [kept for part in found for kept in part.readings]
    if not offers:
        none = np.zeros(0, np.float32)
        by_text = believe(reading, [], none, entry_categories, weights)
        return Judged([], [], np.zeros((0, len(COLUMNS)), np.float32), none, by_text, 0.0)
    channels = np.concatenate([part.channels for part in found])
    categories = believe(
        reading, [offer.category for offer in offers], channels[:, 0], entry_categories, weights
    )
    agreed = np.array([category.at(categories, offer.category) for offer in offers], np.float32)
    table = np.column_stack([channels, agreed])
    sums = table @ weights.channels + np.float32(weights.level)
    order = np.lexsort((np.array([offer.id for offer in offers]), -sums))
    table, sums = table[order], sums[order]
    found_signals = np.array([signals(reading, table, sums)[name] for name in SIGNALS], np.float32)
    log_odds = float(found_signals @ weights.confidence) + weights.bias
    return Judged(
        [offers[i] for i in order],
        [readings[i] for i in order],
        table,
        sums,
        categories,
        float(1 / (1 + np.exp(-log_odds))),
    )


def believe(
    reading: NeedReading,
    codes: Sequence[str],
    cosines: Floats,
    entry_categories: Sequence[str],
    weights: Weights,
) -> Floats:
    """The probability of each category for a need, from its words, its neighbours among the offers and its post."""
    by_lexicon = category.tally(entry_categories, reading.shares)
    nearest = np.argsort(-cosines, kind="stable")[:NEIGHBOURS]
    votes = np.exp((cosines[nearest] - cosines.max()) / NEAR) if len(cosines) else cosines
    by_offers = category.tally([codes[i] for i in nearest], np.asarray(votes, np.float32))
    if reading.vector is None or not len(cosines):
        by_offers = by_lexicon
    return category.believe(by_lexicon, by_offers, reading.need.category, weights.trust)


def signals(reading: NeedReading, table: Floats, sums: Floats) -> Mapping[str, float]:
    """What the confidence is made of, for candidates in their order.

    ``rival``: how much nearer the need is to a service of the lexicon than to any offer, that is, a service nobody offers.
    """
    column = {name: table[:, i] for i, name in enumerate(COLUMNS)}
    return {
        "fit": float(sums[0]),
        "talk": float(column["talk"][0]),
        "category": float(column["category"][0]),
        "rival": reading.nearest - float(column["sense"].max()),
    }
