"""A sheet on its way into the ledger: every row with its cells and what would become of it, in ``ImportRow``.

The preview, the workbook of wrong rows and the writing all read from here; the file itself is read once for each check.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError

from shuanglian.core.bulk import uncollected
from shuanglian.core.feeding import feeding
from shuanglian.core.models import (
    ImportBatch,
    ImportFile,
    ImportPiece,
    ImportRow,
    ImportState,
    KnownHeading,
)
from shuanglian.core.register.columns import Choice, Column, Link
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports import table
from shuanglian.core.register.imports.chapters import chapters_of
from shuanglian.core.register.imports.ground import ground
from shuanglian.core.register.imports.intake import LONGEST, Intake, Left, Report, stage_lines
from shuanglian.core.register.imports.line import CHANGED, KINDS, NEW, SAME, WHOLE_ROW, WRONG
from shuanglian.core.register.imports.plan import AT_ONCE, Checker
from shuanglian.core.register.imports.rows import Found
from shuanglian.core.register.imports.said import Said
from shuanglian.core.register.imports.workbook import REFUSALS, Book, Sheet, as_cell, opened
from shuanglian.core.register.messy import CellError, as_text, plain

SAMPLE = 12  # rows of a sheet that the page of columns shows
_TELLING = 3  # characters of a name that is looked for in titles
Piece: TypeAlias = list[tuple[int, str, int, list[Any], list[list[str]]]]


@uncollected()
def stage(batch: ImportBatch, register: Register, *, user: Any, report: Report) -> None:
    """Check the batch's file as it stands, with its corrections; sets ``layout``, ``counts`` and ``ground``, unsaved.

    ``report(done, total)`` is called between pieces and may raise to stop.

    Raises:
        UnknownHeadingsError: it must be said by hand which column is which; ``layout`` shows the sheet.
        ValidationError: the sheet cannot be used, or was removed after two days.
    """
    file = ImportFile.objects.filter(batch=batch).defer("data").first()
    if file is None:
        raise ValidationError("这个文件放得太久，已经清掉了，请重新选择")
    forget(batch)
    batch.ground = ground(register, user) if register.weigh_many is not None else ""
    with opened(file.pieces()) as book:
        found = _found(batch, register, book, user)
        told = batch.layout.get("chosen", {}).get("all", {})
        chapters = chapters_of(found, register, user, told)
        said = Said(batch, found.places, chapters.growing() if chapters else {})
        left = Left(found, chapters)
        intake = Intake(batch, left, said, Checker(register, said.places, user=user), report)
        with feeding():
            intake.take_in(book)
        batch.counts = {kind: intake.counts[kind] for kind in KINDS}
        batch.layout = _layout(batch, found, left) | {
            "hidden": book.hidden,
            "places": dict(said.places),
            "chapters": chapters.growing() if chapters else {},
            "unread": _unread(book),
        }


def forget(batch: ImportBatch) -> None:
    """Remove everything that was staged of a sheet."""
    ImportRow.objects.filter(batch=batch).delete()
    ImportPiece.objects.filter(batch=batch).delete()


def learned(user: Any, register: Register) -> dict[str, str]:
    """What this user calls columns in his sheets: heading → column key."""
    known = KnownHeading.objects.filter(user=user, register=register.slug)
    return dict(known.values_list("head", "column"))


def sample_of(batch: ImportBatch) -> Sheet:
    """The first rows of the sheet, as text."""
    layout = batch.layout
    return Sheet(at=layout["at"], name=layout["sheet"], rows=layout["rows"], head=layout["sample"])


def guess(batch: ImportBatch, register: Register, user: Any, first: int) -> dict[str, int]:
    """Where our columns probably stand when their headings stand in the row before ``first``: by the words of the
    headings, and where these say nothing by what stands beneath them.
    """
    rows = sample_of(batch).head
    heads = rows[first - 1] if 0 < first <= len(rows) else []
    places = table.guess(register, heads, learned(user, register))
    for column in table.writable(register):
        if column.key not in places and _is_telling(column):
            fitting = _fitting(column, rows[first:], user) - set(places.values())
            if len(fitting) == 1:
                places[column.key] = fitting.pop()
    return places


def _is_telling(column: Column) -> bool:
    """Whether texts can be known as this column's: words of a list, rows of a ledger, codes of one shape."""
    return isinstance(column, (Choice, Link)) or column.check is not None


def everywhere(batch: ImportBatch, column: Column, user: Any, first: int) -> str:
    """What all rows probably say in a column that the sheet does not have: the one name that its titles tell."""
    known = column.known(user) if isinstance(column, Link) else {}
    above = plain("".join(cell for row in sample_of(batch).head[: max(first - 1, 0)] for cell in row))
    told = {str(target) for name, target in known.items() if len(name) >= _TELLING and name in above}
    return told.pop() if len(told) == 1 else ""


def _fitting(column: Column, rows: Sequence[Sequence[str]], user: Any) -> set[int]:
    """The places where every text of the sample can be read as this column."""
    known, fitting = column.known(user), set()
    for place in range(max(map(len, rows), default=0)):
        texts = {row[place] for row in rows if place < len(row) and row[place]}
        if texts and all(_reads(column, text, known) for text in texts):
            fitting.add(place)
    return fitting


def _reads(column: Column, text: str, known: Any) -> bool:
    try:
        value = column.read(text, known)
        if column.check is not None:
            column.check(value)
    except (CellError, ValidationError):
        return False
    return True


def pieces(batch: ImportBatch, kinds: Iterable[str] = KINDS) -> Iterator[Piece]:
    """The staged rows in the order of the sheet: number, kind, twin, cells, changes.

    The next piece is fetched before one is given, so that asking for it waits for nothing that was done with the last.
    """
    found = _pieces(batch, kinds)
    piece = next(found, [])
    while piece:
        following = next(found, [])
        yield piece
        piece = following


def _pieces(batch: ImportBatch, kinds: Iterable[str]) -> Iterator[Piece]:
    last = 0
    while True:
        rows = ImportRow.objects.filter(batch=batch, number__gt=last, kind__in=tuple(kinds)).order_by(
            "number"
        )
        found = rows.values_list("number", "kind", "twin", "cells", "changes")[:AT_ONCE]
        piece = [(*known, as_cells(cells), changes) for *known, cells, changes in found]
        if not piece:
            return
        yield piece
        last = piece[-1][0]


def as_cells(stored: list[Any]) -> list[Any]:
    """The cells of a staged row as they were read: JSON holds no dates."""
    return [as_cell(cell) if type(cell) is dict else cell for cell in stored]


def decided(batch: ImportBatch) -> Iterator[str]:
    """The new rows as they were decided (``Many.packed``), piece by piece."""
    last = 0
    pieces = ImportPiece.objects.filter(batch=batch).order_by("number").values_list("number", "rows")
    while piece := pieces.filter(number__gt=last).first():
        last, rows = piece
        yield rows


def keep_refused(batch: ImportBatch, refused: Mapping[int, str]) -> None:
    """Mark the rows that their action refused, with the reason."""
    rows = list(ImportRow.objects.filter(batch=batch, number__in=refused))
    for row in rows:
        row.kind, row.wrong, row.object_id = WRONG, {WHOLE_ROW: [refused[row.number], ""]}, None
    ImportRow.objects.bulk_update(rows, ("kind", "wrong", "object_id"), batch_size=AT_ONCE)


def keep_written(
    batch: ImportBatch, written: Iterable[tuple[int, str, int]], *, as_decided: bool = False
) -> None:
    """After writing: of the rows that were written what undoing needs; those that were not stay as they are.

    ``written`` are number, kind and key of the row in the ledger; ``as_decided``: beside them all new rows, whose keys
    were staged. Their cells go by night (``forget_cells``).
    """
    kinds = (CHANGED, SAME) if as_decided else (NEW, CHANGED, SAME)
    ImportRow.objects.filter(batch=batch, kind__in=kinds).delete()
    ImportPiece.objects.filter(batch=batch).delete()
    stage_lines(batch, (f"{number}\t{kind}\t[]\t0\t{{}}\t[]\t{key}" for number, kind, key in written))


def forget_cells() -> None:
    """Of rows written long since only what undoing needs."""
    written = ImportRow.objects.filter(batch__state=ImportState.WRITTEN, object_id__isnull=False)
    written.exclude(cells=[]).update(cells=[])


def _found(batch: ImportBatch, register: Register, book: Book, user: Any) -> Found:
    """Where the ledger stands: as it was said by hand, or by the words of the headings."""
    chosen, turned = batch.layout.get("chosen"), batch.layout.get("turned")
    sheets = [sheet for sheet in book.sheets if sheet.at == turned] or book.sheets
    if chosen:
        sheet = next((s for s in book.sheets if s.at == batch.layout["at"]), book.sheets[0])
        return table.placed(register, sheet, chosen["first"], chosen["places"])
    try:
        found = table.find(register, book.sheets, learned(user, register), at=turned)
    except table.UnknownHeadingsError:
        shown = max((s for s in sheets if not s.refused), key=lambda sheet: sheet.rows)
        others = _names(_beside(shown, book))
        batch.layout = {**_sample(shown), **_kept(batch), "others": others, "unread": _unread(book)}
        raise
    batch.layout["alike"] = turned is None and bool(found.others)
    return _by_contents(replace(found, others=_beside(found.sheet, book)), register, user)


def _beside(shown: Sheet, book: Book) -> tuple[Sheet, ...]:
    """The other sheets that somebody may look at."""
    return tuple(sheet for sheet in book.sheets if sheet is not shown and not sheet.refused)


def _unread(book: Book) -> list[tuple[str, str]]:
    """The sheets that nobody can look at, and why."""
    return [(sheet.name, REFUSALS[sheet.refused]) for sheet in book.sheets if sheet.refused]


def _by_contents(found: Found, register: Register, user: Any) -> Found:
    """Columns that a row cannot do without and no heading names: the only one of the others that can be read as one.

    A column of townships is that of townships, whatever it is called; it is named with the guesses.
    """
    keys = {key for keys in register.keys for key in keys}
    rows = [[as_text(cell) for cell in row] for row in found.sheet.head[found.first :]]
    rows = [row for row in rows if any(row) and found.is_data(row)]
    taken = set(found.places.values()) | {
        place for place, head in enumerate(found.heads) if head in found.computed
    }
    places, guessed = dict(found.places), list(found.guessed)
    for column in table.writable(register):
        if column.key not in places and (column.required or column.key in keys) and _is_telling(column):
            fitting = [p for p in _fitting(column, rows, user) - taken if p < len(found.heads)]
            if len(fitting) == 1 and (head := found.heads[fitting[0]]):
                places[column.key] = fitting[0]
                taken.add(fitting[0])
                guessed.append((head, column.heading))
    unused = tuple(head for head in found.unused if head not in {theirs for theirs, _ in guessed})
    return replace(found, places=places, guessed=tuple(guessed), unused=unused)


def _layout(batch: ImportBatch, found: Found, left: Left) -> dict[str, Any]:
    return {
        **_sample(found.sheet),
        "first": found.first,
        "heads": list(found.heads),
        "unused": list(found.unused),
        "computed": list(found.computed),
        "guessed": list(found.guessed),
        "skipped": left.count,
        "left": left.first,
        "apart": left.apart,
        "others": _names(found.others) or batch.layout.get("others", []),
        **_kept(batch),
    }


def _kept(batch: ImportBatch) -> dict[str, Any]:
    """What was said by hand about the file, and whether others of its sheets look like this ledger too."""
    return {key: batch.layout[key] for key in ("chosen", "turned", "alike") if key in batch.layout}


def _names(sheets: Iterable[Sheet]) -> list[tuple[int, str, int]]:
    return [(sheet.at, sheet.name, sheet.rows) for sheet in sheets]


def _sample(sheet: Sheet) -> dict[str, Any]:
    rows = [[as_text(cell)[:LONGEST] for cell in row] for row in sheet.head]
    return {
        "at": sheet.at,
        "sheet": sheet.name,
        "rows": sheet.rows,
        "sample": rows,
        "first": table.likely_heads(sheet) + 1,
    }
