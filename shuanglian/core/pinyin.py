"""Sort keys and initials of Chinese names: the database has no ICU, so order and search by pinyin are stored.

``lazy_pinyin`` takes a text apart into words, because 行 is read háng in 银行; the words of names repeat (锻造, 有限公司), so
how a word is read is remembered. What comes out is the same (see the tests), several times quicker.
"""

import re
import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.constants import RE_HANS
from pypinyin.seg.mmseg import seg

# Stretches of characters that have a reading, and of others: what ``simple_seg`` finds one character after the other.
_HAN = RE_HANS.pattern.removeprefix("^(?:").removesuffix(")+$")
_STRETCHES = re.compile(f"({_HAN}+)|[^{_HAN[1:-1]}]+", re.DOTALL)


def sort_key(text: str) -> str:
    """Full pinyin, lower case, one word a character: orders names as a printed dictionary does."""
    return _spelled(text)[0].lower()[:200]


def initials(text: str) -> str:
    """First letters: 冠力集团 → gljt. Letters and digits stay; everything else is dropped."""
    letters = _spelled(text)[1].lower()
    return (letters if letters.isalnum() else "".join(c for c in letters if c.isalnum()))[:60]


@lru_cache(maxsize=256)
def _spelled(text: str) -> tuple[str, str]:
    """Every syllable, and the first letters of all; a stretch of other characters as it stands in both."""
    found = _STRETCHES.finditer(unicodedata.normalize("NFKC", text))
    read = [_read_all(stretch[0]) if stretch[1] else (stretch[0], stretch[0]) for stretch in found]
    return " ".join([spelled for spelled, _ in read]), "".join([first for _, first in read])


@lru_cache(maxsize=4_096)
def _read_all(stretch: str) -> tuple[str, str]:
    read = [_read(word) for word in seg.cut(stretch)]
    return " ".join([spelled for spelled, _ in read]), "".join([first for _, first in read])


@lru_cache(maxsize=20_000)
def _read(word: str) -> tuple[str, str]:
    syllables = lazy_pinyin(word)
    return " ".join(syllables), "".join(syllable[0] for syllable in syllables)
