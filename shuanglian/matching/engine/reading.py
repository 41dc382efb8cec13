"""What the engine sees in a text: its vector, its tokens with their weights, the services it speaks of."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from shuanglian.matching.engine import lexical
from shuanglian.matching.engine.kernels import Floats
from shuanglian.matching.engine.lexicon import Encodes, Meanings, shares
from shuanglian.matching.engine.negation import affirmed, clauses
from shuanglian.matching.engine.records import Need, Offer

NEED_SHARPNESS = 1.1
OFFER_SHARPNESS = 2.0
KEPT_SERVICES = 8


@dataclass(frozen=True, slots=True)
class NeedReading:
    """A need as the engine sees it; made once, asked of every shelf."""

    need: Need
    vector: Floats | None
    words: dict[str, float]
    pairs: dict[str, float]
    sounds: dict[str, float]
    strengths: Floats  # of each entry of the lexicon
    shares: Floats  # the same as parts of one
    nearest: float  # cosine of the nearest phrase of the lexicon


@dataclass(frozen=True, slots=True)
class OfferReading:
    """An offer as the engine sees it."""

    vector: Floats | None
    words: tuple[str, ...]
    services: dict[int, float]  # its strongest entries of the lexicon, strongest first, with their shares


def read_needs(needs: Sequence[Need], meanings: Meanings, encoder: Encodes | None) -> list[NeedReading]:
    """Read needs; what a text refuses counts half, in its words and in its vector."""
    vectors = _vectors([need.text for need in needs], encoder)
    kept = [affirmed(need.text) for need in needs]
    cut = [i for i, need in enumerate(needs) if kept[i] != need.text]
    if vectors is not None and cut:
        both = vectors[cut] + _encode(encoder, [kept[i] for i in cut])
        vectors[cut] = both / np.linalg.norm(both, axis=1, keepdims=True)
    return [
        _read_need(need, None if vectors is None else vectors[i], meanings) for i, need in enumerate(needs)
    ]


def read_offers(
    offers: Sequence[Offer], meanings: Meanings, encoder: Encodes | None, vectors: Floats | None = None
) -> list[OfferReading]:
    """Read offers; ``vectors`` spares the encoding where they are kept (a line an offer, of the encoder's version)."""
    if vectors is None:
        vectors = _vectors([offer.text for offer in offers], encoder)
    found = []
    for i, offer in enumerate(offers):
        vector = None if vectors is None else vectors[i]
        words, pairs = lexical.words(offer.text), lexical.pairs(offer.text)
        strengths = meanings.of_offer(vector, _counted(words), _counted(pairs))
        parts = shares(strengths, OFFER_SHARPNESS)
        strongest = np.argsort(-parts, kind="stable")[:KEPT_SERVICES]
        services = {int(entry): float(parts[entry]) for entry in strongest}
        found.append(OfferReading(vector, tuple(words), services))
    return found


def _read_need(need: Need, vector: Floats | None, meanings: Meanings) -> NeedReading:
    words, pairs = _weighted(need.text, lexical.words), _weighted(need.text, lexical.pairs)
    sounds = _weighted(need.text, lexical.sounds)
    alike = meanings.resemblance(vector)
    strengths = meanings.of_need(alike, words, pairs)
    nearest = float(alike.max())
    return NeedReading(
        need, vector, words, pairs, sounds, strengths, shares(strengths, NEED_SHARPNESS), nearest
    )


def _weighted(text: str, tokens: Callable[[str], list[str]]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for clause in clauses(text):
        for token in tokens(clause.text):
            weights[token] = weights.get(token, 0.0) + clause.weight
    return weights


def _counted(tokens: Sequence[str]) -> dict[str, float]:
    return {token: float(count) for token, count in Counter(tokens).items()}


def _vectors(texts: Sequence[str], encoder: Encodes | None) -> Floats | None:
    return None if encoder is None or not texts else _encode(encoder, texts)


def _encode(encoder: Encodes | None, texts: Sequence[str]) -> Floats:
    if encoder is None:
        raise ValueError("no encoder")
    return encoder.encode(texts)
