"""What can be done with any register: a person's own views of it, sheets that come in, sheets that go out."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from shuanglian.core import jobs
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now
from shuanglian.core.files import safe_name
from shuanglian.core.models import ColumnChoice, ImportBatch, ImportFile, ImportState, SavedView
from shuanglian.core.register.declare import Register
from shuanglian.core.register.plan import CHANGED, NEW, SAME, WRONG, Plan, plan_of
from shuanglian.core.register.workbook import accept
from shuanglian.core.register.writing import NotWrittenError, write

MOST_VIEWS = 12
AT_ONCE = 300  # rows written while a person waits; more are written by a job
KEPT = dt.timedelta(days=2)


@transaction.atomic
def choose_columns(register: Register, keys: list[str], *, by: Any) -> None:
    """Remember which columns somebody wants to see; a personal setting, not history.

    Raises:
        PermissionDenied: the register is not open to this user.
    """
    require(by, register.permission("view"))
    known = [column.key for column in register.columns if column.key in keys]
    ColumnChoice.objects.update_or_create(user=by, register=register.slug, defaults={"columns": known})


@transaction.atomic
def save_view(register: Register, name: str, query: str, *, by: Any) -> SavedView:
    """Remember a narrowed list under a name; the same name again replaces it.

    Raises:
        PermissionDenied, ValidationError: register not open; no name, too long, or a dozen kept already.
    """
    require(by, register.permission("view"))
    name = name.strip()
    if not name:
        raise ValidationError({"name": "给这组条件起个名字"})
    if len(name) > 20 or len(query) > 1000:
        raise ValidationError({"name": "名字不能超过 20 个字，条件也不能太长"})
    mine = SavedView.objects.filter(user=by, register=register.slug)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise ValidationError({"name": f"最多存 {MOST_VIEWS} 组条件，请先删掉不用的"})
    view, _ = mine.update_or_create(
        name=name, defaults={"query": query, "user": by, "register": register.slug}
    )
    return view


@transaction.atomic
def drop_view(view: SavedView, *, by: Any) -> None:
    """Forget one of one's own saved lists.

    Raises:
        PermissionDenied: it is somebody else's.
    """
    if view.user_id != by.pk:
        raise PermissionDenied
    view.delete()


@transaction.atomic
def record_export(register: Register, count: int, words: str, *, by: Any) -> None:
    """Write into the exporter's history what left the house: which ledger, how many rows, under which conditions.

    Raises:
        PermissionDenied: not allowed to export this register.
    """
    require(by, register.permission("export"))
    note = f"{register.sheet_title}，{count} {register.counter}" + (f"，条件：{words}" if words else "")
    record(by, "export", by=by, before=snapshot(by), note=note)


@transaction.atomic
def open_import(register: Register, upload: UploadedFile[Any], *, by: Any) -> ImportBatch:
    """Take in a sheet for preview; the bytes of this user's earlier ones for the register are let go.

    Raises:
        PermissionDenied, ValidationError: neither add nor change is allowed; the file is not an acceptable workbook.
    """
    _require_import(register, by)
    data = accept(upload)
    mine = ImportBatch.objects.filter(by=by, register=register.slug)
    ImportFile.objects.filter(batch__in=mine.exclude(state=ImportState.WAITING)).delete()
    mine.filter(state=ImportState.OPEN).update(state=ImportState.DROPPED)
    batch = ImportBatch.objects.create(
        county=by.county, by=by, register=register.slug, name=safe_name(upload.name or "")
    )
    ImportFile.objects.create(batch=batch, data=data)
    return batch


@transaction.atomic
def fix_import(batch: ImportBatch, fixes: dict[str, dict[str, str]], *, by: Any) -> None:
    """Keep what was corrected on the preview: sheet row → column → text; the file itself stays as it came.

    Raises:
        PermissionDenied, ValidationError: somebody else's sheet; written or cancelled already.
    """
    batch = _lock_open(batch, by)
    for number, cells in fixes.items():
        batch.fixes.setdefault(number, {}).update(cells)
    batch.save(update_fields=["fixes", "updated"])


@transaction.atomic
def drop_import(batch: ImportBatch, *, by: Any) -> None:
    """Cancel a sheet before it is written.

    Raises:
        PermissionDenied, ValidationError: as ``fix_import``.
    """
    batch = _lock_open(batch, by)
    batch.state = ImportState.DROPPED
    batch.save(update_fields=["state", "updated"])
    ImportFile.objects.filter(batch=batch).delete()


@transaction.atomic
def confirm_import(
    batch: ImportBatch, register: Register, *, seen: dict[str, int], only_valid: bool, by: Any
) -> ImportBatch:
    """Write a sheet that was looked at: at once when it is short, by a job when it is long.

    ``seen`` are the counts of the preview; the ledger may have changed since.

    Raises:
        PermissionDenied: somebody else's sheet, or not allowed to import.
        ValidationError: written already, changed since it was looked at, nothing to write, or all-or-nothing was asked
            and a row cannot be written.
    """
    _require_import(register, by)
    batch = _lock_open(batch, by)
    plan = plan_of(batch, register, by)
    if plan.counts != seen:
        raise ValidationError("台账刚刚有变化，请再看一遍下面的结果，然后导入", code="stale")
    if not plan.of(NEW, CHANGED):
        raise ValidationError("没有要写入的行")
    if plan.of(WRONG) and not only_valid:
        raise ValidationError(f"还有 {plan.counts[WRONG]} 行要修改，整批写入不能进行")
    batch.only_valid = only_valid
    if len(plan.of(NEW, CHANGED)) <= AT_ONCE:
        return _write(batch, plan, by)
    batch.state = ImportState.WAITING
    batch.save(update_fields=["state", "only_valid", "updated"])
    jobs.later("core.write_import", batch_id=batch.pk)
    return batch


@transaction.atomic
def write_import(batch: ImportBatch, register: Register, *, by: Any) -> ImportBatch:
    """Write a long sheet that was confirmed; run by the job, on behalf of who confirmed it. Twice is once.

    Raises:
        PermissionDenied: not the person who confirmed it, or no longer allowed to import.
    """
    _require_import(register, by)
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk, by=by)
    if batch.state != ImportState.WAITING:
        return batch
    try:
        return _write(batch, plan_of(batch, register, by), by)
    except ValidationError as error:
        batch.state = ImportState.FAILED
        batch.wrong = batch.wrong or {"": "；".join(error.messages)}
        batch.save(update_fields=["state", "wrong", "updated"])
        return batch


@transaction.atomic
def forget_imports(*, by: Any) -> int:
    """Remove the bytes of sheets nobody came back to for two days; the account ``system`` does it every night.

    Raises:
        PermissionDenied: anybody else.
    """
    require(by, "core.forget_imports")
    old = ImportBatch.objects.filter(updated__lt=now() - KEPT)
    count, _ = ImportFile.objects.filter(batch__in=old).delete()
    old.filter(state=ImportState.OPEN).update(state=ImportState.DROPPED)
    return count


def _require_import(register: Register, by: Any) -> None:
    require(by, register.permission("view"))
    if not register.is_importable:
        raise PermissionDenied
    require(by, register.permission("add" if register.create else "change"))


def _lock_open(batch: ImportBatch, by: Any) -> ImportBatch:
    if batch.by_id != by.pk:
        raise PermissionDenied
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if batch.state != ImportState.OPEN:
        raise ValidationError(f"这个文件{batch.get_state_display()}，不能再改")
    return batch


def _write(batch: ImportBatch, plan: Plan, by: Any) -> ImportBatch:
    try:
        with transaction.atomic():
            counts, wrong = write(plan, by=by, only_valid=batch.only_valid)
    except NotWrittenError as error:
        batch.state, batch.wrong = ImportState.FAILED, error.wrong
    else:
        batch.state, batch.counts, batch.wrong = ImportState.WRITTEN, counts, wrong
        note = (
            f"{plan.register.sheet_title}，文件“{batch.name}”：新增 {counts[NEW]} {plan.register.counter}，"
        )
        note += f"更新 {counts[CHANGED]}，没变 {counts[SAME]}，没写入 {counts[WRONG]}"
        record(by, "import", by=by, before=snapshot(by), note=note)
    batch.save(update_fields=["state", "counts", "wrong", "only_valid", "updated"])
    return batch
