"""Recognise citizens' ID numbers (GB 11643) in order to refuse them: the platform collects none (handbook 3.4)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from shuanglian.core.register.messy import plain

SHARE = 0.8  # of the filled cells of a column
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def is_id_number(text: str) -> bool:
    """Whether 18 characters are a valid ID number: digits, a date that exists, and the check character."""
    body, check = text[:17], text[17:].upper()
    if len(text) != 18 or not (body.isascii() and body.isdigit()):
        return False
    try:
        dt.date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        return False
    return check == _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11]


def look_like_ids(cells: Iterable[Any]) -> bool:
    """Whether four fifths of the filled cells are ID numbers."""
    filled = [text for text in map(plain, cells) if text]
    return bool(filled) and sum(map(is_id_number, filled)) >= SHARE * len(filled)
