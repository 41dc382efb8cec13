"""What the preview of an import shows: a page of rows of one kind, and what is said about many rows at once."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from shuanglian.core.asked import page_number
from shuanglian.core.models import ImportBatch, ImportRow
from shuanglian.core.register.columns import Choice, Column, Link, YesNo
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports import staging, table
from shuanglian.core.register.imports.cells import NOTHING, ColumnReader
from shuanglian.core.register.imports.line import CHANGED, NEW, TWICE, WRONG
from shuanglian.core.register.imports.said import Said, alike
from shuanglian.core.register.messy import CellError, plain

SHOWN = 100  # rows on a page
MOST_CHOICES = 500  # words offered while a wrong cell is typed


def shown(request: HttpRequest, register: Register, batch: ImportBatch) -> dict[str, Any]:
    """The rows of one kind, a page of them, with what is said about all."""
    counts = batch.counts
    wanted = request.GET.get("show", "")
    kind = (
        wanted if counts.get(wanted) else next((k for k in (WRONG, TWICE, CHANGED, NEW) if counts[k]), "same")
    )
    last = max(1, -(-counts[kind] // SHOWN))
    page = min(page_number(request.GET.get("page", "")), last)
    columns = [column for column in table.writable(register) if column.key in batch.layout["places"]]
    rows = ImportRow.objects.filter(batch=batch, kind=kind)[(page - 1) * SHOWN : page * SHOWN]
    readers = [ColumnReader(register, c, batch.layout["places"][c.key], request.user) for c in columns]
    said = Said(batch, batch.layout["places"])
    lines = [_line(said, row, readers) for row in rows]
    often = alike(batch) if kind == WRONG else []
    missing = [c.heading for c in table.writable(register) if c.required and c not in columns]
    return {
        "counts": counts,
        "kind": kind,
        "page": page,
        "last": last,
        "lines": lines,
        "missing": missing if counts[WRONG] else [],
        "columns": columns,
        "alike": [(register.column(one["key"]), one) for one in often],
        "told": _told(register, said),
        "choices": _choices(columns, lines, often, request.user),
        "total": sum(counts.values()),
        "writes": counts[NEW] + counts[CHANGED],
    }


def _told(register: Register, said: Said) -> list[tuple[str, str, str]]:
    """What was said about many rows at once: heading, text in the sheet (or nothing: of every row), what counts."""
    all_rows = [(register.column(key).heading, "", text) for key, text in said.everywhere.items()]
    return all_rows + [
        (register.column(key).heading, text, meant)
        for key, texts in said.alike.items()
        for text, meant in texts.items()
    ]


def _line(said: Said, row: ImportRow, readers: list[ColumnReader]) -> dict[str, Any]:
    """A staged row as the preview shows it: what would be written, and what stands in the sheet where that reads otherwise."""
    stored = staging.as_cells(row.cells)
    fixes = said.of(row.number, stored)
    wrong = {} if row.kind == TWICE else row.wrong
    cells: dict[str, str] = {}
    typed: dict[str, str] = {}
    for reader in readers:
        key = reader.column.key
        there = stored[reader.place] if reader.place < len(stored) else ""
        cell = fixes.get(key, there)
        cells[key] = text = reader.column.typed(cell)
        if key not in wrong and (words := _words(reader, cell)) is not None:
            text = reader.column.typed(there) if key in said.alike else text
            cells[key] = words
            if plain(words) != plain(text).replace(",", "") and not isinstance(reader.column, YesNo):
                typed[key] = text
    return {
        "number": row.number,
        "kind": row.kind,
        "cells": cells,
        "typed": typed,
        "wrong": {key: {"reason": reason, "suggestion": guess} for key, (reason, guess) in wrong.items()},
        "changes": row.changes,
        "twin": row.twin,
    }


def _words(reader: ColumnReader, cell: Any) -> str | None:
    """A cell in the words of the ledger; nothing where it cannot be read."""
    value = reader.read(cell) if cell not in ("", None) else NOTHING
    if value is NOTHING:
        return ""
    if isinstance(value, CellError):
        return None
    plainly = isinstance(value, (dt.date, int, float, Decimal))
    return reader.column.typed(value) if plainly else reader.column.words(value)


def _choices(
    columns: list[Column], lines: list[dict[str, Any]], often: list[dict[str, Any]], user: Any
) -> dict[str, list[str]]:
    """The words that may stand in the columns that are wrong on this page, where they are few."""
    wrong = {key for line in lines for key in line["wrong"]} | {one["key"] for one in often}
    found: dict[str, list[str]] = {}
    for column in columns:
        if column.key in wrong and isinstance(column, Choice):
            found[column.key] = list(column.names().values())
        elif column.key in wrong and isinstance(column, Link):
            found[column.key] = sorted({str(target) for target in column.known(user).values()})
    return {key: words for key, words in found.items() if len(words) <= MOST_CHOICES}
