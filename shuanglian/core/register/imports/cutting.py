"""Long sheets of a package cut into sheets of few rows each: calamine holds the whole sheet it reads, and so never many rows.

The package is written anew. The long sheets are empty there, and their rows, numbered as they were, stand in sheets at
the end. Texts, formats, dates: all else stays as it was, and calamine's to understand. Where a sheet is put together
so unusually that a look at its bytes does not show where rows begin, nothing is cut.
"""

import re
import xml.etree.ElementTree as ET
import zipfile
from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise
from typing import IO, TypeAlias

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
PIECE = 1 << 20  # bytes of XML looked at at once; a row may have a few times as many
GAP = 1_000  # rows left out between two that follow each other: calamine would hold them too
MOST_PIECES = 4_000
Merged: TypeAlias = list[tuple[tuple[int, int], tuple[int, int]]]  # top, left; bottom, right: from 0 on
_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"
_SHEET = '<{}sheet name="{}" sheetId="{}" r:id="{}"/>'
_LINK = (
    '<{}Relationship Id="{}" Target="{}"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
)
_ROW = re.compile(rb'<row (?:[^>]*? )?r="(\d+)"')
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["'](?!utf-8["'])""", re.IGNORECASE)


class UnusualError(Exception):
    """This package cannot be cut."""


class Cut:
    """A long sheet: the parts of the new package that its rows stand in, how far it is filled, what is merged."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.rows = 0
        self.merged: Merged = []


def parts_of(package: zipfile.ZipFile) -> dict[str, str]:
    """The sheets of a workbook by name, with the part of the package that each is.

    Raises KeyError or ET.ParseError for a package without the usual parts.
    """
    links = ET.fromstring(package.read(LINKS))  # noqa: S314 (limited process)
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in ET.fromstring(package.read(BOOK)).iterfind(".//{*}sheet"):  # noqa: S314
        wanted = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        target = targets.get(wanted, "")
        found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def cut(package: zipfile.ZipFile, long: Mapping[str, Cut], out: IO[bytes]) -> None:
    """Write the package into ``out`` with the parts named in ``long`` cut; the new sheets follow in their order.

    Raises:
        UnusualError: they cannot be.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for info in package.infolist():
            if info.filename in long:
                new.writestr(info.filename, _HEAD + _TAIL)
            elif info.filename not in (BOOK, LINKS) and info.filename.endswith((".xml", ".rels")):
                _copy(package, info, new)
        for name, made in long.items():
            with package.open(name) as sheet:
                _Cutter(new, made).cut(sheet)
        names = [part for made in long.values() for part in made.parts]
        ids = [(f"piece{number}", part) for number, part in enumerate(names)]
        sheets = [_SHEET.format("{0}", key, 60_000 + n, key) for n, (key, _) in enumerate(ids)]
        links = [_LINK.format("{0}", key, f"/{part}") for key, part in ids]
        new.writestr(BOOK, _with(package.read(BOOK), "sheets", sheets))
        new.writestr(LINKS, _with(package.read(LINKS), "Relationships", links))


def _copy(package: zipfile.ZipFile, info: zipfile.ZipInfo, new: zipfile.ZipFile) -> None:
    with package.open(info) as old, new.open(info.filename, "w") as part:
        while piece := old.read(PIECE):
            part.write(piece)


def _with(xml: bytes, element: str, children: list[str]) -> bytes:
    """More children at the end of an element, which may have a prefix."""
    end = re.compile(rb"</((?:\w+:)?)%s>" % element.encode())
    if len(found := end.findall(xml)) != 1:
        raise UnusualError
    added = "".join(children).replace("{0}", found[0].decode()).encode()
    return end.sub(lambda match: added + match[0], xml)


class _Cutter:
    def __init__(self, package: zipfile.ZipFile, made: Cut) -> None:
        self._package, self._made = package, made
        self._last = 0  # number of the last row, from 1 on
        self._stem = f"xl/worksheets/piece{len(package.namelist())}"

    def cut(self, sheet: IO[bytes]) -> None:
        rest = sheet.read(PIECE)
        begin = rest.find(b"<sheetData>")
        if begin < 0 or _OTHER_ENCODING.search(rest[:begin]):
            raise UnusualError
        rest = rest[begin + len(b"<sheetData>") :]
        while (end := rest.find(b"</sheetData>")) < 0:
            more = sheet.read(PIECE)
            if not more or len(rest) > 4 * PIECE:
                raise UnusualError
            rest += more
            place = max(rest.rfind(b"<row "), 0)
            self._take(rest[:place])
            rest = rest[place:]
        self._take(rest[:end])
        self._merge(rest[end:], sheet)

    def _take(self, xml: bytes) -> None:
        """Rows as sheets of their own, a new one wherever many rows are left out."""
        if b"<![CDATA[" in xml or b"<!--" in xml:
            raise UnusualError
        rows = [(match.start(), int(match[1])) for match in _ROW.finditer(xml)]
        numbers = [self._last, *(number for _, number in rows)]
        if len(rows) != xml.count(b"<row") or any(after <= before for before, after in pairwise(numbers)):
            raise UnusualError
        if not rows:
            return
        far = [rows[i][0] for i in range(1, len(rows)) if rows[i][1] - rows[i - 1][1] > GAP]
        for begin, end in pairwise([0, *far, len(xml)]):
            if len(self._made.parts) == MOST_PIECES:
                raise UnusualError
            self._made.parts.append(f"{self._stem}-{len(self._made.parts)}.xml")
            self._package.writestr(self._made.parts[-1], _HEAD + xml[begin:end] + _TAIL)
        self._last = numbers[-1]
        filled = max(xml.rfind(b"<v"), xml.rfind(b"<t"))
        if filled >= 0:
            self._made.rows = numbers[bisect_left(rows, (filled, 0))]

    def _merge(self, rest: bytes, sheet: IO[bytes]) -> None:
        while rest:
            cells = _MERGED.findall(rest)
            self._made.merged += [
                ((int(top) - 1, column_of(left)), (int(bottom) - 1, column_of(right)))
                for left, top, right, bottom in cells
            ]
            more = sheet.read(PIECE)
            rest = rest[rest.rfind(b"<") :] + more if more else b""


def column_of(letters: bytes) -> int:
    """The index of a column: A is 0, AA is 26."""
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found - 1
