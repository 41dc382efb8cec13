"""Sort keys and initials of Chinese names: the database has no ICU, so order and search by pinyin are stored.

``lazy_pinyin`` takes a text apart into words, because 行 is read háng in 银行; the words of names repeat (锻造, 有限公司), so
how a word is read is remembered. What comes out is the same (see the tests), several times quicker.
"""

import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.constants import RE_HANS
from pypinyin.seg.mmseg import seg
from pypinyin.seg.simpleseg import simple_seg


def sort_key(text: str) -> str:
    """Full pinyin, lower case, one word a character: orders names as a printed dictionary does."""
    return " ".join(syllable for syllable, _ in _syllables(text)).lower()[:200]


def initials(text: str) -> str:
    """First letters: 冠力集团 → gljt. Letters and digits stay; everything else is dropped."""
    letters = "".join(syllable[0] if is_han else syllable for syllable, is_han in _syllables(text)).lower()
    return "".join(c for c in letters if c.isalnum())[:60]


@lru_cache(maxsize=256)
def _syllables(text: str) -> tuple[tuple[str, bool], ...]:
    """Every syllable of a text with whether it is one, or else a stretch of other characters as it stands."""
    found: list[tuple[str, bool]] = []
    for stretch in simple_seg(unicodedata.normalize("NFKC", text)):
        if RE_HANS.match(stretch):
            found += ((syllable, True) for word in seg.cut(stretch) for syllable in _read(word))
        else:
            found.append((stretch, False))
    return tuple(found)


@lru_cache(maxsize=20_000)
def _read(word: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(word))
