"""What can be done with any register: a person's own views of it, and sheets that go out."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.models import ColumnChoice, SavedView
from shuanglian.core.register.declare import Register

MOST_VIEWS = 12


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
