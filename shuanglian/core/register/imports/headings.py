"""What a heading says once marks, numbers, units and remarks around it are taken away. Pure.

*企业名称(必填), 1.企业名称, 🏭企业名称, 企业名称①, 企业名称[注1] and 企业名称/字号 are all 企业名称.
"""

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from typing import Any

from shuanglian.core.register.messy import plain

_ROUND = "*※:：、,，.。?？!！#"  # marks before and behind
_COUNT = re.compile(r"^[(\[]?\d{1,2}[)\].、]+(?=\D)")  # 1.企业名称, (2)信用代码
_REMARKS = re.compile(r"(?:\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>)+$")
_FOREIGN = re.compile(r"(?<=[㐀-鿿)])[A-Za-z][A-Za-z./&-]*$")  # 企业名称 Enterprise Name
_OPEN = re.compile(r"[(\[【].*$")
_OR = re.compile(r"[/|;；]|或(?=.)")  # 统一社会信用代码/注册号: the first is meant
_FOOTNOTE = re.compile(r"\d{1,2}$")  # ① is 1 once it is half-width
_LONGEST = 300  # characters of a heading with all that is said around it; what is longer is none
_LEAST = 3  # known words that make a row one of headings


def bare(cell: Any, known: Container[str]) -> str:
    """A heading as one of ``known`` where its core is one; otherwise as it stands, half-width and without blanks."""
    head = plain(cell)
    if head in known or not head or len(head) > _LONGEST:
        return head
    return next((text for text in _barer(head) if text in known), head)


def _barer(head: str) -> Iterator[str]:
    """The heading with less and less around it."""
    text = "".join(c for c in head if unicodedata.category(c) not in ("So", "Sk", "Sm", "Mn")).strip(_ROUND)
    for cut in ((), (_COUNT,), (_REMARKS,), (_FOOTNOTE,), (_FOREIGN,), (_REMARKS,), (_OPEN,)):
        for pattern in cut:
            text = pattern.sub("", text).strip(_ROUND)
        yield text
    yield _OR.split(text, maxsplit=1)[0]


def is_heading(row: Sequence[Any], words: Container[str]) -> bool:
    """Whether a row within the data is one of headings: three or more of them, and half of what it says."""
    texts = [text for cell in row if (text := plain(cell))]
    hits = sum(bare(text, words) in words for text in texts)
    return hits >= _LEAST and 2 * hits >= len(texts)


def letters(place: int) -> str:
    """What a spreadsheet calls a column: A, B, … AA."""
    before, last = divmod(place, 26)
    return f"{letters(before - 1) if before else ''}{chr(ord('A') + last)}"
