"""Words, character pairs and sound pairs of Chinese text, and an inverted list that changes in place.

Three readings of a text: words (rjieba) for BM25; pairs of neighbouring characters, which need no dictionary; pairs of
neighbouring syllables, which survive homophones and slips of the input method (法蓝 for 法兰).
A row can be added or withdrawn at any time and the next query sees it: lists only grow at their end, a withdrawn row
stays with an impact of zero until the owner rebuilds.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import rjieba
from pypinyin import lazy_pinyin

from shuanglian.matching.engine.kernels import Floats, Ints, accumulate

K1, B, USUAL_WORDS = 1.2, 0.75, 25.0  # BM25; texts of this kind have some 25 words
_NO_WORD = re.compile(r"\W+|_")


def words(text: str) -> list[str]:
    """The words of a text in their order, without punctuation."""
    return [word for word in rjieba.cut(text) if not _NO_WORD.fullmatch(word)]


def pairs(text: str) -> list[str]:
    """Pairs of neighbouring characters, punctuation left out."""
    plain = _NO_WORD.sub("", text)
    return [plain[i : i + 2] for i in range(len(plain) - 1)]


def sounds(text: str) -> list[str]:
    """Pairs of neighbouring syllables (pinyin without tones)."""
    said = lazy_pinyin(_NO_WORD.sub("", text))
    return [f"{first} {second}" for first, second in pairwise(said)]


def bm25_impacts(tokens: Sequence[str], b: float = B, usual: float = USUAL_WORDS) -> dict[str, float]:
    """What each word of a text counts for, before its rarity: BM25's saturated, length-corrected frequency."""
    norm = K1 * (1 - b + b * len(tokens) / usual)
    return {word: count * (K1 + 1) / (count + norm) for word, count in Counter(tokens).items()}


class Rarity:
    """How rare a token is among all texts counted so far; a token never seen is the rarest."""

    def __init__(self, texts: Iterable[Iterable[str]] = ()) -> None:
        self.texts = 0
        self.seen: Counter[str] = Counter()
        for tokens in texts:
            self.count(tokens)

    def count(self, tokens: Iterable[str], by: int = 1) -> None:
        """Take one text in (or out, ``by=-1``)."""
        self.texts += by
        for token in set(tokens):
            self.seen[token] += by

    def weight(self, token: str) -> float:
        """BM25's inverse document frequency, never negative."""
        seen = self.seen.get(token, 0)
        return math.log(1 + (self.texts - seen + 0.5) / (seen + 0.5))

    def share(self, token: str) -> float:
        """In which part of the texts the token stands."""
        return self.seen.get(token, 0) / self.texts if self.texts else 0.0


class Postings:
    """Token → the rows that hold it, with an impact each. Rows are given in ascending order."""

    def __init__(self) -> None:
        self._rows: dict[str, Ints] = {}
        self._impacts: dict[str, Floats] = {}
        self._used: dict[str, int] = {}

    def add(self, row: int, impacts: Mapping[str, float]) -> None:
        """Enter a row; it must be larger than every row entered before."""
        for token, impact in impacts.items():
            used = self._used.get(token, 0)
            if used == 0:
                self._rows[token] = np.empty(2, np.int32)
                self._impacts[token] = np.empty(2, np.float32)
            elif used == len(self._rows[token]):
                self._rows[token] = np.resize(self._rows[token], 2 * used)
                self._impacts[token] = np.resize(self._impacts[token], 2 * used)
            self._rows[token][used] = row
            self._impacts[token][used] = impact
            self._used[token] = used + 1

    def withdraw(self, row: int, tokens: Iterable[str]) -> None:
        """Let a row count for nothing."""
        for token in tokens:
            used = self._used.get(token, 0)
            at = int(np.searchsorted(self._rows[token][:used], row)) if used else 0
            if at < used and self._rows[token][at] == row:
                self._impacts[token][at] = 0.0

    def scores(self, weights: Mapping[str, float], size: int) -> Floats:
        """Σ weight × impact for the rows 0 … size-1."""
        out = np.zeros(size, np.float32)
        for token, weight in weights.items():
            used = self._used.get(token, 0)
            if used:
                accumulate(out, self._rows[token][:used], self._impacts[token][:used], weight)
        return out

    @property
    def nbytes(self) -> int:
        """Memory of the lists, without the dictionary itself."""
        return sum(rows.nbytes for rows in self._rows.values()) + sum(
            i.nbytes for i in self._impacts.values()
        )
