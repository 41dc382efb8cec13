"""What somebody said by hand about a sheet: about one row, about every cell with the same text, about all rows alike.

A township's list says nowhere that all its rows are of that township; a register of the market office calls eight hundred
private enterprises 有限责任公司(自然人投资或控股). Both are said once. The file stays as it came.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.db import connection
from psycopg.types.json import Json

from shuanglian.core.models import ImportBatch
from shuanglian.core.register.imports.line import WRONG
from shuanglian.core.register.messy import as_text

NOWHERE = 1_000  # the place of a column that the sheet does not have
ALIKE = "="  # among the corrections of a sheet: column → text as it stands there → what it means
MOST_ALIKE = 12  # texts offered at once
_ALIKE = """
    SELECT one.key, cells ->> (%(places)s::jsonb ->> one.key)::int AS text, min(one.value ->> 0) AS reason,
           min(one.value ->> 1) AS suggestion, count(*) AS rows
      FROM core_importrow, jsonb_each(wrong) AS one
     WHERE batch_id = %(batch)s AND kind = %(kind)s AND %(places)s::jsonb ? one.key
       AND jsonb_typeof(cells -> (%(places)s::jsonb ->> one.key)::int) = 'string'
     GROUP BY one.key, text HAVING count(*) > 1 ORDER BY count(*) DESC, one.key, text LIMIT %(most)s
"""


class Said:
    """The corrections of a sheet, ready to be asked row by row.

    ``chapters`` are those of ``chapters.Chapters``, which may still grow; without them those that the batch keeps.
    """

    def __init__(
        self, batch: ImportBatch, places: Mapping[str, int], chapters: Mapping[str, Any] | None = None
    ) -> None:
        self.everywhere: Mapping[str, str] = batch.layout.get("chosen", {}).get("all", {})
        self.alike: Mapping[str, Mapping[str, str]] = batch.fixes.get(ALIKE, {})
        told = batch.layout.get("chapters", {}) if chapters is None else chapters
        self._chapter: str = told.get("key", "")
        self._chapters: Sequence[tuple[int, str]] = told.get("rows", ())
        nowhere = [*self.everywhere, *filter(None, [self._chapter])]
        self.places = {**dict.fromkeys(nowhere, NOWHERE), **places}
        self._rows: Mapping[str, Mapping[str, str]] = batch.fixes
        self._looked_at = [
            (key, self.places[key], texts) for key, texts in self.alike.items() if key in places
        ]

    def of(self, number: int, cells: Sequence[Any]) -> Mapping[str, str]:
        """What counts in a row instead of its cells: column → text."""
        row = self._rows.get(str(number), {})
        if not self.everywhere and not self._looked_at and not self._chapter:
            return row
        return {**self.everywhere, **self._above(number), **self._meant(cells), **row}

    def _above(self, number: int) -> dict[str, str]:
        """What the chapter above a row says."""
        at = bisect_right(self._chapters, number, key=itemgetter(0))
        return {self._chapter: self._chapters[at - 1][1]} if at else {}

    def _meant(self, cells: Sequence[Any]) -> dict[str, str]:
        found = ((key, texts.get(_text(cells, place))) for key, place, texts in self._looked_at)
        return {key: meant for key, meant in found if meant is not None}


def alike(batch: ImportBatch) -> list[dict[str, Any]]:
    """The texts that are wrong in more than one row, the most frequent first: column key, text, reason, suggestion, rows."""
    if not batch.counts.get(WRONG):
        return []
    known: dict[str, Any] = {
        "places": Json(batch.layout["places"]),
        "batch": batch.pk,
        "kind": WRONG,
        "most": MOST_ALIKE,
    }
    names = ("key", "text", "reason", "suggestion", "rows")
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, known)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall() if row[1].strip()]


def _text(cells: Sequence[Any], place: int) -> str:
    cell = cells[place] if place < len(cells) else ""
    return as_text(cell) if isinstance(cell, str) else ""
