"""Sort keys and initials of Chinese names: the database has no ICU, so order and search by pinyin are stored."""

import unicodedata

from pypinyin import Style, lazy_pinyin


def sort_key(text: str) -> str:
    """Full pinyin, lower case, one word a character: orders names as a printed dictionary does."""
    return " ".join(lazy_pinyin(_plain(text), style=Style.NORMAL)).lower()[:200]


def initials(text: str) -> str:
    """First letters: 冠力集团 → gljt. Letters and digits stay; everything else is dropped."""
    letters = "".join(lazy_pinyin(_plain(text), style=Style.FIRST_LETTER)).lower()
    return "".join(c for c in letters if c.isalnum())[:60]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
