"""Sheets that come in: taken, checked, corrected, written, taken back. Short ones at once, long ones by a job.

A job does all its work in one transaction, so that whatever happens to it leaves nothing half done. ``stop_import`` is said
through the row of the file, because the job holds the batch.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from shuanglian.core import jobs
from shuanglian.core.access import require
from shuanglian.core.actions import locks
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now
from shuanglian.core.feeding import copy
from shuanglian.core.files import safe_name
from shuanglian.core.models import (
    Entry,
    ImportBatch,
    ImportFile,
    ImportPiece,
    ImportRow,
    ImportState,
    KnownHeading,
)
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports import staging, table
from shuanglian.core.register.imports.line import CHANGED, NEW, SAME, TWICE, WRONG
from shuanglian.core.register.imports.said import ALIKE
from shuanglian.core.register.imports.workbook import accept, is_short
from shuanglian.core.register.imports.writing import NotWrittenError, Outcome, StaleError, write
from shuanglian.core.register.messy import plain

AT_ONCE = 500  # rows written or taken back while a person waits
CHECKED_AT_ONCE = 2_000  # rows checked again while a person waits
KEPT = dt.timedelta(days=2)
KEPT_FOR_UNDOING = dt.timedelta(days=30)
_KEEP = "COPY core_importfile (batch_id, data, stopped) FROM STDIN"  # a statement would be made four times as long


@transaction.atomic
def open_import(register: Register, upload: UploadedFile[Any], *, by: Any) -> ImportBatch:
    """Take in a sheet and check it; this user's earlier ones that nobody confirmed are let go.

    Raises:
        PermissionDenied, ValidationError: neither add nor change is allowed; the file is not an acceptable workbook.
    """
    locks.require_import(register, by)
    data = accept(upload)
    for earlier in ImportBatch.objects.filter(by=by, register=register.slug, state__in=locks.LOOKED_AT):
        locks.let_go(earlier)
    batch = ImportBatch.objects.create(
        county=by.county,
        by=by,
        register=register.slug,
        name=safe_name(upload.name or ""),
        acted_as=[post.pk for post in by.acting],
    )
    copy(_KEEP, f"{batch.pk}\t\\\\x{data.hex()}\tf\n")
    if is_short(data):
        _check(batch, register, by)
    else:
        jobs.later("core.check_import", batch_id=batch.pk)
    return batch


@transaction.atomic
def check_import(batch: ImportBatch, register: Register, *, by: Any) -> ImportBatch:
    """Check a long sheet; run by the job, on behalf of who brought it. Twice is once.

    Raises:
        PermissionDenied: not the person who brought it, or no longer allowed to import.
    """
    batch = locks.take_up_import(batch, register, by)
    if batch.state != ImportState.CHECKING:
        return batch
    try:
        with transaction.atomic():
            _check(batch, register, by)
            locks.last_word(batch)
    except locks.StoppedError:
        locks.let_go(batch)
    except ValidationError as error:
        batch.problem = "；".join(error.messages)[:300]
        locks.let_go(batch, ImportState.FAILED)
    return batch


@transaction.atomic
def map_import(
    batch: ImportBatch,
    register: Register,
    first: int,
    places: Mapping[str, int],
    *,
    everywhere: Mapping[str, str] | None = None,
    by: Any,
) -> ImportBatch:
    """Say by hand which column of the sheet is which of ours; what the columns are called is remembered for next time.

    ``first`` is the index of the first row of data, ``places`` column key → index of the column in the sheet,
    ``everywhere`` column key → what all rows say where the sheet has no such column.

    Raises:
        PermissionDenied, ValidationError: somebody else's sheet; a needed column is missing or doubled; no such sheet.
    """
    batch = locks.lock_import(batch, by, *locks.LOOKED_AT)
    found = table.placed(register, staging.sample_of(batch), first, places)
    alike = {key: text for key, text in (everywhere or {}).items() if key not in found.places}
    batch.layout["chosen"] = {"first": first, "places": dict(found.places), "all": alike}
    for key, place in found.places.items():
        head = found.heads[place] if place < len(found.heads) else ""
        if head and plain(register.column(key).heading) != head:
            KnownHeading.objects.update_or_create(
                user=by, register=register.slug, head=head[:60], defaults={"column": key}
            )
    return _check_again(batch, register, by)


@transaction.atomic
def turn_import(batch: ImportBatch, register: Register, sheet: int, *, by: Any) -> ImportBatch:
    """Look at another sheet of the same file instead; what was corrected on the one before is gone.

    Raises:
        PermissionDenied, ValidationError: somebody else's file; written or cancelled already; no such sheet.
    """
    batch = locks.lock_import(batch, by, *locks.LOOKED_AT)
    rows = {at: rows for at, _, rows in batch.layout.get("others", ())}
    if sheet not in rows:
        raise ValidationError("文件里没有这个工作表，请重新选择")
    batch.layout, batch.fixes, batch.problem = {"turned": sheet, "rows": rows[sheet]}, {}, ""
    return _check_again(batch, register, by)


@transaction.atomic
def fix_import(
    batch: ImportBatch,
    register: Register,
    fixes: Mapping[str, Mapping[str, str]],
    *,
    alike: Mapping[str, Mapping[str, str]] | None = None,
    by: Any,
) -> ImportBatch:
    """Keep what was corrected on the preview (sheet row → column → text) and check again; the file stays as it came.

    ``alike``: column → text as it stands in the sheet → what it means wherever it stands.

    Raises:
        PermissionDenied, ValidationError: somebody else's sheet; written or cancelled already.
    """
    batch = locks.lock_import(batch, by, ImportState.OPEN)
    for number, cells in fixes.items():
        batch.fixes.setdefault(number, {}).update(cells)
    for key, texts in (alike or {}).items():
        batch.fixes.setdefault(ALIKE, {}).setdefault(key, {}).update(texts)
    return _check_again(batch, register, by)


@transaction.atomic
def drop_import(batch: ImportBatch, *, by: Any) -> None:
    """Cancel a sheet before it is written.

    Raises:
        PermissionDenied, ValidationError: as ``fix_import``.
    """
    locks.let_go(locks.lock_import(batch, by, *locks.LOOKED_AT))


@transaction.atomic
def confirm_import(
    batch: ImportBatch, register: Register, *, seen: Mapping[str, int], only_valid: bool, by: Any
) -> ImportBatch:
    """Write a sheet that was looked at: at once when it is short, by a job when it is long.

    ``seen`` are the counts of the preview. When the ledger has changed since, nothing is written, the sheet is checked
    again and the answer is still open.

    Raises:
        PermissionDenied: somebody else's sheet, or not allowed to import.
        ValidationError: written already, corrected elsewhere since, nothing to write, or all-or-nothing was asked and a row
            cannot be written.
    """
    locks.require_import(register, by)
    batch = locks.lock_import(batch, by, ImportState.OPEN)
    counts = batch.counts
    if counts != seen:
        raise ValidationError("内容刚刚有变化，请再看一遍下面的结果，然后导入", code="stale")
    if not counts[NEW] + counts[CHANGED]:
        raise ValidationError("没有要写入的行")
    if not only_valid and counts[WRONG] + counts[TWICE]:
        raise ValidationError(f"还有 {counts[WRONG] + counts[TWICE]} 行要修改或重复，整批写入不能进行")
    batch.only_valid, batch.state = only_valid, ImportState.WAITING
    batch.acted_as = [post.pk for post in by.acting]
    if counts[NEW] + counts[CHANGED] <= AT_ONCE:
        return _write(batch, register, by)
    batch.save()
    jobs.later("core.write_import", batch_id=batch.pk)
    return batch


@transaction.atomic
def write_import(batch: ImportBatch, register: Register, *, by: Any) -> ImportBatch:
    """Write a long sheet that was confirmed; run by the job, on behalf of who confirmed it. Twice is once.

    Raises:
        PermissionDenied: not the person who confirmed it, or no longer allowed to import.
    """
    batch = locks.take_up_import(batch, register, by)
    return _write(batch, register, by) if batch.state == ImportState.WAITING else batch


@transaction.atomic
def stop_import(batch: ImportBatch, *, by: Any) -> ImportBatch:
    """Give up what a job is doing or about to do with a sheet: nothing of it stays.

    Raises:
        PermissionDenied: somebody else's sheet.
    """
    if batch.by_id != by.pk:
        raise PermissionDenied
    ImportFile.objects.filter(batch=batch).update(stopped=True)
    free = ImportBatch.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=batch.pk).first()
    if free is None:
        return batch  # the job holds it; it hears of it after its present piece
    if free.state in locks.BACK_TO:
        locks.step_back(free)
    return free


@transaction.atomic
def fail_import(batch: ImportBatch, why: str, *, by: Any) -> None:
    """A job could not do its work: say so on the page. What was written before stays written.

    Raises:
        PermissionDenied: somebody else's sheet.
    """
    if batch.by_id != by.pk:
        raise PermissionDenied
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if batch.state in locks.BACK_TO:
        undoing = batch.state == ImportState.UNDOING
        batch.state = ImportState.WRITTEN if undoing else ImportState.FAILED
        batch.problem = why
        batch.save()


@transaction.atomic
def forget_imports(*, by: Any) -> int:
    """Remove sheets nobody came back to for two days, and what undoing needed after a month; ``system`` does it nightly.

    Raises:
        PermissionDenied: anybody else.
    """
    require(by, "core.forget_imports")
    old = ImportBatch.objects.filter(updated__lt=now() - KEPT)
    count, _ = ImportFile.objects.filter(batch__in=old).delete()
    open_ones = old.filter(state__in=(*locks.LOOKED_AT, ImportState.CHECKING, ImportState.WAITING))
    ImportRow.objects.filter(batch__in=open_ones).delete()
    ImportPiece.objects.filter(batch__in=old).delete()
    open_ones.update(state=ImportState.DROPPED)
    ImportRow.objects.filter(batch__updated__lt=now() - KEPT_FOR_UNDOING).delete()
    staging.forget_cells()
    return count


def _check(batch: ImportBatch, register: Register, by: Any) -> None:
    """Stage the rows; afterwards the batch is open, or waits to be told which column is which."""
    try:
        staging.stage(batch, register, user=by, report=locks.reporter(batch))
        batch.state = ImportState.OPEN
    except table.UnknownHeadingsError as error:
        batch.state, batch.problem = ImportState.UNCLEAR, "；".join(error.messages)[:300]
    batch.save()


def _check_again(batch: ImportBatch, register: Register, by: Any) -> ImportBatch:
    batch.acted_as = [post.pk for post in by.acting]
    if batch.layout.get("rows", 0) <= CHECKED_AT_ONCE:
        _check(batch, register, by)
    else:
        batch.state = ImportState.CHECKING
        batch.save()
        jobs.later("core.check_import", batch_id=batch.pk)
    return batch


def _write(batch: ImportBatch, register: Register, by: Any) -> ImportBatch:
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        with transaction.atomic():
            outcome = write(batch, register, by=by, report=locks.reporter(batch))
            locks.last_word(batch)
            staging.keep_refused(batch, outcome.refused)
            staging.keep_written(batch, outcome.written, as_decided=outcome.as_decided is not None)
    except locks.StoppedError:
        locks.step_back(batch)
    except StaleError:
        batch.problem = "台账刚刚有变化，请再看一遍下面的结果，然后导入"
        _check_again(batch, register, by)
    except NotWrittenError as error:
        staging.keep_refused(batch, error.wrong)
        batch.state = ImportState.FAILED
        batch.save()
    else:
        _close(batch, register, newest, outcome, by)
    return batch


def _close(batch: ImportBatch, register: Register, newest: int, outcome: Outcome, by: Any) -> None:
    new, changed, refused = outcome.count(NEW), outcome.count(CHANGED), len(outcome.refused)
    counts = batch.counts | {NEW: new, CHANGED: changed, WRONG: batch.counts[WRONG] + refused}
    batch.state, batch.counts, batch.written, batch.problem = ImportState.WRITTEN, counts, now(), ""
    note = (
        f"{register.sheet_title}，文件“{batch.name}”：新增 {new} {register.counter}，更新 {counts[CHANGED]}，"
    )
    note += f"没变 {counts[SAME]}，没写入 {counts[WRONG] + counts[TWICE]}"
    line = record(by, "import", by=by, before=snapshot(by), note=note)
    batch.first_entry, batch.last_entry = newest, line.pk
    batch.save()
    ImportFile.objects.filter(batch=batch).update(data=b"")
