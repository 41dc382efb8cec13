"""What calamine does not tell of a sheet, read from its XML: errors of formulas, formulas never worked out, hidden rows."""

import re
from collections import defaultdict
from typing import Any

from shuanglian.core.register.imports.cutting import column_of

UNCOUNTED = "#?"  # a formula that was never worked out
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"[^>]*? t="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)</v>'
)
_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"((?: (?!t="str")[a-z]+="[^"]*")*)>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)(?:<v></v>|<v ?/>)?</c>'
)
_HIDDEN = re.compile(rb'<row r="(\d+)"[^>]*? hidden="(?:1|true)"')


class Marks:
    """The errors of formulas by row and place, and which rows are hidden."""

    def __init__(self) -> None:
        self.cells: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self.hidden: set[int] = set()

    def look(self, xml: bytes) -> None:
        """Take in a piece of a sheet that begins and ends between cells."""
        if b' t="e"' in xml:
            for letters, number, text in _ERROR.findall(xml):
                self.cells[int(number) - 1].append((column_of(letters), text.decode()))
        if b"</f><" in xml:
            for letters, number, _ in _FORMULA.findall(xml):
                self.cells[int(number) - 1].append((column_of(letters), UNCOUNTED))
        if b' hidden="' in xml:
            self.hidden.update(int(number) - 1 for number in _HIDDEN.findall(xml))

    def put(self, at: int, row: list[Any]) -> None:
        """Write the errors of a row into its blank cells."""
        for place, text in self.cells.get(at, ()):
            if place < len(row) and row[place] == "":
                row[place] = text
