"""Write and read history. Every action ends with ``record``. The database seals what was recorded (``core.sealing``)."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from shuanglian.core.bulk import Spelled, escaped
from shuanglian.core.clock import now
from shuanglian.core.feeding import copy
from shuanglian.core.many import Many, Part, are_clean, is_one, put_together
from shuanglian.core.models import Entry

SILENT = {"created", "updated", "password", "last_login", "token"}


def snapshot(obj: Model) -> dict[str, Any]:
    """The stored values of a row as plain data, without time stamps and secrets."""
    if obj.pk is None:
        return {}
    return {attname: _plain(getattr(obj, attname)) for attname in _told(obj)}


def record(
    obj: Model, verb: str, *, by: Any, before: dict[str, Any] | None = None, note: str = "", behalf: str = ""
) -> Entry:
    """Append one line of history inside the caller's transaction; unchanged values are left out."""
    before, after = before or {}, snapshot(obj)
    changes = {k: [before.get(k), v] for k, v in after.items() if before.get(k) != v}
    kind = ContentType.objects.get_for_model(obj)
    return Entry.objects.create(
        actor=by, behalf=behalf, verb=verb, kind=kind, object_id=obj.pk, changes=changes, note=note
    )


def record_all(
    rows: Sequence[Model],
    verb: str,
    *,
    by: Any,
    befores: Sequence[dict[str, Any]],
    gone: bool = False,
) -> None:
    """``record`` for many stored rows of one model at once, by COPY: the same lines, sealed by the same triggers.

    ``gone``: the rows are about to be removed, so that nothing of them stays.
    """
    if not rows:
        return
    kind, when = ContentType.objects.get_for_model(rows[0]).pk, now()
    start = f"{when.isoformat()}\t{by.pk}\t\t{verb}\t{kind}\t"
    told = _changes(rows, befores, gone=gone)
    lines = [f"{start}{row.pk}\t{changes}\t\n" for row, changes in zip(rows, told, strict=True)]
    copy(_COPY_ENTRIES, "".join(lines))


def beginnings(many: Many, verb: str, *, by: Any) -> tuple[str, str]:
    """What records new rows that have their keys, for ``feeding.copy``: the same lines as ``record`` gives each."""
    kind, key = ContentType.objects.get_for_model(many.model).pk, many.model._meta.pk.attname
    keys = many.columns[key]
    start = f"{now().isoformat()}\t{by.pk}\t\t{verb}\t{kind}\t"
    parts: list[Part] = [(start, keys), (f"\t{{{_json(key)}: [null, ", keys), ("]", None)]
    for field in many.model._meta.concrete_fields:
        if field.attname != key and field.name not in SILENT:
            parts += _beginning(field.attname, many)
    return _COPY_ENTRIES, put_together([*parts, ("}\t\n", None)])


def history(obj: Model) -> QuerySet[Entry]:
    """All lines about one row, newest first."""
    kind = ContentType.objects.get_for_model(obj)
    return Entry.objects.filter(kind=kind, object_id=obj.pk).select_related("actor")


def _beginning(name: str, many: Many) -> list[Part]:
    """What new rows begin with in one field, as JSON for COPY."""
    values = many.columns[name]
    if is_one(values):
        return [(_begins(name, values[0]), None)]
    if are_clean(values):
        return [(f', {_json(name)}: [null, "', values), ('"]', None)]
    return [("", Spelled(partial(_begins, name)).all(values))]


def _begins(name: str, value: Any) -> str:
    return "" if value is None else escaped(f", {_json(name)}: [null, {_json(value)}]")


def _changes(rows: Sequence[Model], befores: Sequence[dict[str, Any]], *, gone: bool) -> Iterator[str]:
    """Of every value that is not what it was: what it was, and what it is; as JSON for COPY."""
    names = _told(rows[0])
    take = attrgetter(*names)
    for row, before in zip(rows, befores, strict=True):
        after = {} if gone else dict(zip(names, map(_plain, take(row)), strict=True))
        pairs = ((name, before.get(name), after.get(name)) for name in names)
        yield escaped(_json({name: (old, new) for name, old, new in pairs if old != new}))


def _told(row: Model) -> list[str]:
    """What the history tells of a row: its stored values without time stamps and secrets."""
    return [field.attname for field in row._meta.concrete_fields if field.name not in SILENT]


_json = json.JSONEncoder(ensure_ascii=False, default=str).encode  # as ``_plain``
_PLAIN = (str, int, float, bool, list, dict)
_COPY_ENTRIES = (
    'COPY core_entry ("when", actor_id, behalf, verb, kind_id, object_id, changes, note) FROM STDIN'
)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, _PLAIN) else str(value)
