"""Long lists as files: asked for, made by a job as the one who asked, kept for him alone, let go after two days."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from shuanglian.core import jobs
from shuanglian.core.access import require
from shuanglian.core.actions.register import record_export
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now
from shuanglian.core.models import Export, ExportState, Pace
from shuanglian.core.notify import kind, tell
from shuanglian.core.register.declare import Register

KEPT = dt.timedelta(days=2)
MOST_AT_ONCE = 3  # unfinished ones of one person
LONGEST = 1_000  # characters of an address
UNFINISHED = (ExportState.WAITING, ExportState.RUNNING)
READY = kind("export_ready", "导出的文件做好了", Pace.AT_ONCE)


@transaction.atomic
def order_export(register: Register, query: str, form: str, *, total: int, by: Any) -> Export:
    """Have a list made as a file. Asked twice while it is being made, it is the same one.

    ``query`` is the address of the list, ``form`` xlsx or csv, ``total`` how many rows there are now.

    Raises:
        PermissionDenied, ValidationError: not allowed to export this register; the conditions are too long, or
            several others are being made for him.
    """
    require(by, register.permission("view"))
    require(by, register.permission("export"))
    if len(query) > LONGEST:
        raise ValidationError("条件太长，请少选几个再导出")
    mine = Export.objects.filter(by=by, state__in=UNFINISHED)
    same = mine.filter(register=register.slug, query=query, form=form).first()
    if same is not None:
        return same
    if mine.count() >= MOST_AT_ONCE:
        raise ValidationError(f"您有 {MOST_AT_ONCE} 个文件还在生成，请等它们做好，或者取消一个")
    export, is_new = Export.objects.get_or_create(
        by=by,
        register=register.slug,
        query=query,
        form=form,
        state__in=UNFINISHED,
        defaults={
            "county": by.county,
            "state": ExportState.WAITING,
            "acted_as": [post.pk for post in by.acting],
            "total": total,
            "name": f"{register.sheet_title}.{form}",
        },
    )
    if is_new:
        jobs.later("core.make_export", export_id=export.pk)
    return export


@transaction.atomic
def start_export(export: Export, *, by: Any) -> bool:
    """Begin to make the file, or begin anew after the machine stopped; whether there is anything to do.

    Raises:
        PermissionDenied: somebody else's.
    """
    export = _lock(export, by)
    if export.state not in UNFINISHED:
        return False
    export.state, export.done = ExportState.RUNNING, 0
    export.save(update_fields=["state", "done", "updated"])
    return True


@transaction.atomic
def note_exported(export: Export, done: int, *, by: Any) -> bool:
    """Say how many rows are written; whether the file is still wanted.

    Raises:
        PermissionDenied: somebody else's.
    """
    if export.by_id != by.pk:
        raise PermissionDenied
    running = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING)
    return bool(running.update(done=done, updated=now()))


@transaction.atomic
def finish_export(export: Export, register: Register, words: str, *, path: str, done: int, by: Any) -> bool:
    """Hand over the made file: it is written into the history, and he is told. Whether it was still wanted.

    Raises:
        PermissionDenied: somebody else's, or not allowed to export any more.
    """
    export = _lock(export, by)
    if export.state != ExportState.RUNNING:
        return False
    record_export(register, done, words, by=by)
    export.state, export.done, export.path = ExportState.READY, done, path
    export.size = stored(path).stat().st_size
    export.expires = now() + KEPT
    export.save(update_fields=["state", "done", "path", "size", "expires", "updated"])
    tell(
        [by],
        READY,
        f"《{export.name}》做好了，{done} {register.counter}",
        register.url("exported", export.pk),
    )
    return True


@transaction.atomic
def fail_export(export: Export, register: Register, reason: str, *, by: Any) -> None:
    """Give up, and say why.

    Raises:
        PermissionDenied: somebody else's.
    """
    export = _lock(export, by)
    if export.state in UNFINISHED:
        export.state, export.reason = ExportState.FAILED, reason[:200]
        export.save(update_fields=["state", "reason", "updated"])
        tell([by], READY, f"《{export.name}》没有做成", register.url("exported", export.pk))


@transaction.atomic
def drop_export(export: Export, *, by: Any) -> None:
    """Do without it: the job stops at the next stretch of rows, a made file is removed. Twice is once.

    Raises:
        PermissionDenied: somebody else's.
    """
    export = _lock(export, by)
    if export.state in (*UNFINISHED, ExportState.READY):
        _let_go(export, ExportState.DROPPED)


@transaction.atomic
def forget_exports(*, by: Any) -> int:
    """Remove the files kept long enough, and end what no job came back to; the account ``system`` does it every night.

    Raises:
        PermissionDenied: anybody else.
    """
    require(by, "core.forget_exports")
    over = Export.objects.filter(state=ExportState.READY, expires__lte=now())
    lost = Export.objects.filter(state__in=UNFINISHED, updated__lt=now() - KEPT)
    gone = [*over.select_for_update(no_key=True), *lost.select_for_update(no_key=True)]
    for export in gone:
        _let_go(export, ExportState.EXPIRED)
    return len(gone)


@transaction.atomic
def record_print(register: Register, count: int, words: str, *, by: Any) -> None:
    """Write into the history what was opened to be printed: which ledger, how many rows, under which conditions.

    Raises:
        PermissionDenied: not allowed to export this register.
    """
    require(by, register.permission("export"))
    note = f"{register.sheet_title}，{count} {register.counter}" + (f"，条件：{words}" if words else "")
    record(by, "print", by=by, before=snapshot(by), note=note)


def stored(path: str) -> Path:
    """Where a made file lies."""
    return Path(settings.PRIVATE_FILES) / path


def _lock(export: Export, by: Any) -> Export:
    if export.by_id != by.pk:
        raise PermissionDenied
    return Export.objects.select_for_update(no_key=True).get(pk=export.pk)


def _let_go(export: Export, state: ExportState) -> None:
    path, export.path, export.state = export.path, "", state
    export.save(update_fields=["path", "state", "updated"])
    if path:
        transaction.on_commit(lambda: stored(path).unlink(missing_ok=True))
