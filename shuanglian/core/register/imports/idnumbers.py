"""Recognise citizens' ID numbers (GB 11643) in order to refuse them: the platform collects none (handbook 3.4)."""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

LENGTH = 18
LEAST = 1e17  # as a number
SHARE = 0.8  # of the filled cells of a column
_WITHIN = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)", re.ASCII)
_NAMED = re.compile(  # called one, it is one: of fifteen digits (before 1999), with blanks, mistyped
    r"(?:身份证|公民身份)\D{0,8}(?:\d[ -]?){14,17}[\dXx]", re.ASCII
)
_DIGITS = re.compile(r"\d[\d\s]{16}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def is_id_number(text: str) -> bool:
    """Whether 18 characters are a valid ID number: digits, a date that exists, and the check character."""
    body, check = text[:17], text[17:].upper()
    if len(text) != LENGTH or not (body.isascii() and body.isdigit()):
        return False
    if not _is_born(body):
        return False
    return check == _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11]


def holds_id(text: str) -> bool:
    """Whether an ID number stands somewhere in a text, or what the text calls one."""
    if len(text) < LENGTH:
        return False
    flat = unicodedata.normalize("NFKC", text)
    return any(map(is_id_number, _WITHIN.findall(flat))) or bool(_NAMED.search(flat))


def may_hold_id(text: str) -> bool:
    """Whether as many digits as an ID number has stand next to each other in a text, or what it calls one."""
    flat = unicodedata.normalize("NFKC", text)
    return bool(_WITHIN.search(flat) or _NAMED.search(flat))


def has_digits(texts: Sequence[str]) -> bool:
    """Whether in one of these texts digits and blanks alone stand where an ID number could."""
    return bool(_DIGITS.search("|".join(texts)))


def looks_like_id(cell: Any) -> bool:
    """Whether a sheet cell holds an ID number: as text, or as a number that has lost its last digits."""
    if isinstance(cell, str):
        if not LENGTH <= len(cell) <= 24 or not cell.lstrip()[:6].isdecimal():
            return False
        return is_id_number("".join(unicodedata.normalize("NFKC", cell).split()))
    return isinstance(cell, float) and LEAST <= cell < 1e18 and _is_born(f"{cell:.0f}")


def _is_born(digits: str) -> bool:
    try:
        return dt.date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14])).year >= 1800
    except ValueError:
        return False
