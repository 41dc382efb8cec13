"""From how the trade talks to the services a county has: “月底要先还本金” → 应急转贷与续贷.

The dictionary is data (``lexicon.json``, versioned; a county edits its own copy): each entry names a service, the words
that offers use for it, and what owners, foremen and clerks say when they need it. Its phrases are never taken from the
needs by which matching is judged. A need *means* the entries whose talk it resembles, in words or in sense; an offer
*is* the entries whose service words it resembles; both are read as shares that add up to one.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shuanglian.matching import engine
from shuanglian.matching.engine import lexical
from shuanglian.matching.engine.arrays import Bytes, Floats, Ints
from shuanglian.matching.engine.coarse import Coarse
from shuanglian.matching.engine.phrases import Encodes as Encodes
from shuanglian.matching.engine.phrases import Phrases
from shuanglian.matching.engine.postings import Postings
from shuanglian.matching.engine.records import CATEGORIES

SHIPPED = Path(__file__).with_name("lexicon.json")

# One unit each is about a standard deviation among all pairs of need and entry; sense leads, words confirm.
SENSE, WORDS, PAIRS = 12.0, 0.09, 10.0
# A need is asked of related services too: this part of a share, and how fast it fades with the cosine of two services.
RELATED, FADES = 0.25, 15.0
EXACT = 64  # phrases nearest to a text whose cosines are computed in full
ENTRY_LENGTH_MATTERS, ENTRY_WORDS = 0.3, 60.0  # BM25 over entries: long entries are not at fault


class LexiconError(ValueError):
    """The data file breaks a rule; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of service, the words of offers for it, and how people speak who need it."""

    key: str
    category: str
    service: str
    words: tuple[str, ...]
    talk: tuple[str, ...]

    @property
    def about(self) -> str:
        """What an offer of this service would say."""
        return "，".join((self.service, *self.words))

    @property
    def phrases(self) -> tuple[str, ...]:
        """Everything that may stand for this service in a text."""
        return (self.about, self.service, *self.words, *self.talk)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All entries, and the version that is written beside every suggestion."""

    version: str
    entries: tuple[Entry, ...]


def load(path: Path = SHIPPED) -> Lexicon:
    """Read and check a lexicon. Raises ``LexiconError``."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Lexicon(data["version"], tuple(_entries(data["entries"])))


def _entries(rows: Iterable[Mapping[str, Any]]) -> Iterable[Entry]:
    keys: set[str] = set()
    services: set[str] = set()
    for row in rows:
        entry = Entry(row["key"], row["category"], row["service"], tuple(row["words"]), tuple(row["talk"]))
        if entry.key in keys or entry.service in services:
            raise LexiconError(f"{entry.key} {entry.service}: stands twice")
        if entry.category not in CATEGORIES:
            raise LexiconError(f"{entry.key}: unknown category {entry.category}")
        if not entry.words or not entry.talk or not all(map(str.strip, entry.phrases)):
            raise LexiconError(f"{entry.key}: words and talk must not be empty")
        keys.add(entry.key)
        services.add(entry.service)
        yield entry


class _Texts:
    """The entries as texts: words and pairs with their impacts, ready to be asked."""

    def __init__(self, texts: Sequence[str]) -> None:
        cut = [lexical.words(text) for text in texts]
        paired = [lexical.pairs(text) for text in texts]
        self.word_rarity = lexical.Rarity(cut)
        self.pair_rarity = lexical.Rarity(paired)
        self.size = len(texts)
        self._words, self._pairs = Postings(), Postings()
        for row, (tokens, couples) in enumerate(zip(cut, paired, strict=True)):
            impacts = lexical.bm25_impacts(tokens, ENTRY_LENGTH_MATTERS, ENTRY_WORDS)
            self._words.add(row, lexical.codes(impacts), _figures(impacts.values()))
            shares = self._unit(Counter(couples))
            self._pairs.add(row, _pair_codes(shares), _figures(shares.values()))

    def scores(self, words: Mapping[str, float], pairs: Mapping[str, float]) -> Floats:
        """How far each entry's text shares the given words and pairs (token → count)."""
        asked = [count * self.word_rarity.weight(word) for word, count in words.items()]
        by_word = self._words.scores(lexical.codes(words), _figures(asked), self.size)
        shares = self._unit(pairs)
        by_pair = self._pairs.scores(_pair_codes(shares), _figures(shares.values()), self.size)
        return np.asarray(WORDS * by_word + PAIRS * by_pair, np.float32)

    def _unit(self, counts: Mapping[str, float]) -> dict[str, float]:
        weights = {t: math.log1p(count) * self.pair_rarity.weight(t) for t, count in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {token: weight / length for token, weight in weights.items()}


def _figures(values: Iterable[float]) -> Floats:
    return np.array(list(values), np.float32)


def _pair_codes(pairs: Iterable[str]) -> lexical.Codes:
    return np.array(list(map(lexical.pair_code, pairs)), np.uint32)


class Meanings:
    """A lexicon made ready: which entries a need means, which an offer is. It never changes.

    Without an encoder the sense is left out and words alone decide. ``kept``: a directory for the phrases' vectors.
    """

    def __init__(self, lexicon: Lexicon, encoder: Encodes | None = None, kept: Path | None = None) -> None:
        self.lexicon = lexicon
        self.entries = lexicon.entries
        self._lines = ["\n".join(("", e.service, *e.words, *e.talk, "")) for e in lexicon.entries]
        self._all_lines = "".join(self._lines)
        self._talk = _Texts(["。".join(entry.phrases[1:]) for entry in lexicon.entries])
        self._service = _Texts(["。".join((entry.service, *entry.words)) for entry in lexicon.entries])
        self.words_seen, self.pairs_seen = self._talk.word_rarity, self._talk.pair_rarity
        texts = ["。".join(entry.phrases[1:]) for entry in lexicon.entries]
        self.spoken = list(map(lexical.pair_codes, texts))  # how people speak of each entry, in pairs
        self._spoken = Postings(marks=True)
        for row, codes in enumerate(self.spoken):
            self._spoken.add(row, codes)
        self.sounds_seen = lexical.Rarity(map(lexical.sounds, texts))
        counts = [len(entry.phrases) for entry in lexicon.entries]
        self._starts: Ints = np.cumsum([0, *counts[:-1]], dtype=np.int32)
        self._phrases: Floats | None = None
        if encoder is not None:
            made = Phrases.of(
                [phrase for entry in lexicon.entries for phrase in entry.phrases], encoder, kept
            )
            self._phrases, self._main = made.vectors, made.directions
            self._scale, self._rough_scale = Coarse(self._phrases), Coarse(self._phrases @ self._main)
            self._bytes = self._scale.of(self._phrases)
            self._about: Floats = np.ascontiguousarray(self._phrases[self._starts].T)
            self._related = _related(self._about)

    def resemblance(self, vector: Floats | None) -> Floats:
        """For each entry the cosine of its phrase nearest to the text; 0 without sense.

        Exact for the nearest phrases of all, to about 0.001 for those far off.
        """
        if vector is None or self._phrases is None:
            return np.zeros(len(self.entries), np.float32)
        near = self._scale.compare(self._bytes, vector)
        best = engine.kernels.pick(near, np.ones(len(near), np.bool_), EXACT)
        near[best] = self._phrases[best] @ vector
        return np.asarray(np.maximum.reduceat(near, self._starts), np.float32)

    def rough(self, vectors: Floats) -> Bytes:
        """Vectors (or one) in the ``ROUGH`` directions in which the trade's phrases differ most, in bytes."""
        return self._rough_scale.of(vectors @ self._main)

    def near(self, rough: Bytes, vector: Floats) -> Floats:
        """About the cosines of the rows of a ``rough`` block with a vector, to choose candidates by."""
        return self._rough_scale.compare(rough, vector @ self._main)

    def talk(self, codes: lexical.Codes, weights: Floats) -> Floats:
        """For each entry, what the pairs count that people use when they speak of it."""
        return self._spoken.scores(codes, weights, len(self.entries))

    def of_need(self, alike: Floats, words: Mapping[str, float], pairs: Mapping[str, float]) -> Floats:
        """How strongly the text of a need speaks of each entry (no upper bound); ``alike`` is its resemblance."""
        return np.asarray(SENSE * alike + self._talk.scores(words, pairs), np.float32)

    def spread(self, parts: Floats) -> Floats:
        """Shares of entries with a part of each given to the entries like it; without sense as they are."""
        if self._phrases is None:
            return parts
        return np.asarray((1 - RELATED) * parts + RELATED * (parts @ self._related), np.float32)

    def of_offers(self, tokens: Sequence[tuple[Mapping[str, float], Mapping[str, float]]]) -> Floats:
        """How strongly each text of an offer is each entry's service, by its words and pairs."""
        return np.stack([self._service.scores(words, pairs) for words, pairs in tokens])

    def sense_of_offers(self, vectors: Floats | None) -> Floats:
        """The same by sense; to be added. Nothing without sense."""
        if vectors is None or self._phrases is None:
            return np.zeros(len(self.entries), np.float32)
        return np.asarray(np.float32(SENSE) * (vectors @ self._about), np.float32)

    def is_own(self, entry: int, phrase: str) -> bool:
        """Whether a phrase speaks of one entry alone: no other has it, and no other's phrase holds it unless it is the name."""
        own, line = self._lines[entry], f"\n{phrase}\n"
        if self._all_lines.count(line) > own.count(line):
            return False
        named = phrase in self.entries[entry].service
        return named or self._all_lines.count(phrase) == own.count(phrase)

    def nearest_phrase(self, entry: int, vector: Floats) -> tuple[str, float]:
        """The phrase of an entry that is nearest to the text, and its cosine."""
        phrases = self.entries[entry].phrases
        if self._phrases is None:
            return phrases[0], 0.0
        first = int(self._starts[entry])
        cosines = self._phrases[first : first + len(phrases)] @ vector
        best = int(np.argmax(cosines))
        return phrases[best], float(cosines[best])


def _related(about: Floats) -> Floats:
    """For each entry how a share is dealt out among the others: parts of one, most to those most like it."""
    kin = np.exp(FADES * (about.T @ about - 1))
    np.fill_diagonal(kin, 0)
    return np.asarray(kin / np.maximum(kin.sum(axis=1, keepdims=True), 1e-9), np.float32)


def shares(strengths: Floats, sharpness: float) -> Floats:
    """Strengths as parts of one: the strongest takes most (softmax along the last axis)."""
    powers = np.exp((strengths - strengths.max(axis=-1, keepdims=True)) * np.float32(sharpness))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)
