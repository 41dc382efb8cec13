"""Take back a whole import: what it made is removed, what it changed is put back, as long as nothing newer depends on it.

What was before stands in the history, so nothing else has to be kept. Other rows that the actions changed along the way
are not put back; then the whole is refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model

from shuanglian.core.access import can
from shuanglian.core.audit import record_all, snapshot
from shuanglian.core.bulk import copy_over
from shuanglian.core.models import Entry, ImportBatch, ImportRow, StoredFile
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports.intake import Report
from shuanglian.core.register.imports.line import NEW
from shuanglian.core.register.imports.plan import AT_ONCE

VERB = "undo_import"
MOST_NAMED = 100


class NotUndoneError(Exception):
    """Something newer depends on rows of the import: (number in the sheet, name, why) of the first hundred."""

    def __init__(self, hindrances: list[tuple[int, str, str]]) -> None:
        super().__init__(f"{len(hindrances)} rows")
        self.hindrances = hindrances[:MOST_NAMED]


def undo(batch: ImportBatch, register: Register, *, by: Any, report: Report) -> int:
    """Put the ledger back as it was before this import, inside the caller's transaction; the number of rows.

    Raises:
        NotUndoneError: rows that were changed or used since, or that this user may not change.
        ValidationError: writing them changed other things as well.
    """
    _refuse_side_effects(batch, register, by)
    total = ImportRow.objects.filter(batch=batch, object_id__isnull=False).count()
    hindrances: list[tuple[int, str, str]] = []
    done = 0
    for piece in _pieces(batch):
        found = _Piece(batch, register, piece, by)
        hindrances += found.hindrances()
        if not hindrances:
            try:
                found.put_back()
            except IntegrityError:
                raise ValidationError("有的行原来的内容和现在台账里别的行冲突，不能撤回") from None
        done += len(piece)
        report(done, total)
    if hindrances:
        raise NotUndoneError(hindrances)
    return total


def _pieces(batch: ImportBatch) -> Iterator[list[tuple[int, str, int]]]:
    last = 0
    while True:
        rows = ImportRow.objects.filter(batch=batch, object_id__isnull=False, number__gt=last)
        found = rows.order_by("number").values_list("number", "kind", "object_id")[:AT_ONCE]
        piece = [(number, kind, key) for number, kind, key in found if key is not None]
        if not piece:
            return
        yield piece
        last = piece[-1][0]


def _refuse_side_effects(batch: ImportBatch, register: Register, by: Any) -> None:
    kind = ContentType.objects.get_for_model(register.model)
    ours = ImportRow.objects.filter(batch=batch, object_id__isnull=False).values("object_id")
    lines = Entry.objects.filter(pk__gt=batch.first_entry, pk__lt=batch.last_entry, actor=by)
    if lines.exclude(kind=kind, object_id__in=ours).exists():
        raise ValidationError("导入时还连带改动了别的内容，不能整批撤回，请逐条改回")


class _Piece:
    """Some rows of the import as they are now, locked, with what the history says about them since."""

    def __init__(
        self, batch: ImportBatch, register: Register, piece: list[tuple[int, str, int]], by: Any
    ) -> None:
        self._register, self._by, self._piece = register, by, piece
        keys = sorted(key for _, _, key in piece)
        locked = register.model._base_manager.select_for_update(no_key=True).filter(pk__in=keys)
        self._rows: dict[int, Model] = {row.pk: row for row in locked.order_by("pk")}
        self._used = dict(_users_of(register.model, [key for _, kind, key in piece if kind == NEW]))
        self._ours: dict[int, list[Entry]] = defaultdict(list)
        self._newer: dict[int, Entry] = {}
        kind = ContentType.objects.get_for_model(register.model)
        since = Entry.objects.filter(kind=kind, object_id__in=keys, pk__gt=batch.first_entry)
        for line in since.select_related("actor").order_by("pk"):
            if line.pk > batch.last_entry:
                self._newer[line.object_id] = line
            elif line.actor_id == by.pk:
                self._ours[line.object_id].append(line)

    def hindrances(self) -> list[tuple[int, str, str]]:
        """The rows that cannot be put back, and why."""
        found = []
        for number, kind, key in self._piece:
            row = self._rows.get(key)
            why = self._why_not(row, kind, key)
            if why:
                found.append((number, str(row) if row else "", why))
        return found

    def put_back(self) -> None:
        """Remove what was new, restore what was changed; each with its line of history."""
        new = [self._rows[key] for _, kind, key in self._piece if kind == NEW]
        changed = [self._rows[key] for _, kind, key in self._piece if kind != NEW]
        befores = [snapshot(row) for row in changed]
        names = set()
        for row in changed:
            names |= _restore(row, self._ours[row.pk][-1].changes)
        if names:
            copy_over(changed, names)
        record_all(changed, VERB, by=self._by, befores=befores)
        record_all(new, VERB, by=self._by, befores=[snapshot(row) for row in new], gone=True)
        self._register.model._base_manager.filter(pk__in=[row.pk for row in new]).delete()

    def _why_not(self, row: Model | None, kind: str, key: int) -> str:
        if row is None:
            return "已经不在台账里"
        if newer := self._newer.get(key):
            return f"导入以后，{newer.actor}又改动过"
        if key in self._used:
            return f"已经有{self._used[key]}用着它"
        if len(self._ours[key]) != 1:
            return "导入时不只改动了一次"
        if kind != NEW and not can(self._by, self._register.permission("change"), row):
            return "您不能改这一行"
        return ""


def _restore(row: Model, changes: dict[str, list[Any]]) -> set[str]:
    """Set the fields of a row to what they were; their names."""
    by_attname = {field.attname: field for field in row._meta.concrete_fields}
    for attname, (before, _) in changes.items():
        setattr(row, attname, by_attname[attname].to_python(before))
    return {by_attname[attname].name for attname in changes}


def _users_of(model: type[Model], keys: list[int]) -> Iterable[tuple[int, str]]:
    """Which of these rows others point at, and what those are called."""
    for relation in model._meta.related_objects:
        other, field = relation.related_model, relation.field
        used = other._base_manager.filter(**{f"{field.name}__in": keys})
        for key in used.values_list(field.name, flat=True).distinct():
            yield key, str(other._meta.verbose_name)
    kind = ContentType.objects.get_for_model(model)
    files = StoredFile.objects.filter(kind=kind, object_id__in=keys, removed=None)
    for key in files.values_list("object_id", flat=True):
        yield key, "文件"
