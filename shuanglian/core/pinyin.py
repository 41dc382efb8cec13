"""Sort keys and initials of Chinese names: the database has no ICU, so order and search by pinyin are stored.

``lazy_pinyin`` takes a text apart into words, because 行 is read háng in 银行; the words of names repeat (锻造, 有限公司), so
how a word is read is remembered. What comes out is the same (see the tests), several times quicker.
"""

import re
import unicodedata
from functools import lru_cache
from typing import TypeAlias

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, RE_HANS
from pypinyin.seg.mmseg import p_set

Reading: TypeAlias = tuple[str, str]  # the syllables, and their first letters
_REMEMBERED = 20_000  # words
# Stretches of characters that have a reading, and of others: what ``simple_seg`` finds one character after the other.
_HAN = RE_HANS.pattern.removeprefix("^(?:").removesuffix(")+$")
_STRETCHES = re.compile(f"({_HAN}+)|([^{_HAN[1:-1]}]+)", re.DOTALL)
_BEGINNINGS: set[str] = p_set._set  # of all phrases that are read otherwise than their characters


def sort_key(text: str) -> str:
    """Full pinyin, lower case, one word a character: orders names as a printed dictionary does."""
    return _spelled(text)[0].lower()[:200]


def initials(text: str) -> str:
    """First letters: 冠力集团 → gljt. Letters and digits stay; everything else is dropped."""
    return _only_letters(_spelled(text)[1])


def both(text: str) -> Reading:
    """``sort_key`` and ``initials``, of thousands of texts that all differ."""
    full, first = _spelled.__wrapped__(text)
    return full.lower()[:200], _only_letters(first)


def _only_letters(first: str) -> str:
    letters = first.lower()
    return (letters if letters.isalnum() else "".join(c for c in letters if c.isalnum()))[:60]


@lru_cache(maxsize=256)
def _spelled(text: str) -> Reading:
    """Every syllable, and the first letters of all; a stretch of other characters as it stands in both."""
    found = _STRETCHES.findall(unicodedata.normalize("NFKC", text))
    return _joined([_read_all(han) if han else (other, other) for han, other in found])


@lru_cache(maxsize=4_096)
def _read_all(stretch: str) -> Reading:
    return _joined(list(map(_readings.__getitem__, _words(stretch))))


def _joined(read: list[Reading]) -> Reading:
    if len(read) < 2:
        return read[0] if read else ("", "")
    spelled, first = zip(*read, strict=True)
    return " ".join(spelled), "".join(first)


class _Readings(dict[str, Reading]):
    """How the words seen first are read."""

    def __missing__(self, word: str) -> Reading:
        syllables = lazy_pinyin(word)
        read = " ".join(syllables), "".join(syllable[0] for syllable in syllables)
        if len(self) < _REMEMBERED:
            self[word] = read
        return read


_readings = _Readings()


def _words(stretch: str) -> list[str]:
    """The longest phrases from left to right, and single characters: what ``seg.cut`` finds."""
    found: list[str] = []
    start, length = 0, len(stretch)
    while start < length:
        end = start + 1
        longest = 1
        while end < length and stretch[start : end + 1] in _BEGINNINGS:
            end += 1
            if stretch[start:end] in PHRASES_DICT:
                longest = end - start
        if end == length and longest == 1:  # all that is left begins a phrase and holds none
            return found + list(stretch[start:])
        found.append(stretch[start : start + longest])
        start += longest
    return found
