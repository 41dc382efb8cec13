"""A written sheet is taken back as a whole: at once when it is short, by a job when it is long."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.core import jobs
from shuanglian.core.actions import locks
from shuanglian.core.actions.imports import AT_ONCE
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now
from shuanglian.core.models import ImportBatch, ImportFile, ImportRow, ImportState
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports.line import CHANGED, NEW
from shuanglian.core.register.imports.undoing import NotUndoneError, undo

UNDONE_WITHIN = dt.timedelta(days=30)
Hindrances = list[tuple[int, str, str]]


@transaction.atomic
def undo_import(batch: ImportBatch, register: Register, *, by: Any) -> Hindrances:
    """Take a written sheet back as a whole: at once when it is short, by a job when it is long.

    Returns what prevents it: number in the sheet, name of the row, why. Nothing is changed then.

    Raises:
        PermissionDenied: somebody else's sheet, or not allowed to import.
        ValidationError: not written, too long ago, or other things were changed by it as well.
    """
    locks.require_import(register, by)
    batch = locks.lock_import(batch, by, ImportState.WRITTEN)
    if not can_undo(batch):
        raise ValidationError("导入超过 30 天，不能再整批撤回")
    batch.acted_as = [post.pk for post in by.acting]
    if batch.counts[NEW] + batch.counts[CHANGED] <= AT_ONCE:
        return _undo(batch, register, by)
    batch.state = ImportState.UNDOING
    batch.save()
    ImportFile.objects.get_or_create(batch=batch, defaults={"data": b""})
    jobs.later("core.take_back_import", batch_id=batch.pk)
    return []


@transaction.atomic
def take_back_import(batch: ImportBatch, register: Register, *, by: Any) -> ImportBatch:
    """Take back a long sheet; run by the job. What prevents it stands in ``layout["hindrances"]`` afterwards.

    Raises:
        PermissionDenied: not the person who asked for it, or no longer allowed to import.
    """
    batch = locks.take_up_import(batch, register, by)
    if batch.state != ImportState.UNDOING:
        return batch
    try:
        batch.layout["hindrances"] = _undo(batch, register, by)
    except ValidationError as error:
        batch.state, batch.problem = ImportState.WRITTEN, "；".join(error.messages)
    batch.save()
    return batch


def can_undo(batch: ImportBatch) -> bool:
    """Whether it is not too late to take a sheet back."""
    return (
        batch.state == ImportState.WRITTEN
        and batch.written is not None
        and batch.written > now() - UNDONE_WITHIN
    )


def _undo(batch: ImportBatch, register: Register, by: Any) -> Hindrances:
    try:
        with transaction.atomic():
            count = undo(batch, register, by=by, report=locks.reporter(batch))
            locks.last_word(batch)
    except NotUndoneError as error:
        batch.state = ImportState.WRITTEN
        return error.hindrances
    except locks.StoppedError:
        locks.step_back(batch)
        return []
    batch.state = ImportState.UNDONE
    batch.save()
    ImportRow.objects.filter(batch=batch).delete()
    note = f"{register.sheet_title}，文件“{batch.name}”：撤回 {count} {register.counter}"
    record(by, "undo_import", by=by, before=snapshot(by), note=note)
    return []
