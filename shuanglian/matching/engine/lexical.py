"""Words, character pairs and sound pairs of Chinese text, and how rare each is.

Three readings of a text: words (rjieba) for BM25; pairs of neighbouring characters, which need no dictionary; pairs of
neighbouring syllables, which survive homophones and slips of the input method (法蓝 for 法兰). Pairs of either kind also
go by a code of 32 bits, so that many texts can be held as plain numbers.
"""

import importlib
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, groupby, pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, RE_HANS
from pypinyin.seg import mmseg

Codes = NDArray[np.uint32]

K1, B, USUAL_WORDS = 1.2, 0.75, 25.0  # BM25; texts of this kind have some 25 words
_NO_WORD = re.compile(r"\W+|_")


def words(text: str) -> list[str]:
    """The words of a text in their order, without punctuation."""
    return [word for word in _cutter()(text) if word.isalnum() or not _NO_WORD.fullmatch(word)]


@cache
def _cutter() -> Callable[[str], list[str]]:
    """rjieba, whose dictionary takes 33 MiB and comes with the first text."""
    return cast(Callable[[str], list[str]], importlib.import_module("rjieba").cut)


def pairs(text: str) -> list[str]:
    """Pairs of neighbouring characters, punctuation left out."""
    plain = _NO_WORD.sub("", text)
    return [plain[i : i + 2] for i in range(len(plain) - 1)]


def sounds(text: str) -> list[str]:
    """Pairs of neighbouring syllables (pinyin without tones)."""
    said = chain.from_iterable(map(_said, _phrases(_NO_WORD.sub("", text))))
    return [f"{first} {second}" for first, second in pairwise(said)]


@lru_cache(1 << 16)
def _said(phrase: str) -> tuple[str, ...]:
    """The syllables of one of the parts that pypinyin cuts a text into; it takes long over each, and they recur."""
    return tuple(lazy_pinyin(phrase))


@lru_cache(1 << 16)
def _is_chinese(character: str) -> bool:
    return RE_HANS.match(character) is not None


def _phrases(text: str) -> Iterator[str]:
    """The text cut as pypinyin does: the longest phrases it knows from left to right, other scripts in one piece."""
    for chinese, run in groupby(text, _is_chinese):
        if chinese:
            yield from _longest_first("".join(run))
        else:
            yield "".join(run)


def _longest_first(run: str) -> Iterator[str]:
    beginnings, at = mmseg.p_set._set, 0
    while at < len(run):
        end, known = at + 1, 0
        while end <= len(run) and run[at:end] in beginnings:
            if run[at:end] in PHRASES_DICT:
                known = end
            end += 1
        if not known and end > len(run):  # pypinyin gives up on the rest here
            yield from run[at:]
            return
        known = known or at + 1
        yield run[at:known]
        at = known


def code(token: str) -> int:
    """A word or a pair of syllables as a number."""
    return zlib.crc32(token.encode("utf-8", "surrogatepass"))


def codes(tokens: Iterable[str]) -> Codes:
    """The codes of tokens, one each in their order."""
    return np.array(list(map(code, tokens)), np.uint32)


def pair_code(pair: str) -> int:
    """A pair of characters as a number: two halves of 16 bits (rare characters beyond are cut to that)."""
    return (ord(pair[0]) & 0xFFFF) << 16 | ord(pair[1]) & 0xFFFF


def pair_codes(text: str) -> Codes:
    """The codes of all ``pairs`` of a text, each once, sorted."""
    plain = _NO_WORD.sub("", text).encode("utf-32-le", "surrogatepass")
    characters = np.frombuffer(plain, np.uint32) & np.uint32(0xFFFF)
    return np.unique(characters[:-1] << np.uint32(16) | characters[1:])


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
