"""Unified social credit codes (统一社会信用代码, GB 32100-2015): normalise, check, say what is wrong.

Eighteen characters of an alphabet without I, O, S, V, Z: registrar, class, six digits of division, nine of the body,
and a check character. Pure. A wrong check character is told apart from a wrong shape: some old codes in real use carry
one, so an import keeps them and marks them, while a form asks to look again.
"""

import unicodedata
from operator import mul

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_LETTERS = frozenset(ALPHABET)
_WEIGHTS = tuple(pow(3, i, 31) for i in range(LENGTH - 1))
_WEIGHTS_OF_ALL = (*_WEIGHTS, 1)
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_DIGITS = str.maketrans("IOSZV", "1052U")  # what these letters were meant to be
_LOOKALIKES = {"I": "数字 1", "O": "数字 0", "S": "数字 5", "Z": "数字 2", "V": "字母 U"}


def normalise(text: str) -> str:
    """Half width, capitals, no blanks and hyphens; letters that look like digits stay, so that they can be named."""
    if text.isascii() and text.isalnum():
        return text.upper()
    flat = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in flat if not c.isspace() and c not in "-‐–—")


def check_character(body: str) -> str:
    """The last character that belongs to the first seventeen.

    Raises:
        ValueError: a character outside the alphabet, or not seventeen of them.
    """
    if len(body) != len(_WEIGHTS):
        raise ValueError(f"{len(body)} characters instead of {len(_WEIGHTS)}")
    total = sum(map(mul, map(ALPHABET.index, body), _WEIGHTS))
    return ALPHABET[-total % 31]


def is_checked(code: str) -> bool:
    """Whether the last character of a code of the right shape is the one that belongs to the others."""
    return int(sum(map(mul, map(_VALUES.__getitem__, code), _WEIGHTS_OF_ALL))) % 31 == 0


def shape_fault(code: str) -> str:
    """What is wrong with the length or the characters of a normalised code; empty when nothing is."""
    if len(code) != LENGTH:
        return f"统一社会信用代码应为 {LENGTH} 位，现在是 {len(code)} 位"
    if not _LETTERS.issuperset(code):
        place, character = next(
            (place, character) for place, character in enumerate(code, start=1) if character not in _LETTERS
        )
        guess = _LOOKALIKES.get(character)
        hint = f"，是不是{guess}" if guess else ""
        return f"第 {place} 位是“{character}”，代码里没有这个字{hint}"
    return "" if code[2:8].isdigit() else "第 3 到 8 位是登记机关的行政区划代码，应该都是数字"


def meant(code: str) -> str:
    """A code in which letters stand for digits they look like, as it was meant; nothing when that does not check."""
    found = code.translate(_DIGITS)
    return found if found != code and not fault(found) else ""


def fault(code: str) -> str:
    """What is wrong with a normalised code, check character included; empty when nothing is."""
    wrong = shape_fault(code)
    if wrong:
        return wrong
    if is_checked(code):
        return ""
    expected = check_character(code[:-1])
    return f"最后一位是校验码，按前 17 位应为 {expected}，现在是 {code[-1]}，请对照营业执照核对"
