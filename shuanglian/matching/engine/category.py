"""Which category a text belongs to, and how far to believe the one that was posted.

A quarter of posted categories are missing or wrong. So the posted one is a vote, a strong one, and the text is another:
where they agree an offer of that category gains, where they disagree the gain shrinks and may turn.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from shuanglian.matching.engine.arrays import Floats, Ints
from shuanglian.matching.engine.records import CATEGORIES

CODES = tuple(CATEGORIES)
_PLACE = {code: place for place, code in enumerate(CODES)}
FLOOR = 0.02  # no category is ever impossible


def places(codes: Iterable[str]) -> Ints:
    """Codes as places in ``CODES``; an unknown code is the place after the last."""
    return np.array([_PLACE.get(code, len(CODES)) for code in codes], np.int32)


def tally(at: Ints, weights: Floats) -> Floats:
    """Weights summed by category, as parts of one; unknown codes count nowhere."""
    sums = np.bincount(at, weights, minlength=len(CODES) + 1)[: len(CODES)]
    total = sums.sum()
    return np.asarray(sums / total if total > 0 else sums, np.float32)


def believe(by_lexicon: Floats, by_offers: Floats, posted: str, trust: float) -> Floats:
    """The probability of each category: geometric mean of both readings of the text, times e^trust for the posted."""
    votes = 0.5 * np.log(by_lexicon + FLOOR) + 0.5 * np.log(by_offers + FLOOR)
    if posted in _PLACE:
        votes[_PLACE[posted]] += trust
    powers = np.exp(votes - votes.max())
    return np.asarray(powers / powers.sum(), np.float32)


def chances(probabilities: Floats, at: Ints) -> Floats:
    """The probability of each given place; 0 for unknown codes."""
    return np.append(probabilities, np.float32(0.0))[at]


def suggestions(probabilities: Floats, least: float = 0.15) -> Mapping[str, float]:
    """Categories worth proposing to a person, most probable first."""
    order = np.argsort(-probabilities, kind="stable")
    return {CODES[i]: float(probabilities[i]) for i in order if probabilities[i] >= least}
