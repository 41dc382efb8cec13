"""Rows that say for all rows beneath them what a column would: 一、宏道镇（2家）, then the enterprises of that township."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from shuanglian.core.register.columns import Link
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports.rows import Found
from shuanglian.core.register.imports.table import writable
from shuanglian.core.register.messy import plain

MOST_CELLS = 2  # filled, of a row that is a chapter: 一 | 宏道镇
LONGEST = 60  # characters of such a row
_BEFORE = re.compile(r"^(?:\(?[一二三四五六七八九十\d]{1,3}[)、.,]?|第[一二三四五六七八九十\d]+部分[:、]?)")
_BEHIND = re.compile(r"(?:[(:].*|共?\d+[家个户条].*)$")


class Chapters:
    """The chapters of one sheet: of which column, and from which row on what holds."""

    def __init__(self, key: str, heading: str, names: Mapping[str, str]) -> None:
        self.key, self.heading, self.rows = key, heading, list[tuple[int, str]]()
        self._names = names

    def name_in(self, cells: Sequence[Any]) -> str:
        """The word that a row says as a chapter, or nothing."""
        texts = [text for cell in cells if (text := plain(cell))]
        said = "".join(texts[:MOST_CELLS])
        if not texts or len(texts) > MOST_CELLS or len(said) > LONGEST:
            return ""
        ways = (said, _BEFORE.sub("", said), _BEHIND.sub("", said), _BEHIND.sub("", _BEFORE.sub("", said)))
        return next((self._names[way] for way in ways if way in self._names), "")

    def take(self, number: int, cells: Sequence[Any]) -> bool:
        """Whether this row is a chapter; it is kept."""
        if found := self.name_in(cells):
            self.rows.append((number, found))
        return bool(found)

    def growing(self) -> dict[str, Any]:
        """What the batch keeps of them; the rows may still grow."""
        return {"key": self.key, "heading": self.heading, "rows": self.rows}


def chapters_of(found: Found, register: Register, user: Any, told: Mapping[str, str]) -> Chapters | None:
    """The chapters of a sheet whose first rows have one and that lacks the column which new rows need.

    ``told``: what was said by hand of all rows.
    """
    for column in writable(register):
        if column.required and isinstance(column, Link) and column.key not in {*found.places, *told}:
            names = {name: str(target) for name, target in column.known(user).items()}
            chapters = Chapters(column.key, column.heading, names)
            if any(map(chapters.name_in, found.sheet.head[found.first :])):
                return chapters
    return None
