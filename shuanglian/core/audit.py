"""Write and read history. Every action ends with ``record``.

The database seals each entry when its transaction commits (see migration ``0002_history_is_sealed``): the seal's
digest is SHA-256 over the digest before it and the entry's text, so a line changed or removed later breaks the chain.
Newest lines removed with their seals are missed by the head, a row apart (``0014_the_chain_has_a_head``), and by what
was remembered of the head outside the database (``core.anchors``).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model, QuerySet

from shuanglian.core.bulk import Spelled, columns_of, escaped
from shuanglian.core.clock import now
from shuanglian.core.feeding import copy
from shuanglian.core.models import ChainHead, Entry

SILENT = {"created", "updated", "password", "last_login", "token"}

# The same text as ``core_entry_text(e)`` in the database; verification does not trust that function.
_CHAIN = """
SELECT e.id, s.previous, s.digest,
       concat_ws('|', e.id, extract(epoch from e."when")::numeric(20, 6), e.actor_id, e.behalf, e.verb, e.kind_id,
                 e.object_id, e.changes::text, e.note)
FROM core_entry e LEFT JOIN core_seal s ON s.entry_id = e.id
ORDER BY s.id NULLS LAST, e.id
"""


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold: the entry (0 when none is left), and a sentence that says what is wrong."""

    entry_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """How many lines were sealed at some moment, and the digest of the last of them."""

    sealed: int
    digest: str


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
    befores: Sequence[dict[str, Any]] | None = None,
    gone: bool = False,
) -> None:
    """``record`` for many rows of one model at once, by COPY: the same lines, sealed by the same trigger.

    ``gone``: the rows are about to be removed, so that nothing of them stays.
    """
    if not rows:
        return
    kind, when = ContentType.objects.get_for_model(rows[0]).pk, now()
    start = f"{when.isoformat()}\t{by.pk}\t\t{verb}\t{kind}\t"
    told = _changes(rows, befores, gone=gone) if befores else _beginnings(rows)
    lines = [f"{start}{row.pk}\t{changes}\t\n" for row, changes in zip(rows, told, strict=True)]
    copy(_COPY_ENTRIES, "".join(lines))


def history(obj: Model) -> QuerySet[Entry]:
    """All lines about one row, newest first."""
    kind = ContentType.objects.get_for_model(obj)
    return Entry.objects.filter(kind=kind, object_id=obj.pk).select_related("actor")


def head() -> Head:
    """Where the chain stands now, as the database keeps it apart from the lines."""
    kept = ChainHead.objects.first()
    return Head(kept.sealed, kept.digest) if kept else Head(0, "")


def verify_chain(remembered: Iterable[Head] = ()) -> Iterator[Break]:
    """Recompute every digest from the stored lines; yields each break found. Reads in one pass, flat memory.

    ``remembered``: heads of earlier moments. The chain must still lead through each of them, and through the head of now.
    """
    missing = {at.digest: at.sealed for at in (*remembered, head()) if at.sealed}
    entry_id, place, last = 0, 0, ""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_CHAIN)
        while rows := cursor.fetchmany(2000):
            for entry_id, previous, digest, text in rows:
                if digest is None:
                    yield Break(entry_id, "has no seal")
                    continue
                if previous != last:
                    yield Break(entry_id, "does not follow the entry sealed before it")
                elif digest != hashlib.sha256(f"{previous}|{text}".encode()).hexdigest():
                    yield Break(entry_id, "was changed after it was sealed")
                place, last = place + 1, digest
                missing.pop(digest, None)
    for sealed in sorted(missing.values()):
        yield Break(entry_id, f"is the last of {place}, and what was number {sealed} is not among them")
    if place > head().sealed:
        yield Break(entry_id, "was not sealed by the database")


def _beginnings(rows: Sequence[Model]) -> Iterator[str]:
    """What new rows begin with, as JSON for COPY; put together from columns, several times quicker than by rows."""
    names = _told(rows[0])
    columns = zip(names, columns_of(rows, names), strict=True)
    parts = [Spelled(partial(_begins, _json(name))).all(values) for name, values in columns]
    return (f"{{{''.join(of_row)[2:]}}}" for of_row in zip(*parts, strict=True))


def _begins(name: str, value: Any) -> str:
    return "" if value is None else escaped(f", {name}: [null, {_json(value)}]")


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
