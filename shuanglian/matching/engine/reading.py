"""What the engine sees in a text: its vector, its tokens with their weights, the services it speaks of."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuanglian.matching.engine import lexical
from shuanglian.matching.engine.arrays import Floats
from shuanglian.matching.engine.encode import DIMENSIONS
from shuanglian.matching.engine.lexicon import Meanings, shares
from shuanglian.matching.engine.negation import NEGATED_WEIGHT, affirmed, clauses
from shuanglian.matching.engine.phrases import Encodes
from shuanglian.matching.engine.records import LONGEST, Need, Offer

NEED_SHARPNESS = 1.1
OFFER_SHARPNESS = 2.0
KEPT_SERVICES = 8
TOGETHER = 256  # offers read at a time

Counts = tuple[dict[str, float], dict[str, float]]  # words and pairs of a text


@dataclass(frozen=True, slots=True)
class Rated:
    """Tokens by their codes, with what each counts by its rarity in the lexicon: parts of one."""

    codes: lexical.Codes
    weights: Floats


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
    asked: Floats  # shares spread to related entries: what offers are asked for
    nearest: float  # cosine of the nearest phrase of the lexicon
    rated_pairs: Rated
    rated_sounds: Rated

    def strongest(self, most: int) -> NDArray[np.int64]:
        """The entries that are asked for most."""
        if most >= len(self.asked):
            return np.arange(len(self.asked))
        return np.sort(np.argpartition(-self.asked, most)[:most])


@dataclass(frozen=True, slots=True)
class OfferReading:
    """An offer as the engine sees it."""

    vector: Floats | None
    words: tuple[str, ...]
    services: dict[int, float]  # its strongest entries of the lexicon, strongest first, with their shares
    pairs: lexical.Codes  # without those that people use for its strongest entry
    sounds: lexical.Codes


def read_needs(needs: Sequence[Need], meanings: Meanings, encoder: Encodes | None) -> list[NeedReading]:
    """Read needs; what a text refuses counts ``NEGATED_WEIGHT``, in its words and in its vector."""
    vectors = _vectors([need.text for need in needs], encoder)
    kept = [affirmed(need.text) for need in needs]
    cut = [i for i, need in enumerate(needs) if kept[i] != need.text]
    if vectors is not None and cut:
        wanted = _encode(encoder, [kept[i] for i in cut])
        both = NEGATED_WEIGHT * vectors[cut] + (1 - NEGATED_WEIGHT) * wanted
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
    if vectors is not None:
        vectors = np.asarray(vectors, np.float32)
        if vectors.shape != (len(offers), DIMENSIONS):
            raise ValueError("vectors must have one line of 512 figures an offer")
    found: list[OfferReading] = []
    for first in range(0, len(offers), TOGETHER):
        part = slice(first, first + TOGETHER)
        found += _read_together(offers[part], meanings, None if vectors is None else vectors[part])
    return found


def _read_together(
    offers: Sequence[Offer], meanings: Meanings, vectors: Floats | None
) -> Iterator[OfferReading]:
    texts = [offer.text for offer in offers]
    words = [lexical.words(text) for text in texts]
    parts = _services(offers, meanings, vectors)
    strongest = np.argsort(-parts, axis=1, kind="stable")[:, :KEPT_SERVICES]
    portions = np.take_along_axis(parts, strongest, 1)
    for i, text in enumerate(texts):
        services = dict(zip(strongest[i].tolist(), portions[i].tolist(), strict=True))
        vector = None if vectors is None else vectors[i]
        own = np.setdiff1d(lexical.pair_codes(text), meanings.spoken[strongest[i, 0]], assume_unique=True)
        sounds = lexical.codes(dict.fromkeys(lexical.sounds(text)))
        yield OfferReading(vector, tuple(words[i]), services, own, sounds)


def by_parts(offer: Offer) -> list[str]:
    """An offer as a whole, its title and its detail alone: it often is two services (“大件运输许可和园区道路维护”)."""
    return [offer.text, offer.title, offer.detail[:LONGEST] or offer.title]


def _services(offers: Sequence[Offer], meanings: Meanings, vectors: Floats | None) -> Floats:
    """The services of each offer: the mean of what each of its parts is. Read as a whole it would be the strongest alone."""
    parts = [by_parts(offer) for offer in offers]
    strengths = meanings.of_offers([_counts(text) for texts in parts for text in texts])
    strengths = strengths.reshape(len(offers), -1, len(meanings.entries))
    strengths += meanings.sense_of_offers(vectors).reshape(-1, 1, len(meanings.entries))
    return np.asarray(shares(strengths, OFFER_SHARPNESS).mean(axis=1), np.float32)


def _counts(text: str) -> Counts:
    return _counted(lexical.words(text)), _counted(lexical.pairs(text))


def _read_need(need: Need, vector: Floats | None, meanings: Meanings) -> NeedReading:
    words, pairs = _weighted(need.text, lexical.words), _weighted(need.text, lexical.pairs)
    sounds = _weighted(need.text, lexical.sounds)
    alike = meanings.resemblance(vector)
    strengths = meanings.of_need(alike, words, pairs)
    parts, nearest = shares(strengths, NEED_SHARPNESS), float(alike.max())
    return NeedReading(
        need,
        vector,
        words,
        pairs,
        sounds,
        strengths,
        parts,
        meanings.spread(parts),
        nearest,
        _rated(pairs, lexical.pair_code, meanings.pairs_seen),
        _rated(sounds, lexical.code, meanings.sounds_seen),
    )


def _rated(tokens: dict[str, float], code: Callable[[str], int], seen: lexical.Rarity) -> Rated:
    weights = np.array([min(count, 1.0) * seen.weight(t) for t, count in tokens.items()], np.float32)
    return Rated(np.array(list(map(code, tokens)), np.uint32), weights / max(float(weights.sum()), 1e-9))


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
    vectors = encoder.encode(texts)
    if not np.isfinite(vectors).all():
        raise ValueError("the encoder does not give figures")
    return vectors
