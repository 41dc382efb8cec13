"""History in words: who did what, and what changed from what to what, in the names people know.

Names of related rows are looked up in bulk: one query for each kind of row, however long the history.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model

from shuanglian.core.access import can
from shuanglian.core.audit import history
from shuanglian.core.models import Entry
from shuanglian.core.register.columns import Choice, Phone
from shuanglian.core.register.declare import Register
from shuanglian.core.render import date_text, datetime_text, mask_mobile, qty

MOST = 100  # lines on a page
EMPTY = "（空）"
UNSAID = frozenset({"id", "county"})
VERBS = {
    "create": "新增",
    "change": "修改",
    "discard": "删除草稿",
    "export": "导出",
    "print": "打印",
    "plan": "预定修改",
    "unplan": "取消预定",
    "import": "导入",
    "undo_import": "撤回导入",
    "archive": "停用",
    "restore": "恢复",
}


def name_verbs(words: Mapping[str, str]) -> None:
    """Give the verbs of an app their words; every page that tells history speaks them."""
    VERBS.update(words)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """One line of history."""

    when: dt.datetime
    who: str
    behalf: str
    verb: str
    note: str
    changes: tuple[Change, ...]


def tell(register: Register, row: Model, user: Any = None) -> list[Told]:
    """The history of a row as this user may read it, newest first, at most ``MOST`` lines."""
    masked = _masked(register, row, user)
    entries = list(history(row)[:MOST])
    names = _related_names(type(row), entries)
    return [
        Told(
            when=entry.when,
            who=str(entry.actor),
            behalf=entry.behalf,
            verb=verb_words(register, entry.verb),
            note=entry.note,
            changes=tuple(_mask(change, masked) for change in _changes(register, type(row), entry, names)),
        )
        for entry in entries
    ]


def verb_words(register: Register, verb: str) -> str:
    """What the button said that led to this line."""
    if verb in register.verbs:
        return register.verbs[verb]
    moves = register.machine.moves if register.machine else ()
    labels = {move.name: move.label for move in moves} | {
        act.name: act.label for act in register.acts if act.label
    }
    return labels.get(verb) or VERBS.get(verb, verb)


def _changes(
    register: Register, model: type[Model], entry: Entry, names: dict[type[Model], dict[str, str]]
) -> Iterable[Change]:
    is_first = all(before is None for before, _ in entry.changes.values())
    for field in model._meta.concrete_fields:  # in the order of the model; the database keeps none
        if field.attname not in entry.changes or field.name in UNSAID or not field.editable:
            continue
        before, after = entry.changes[field.attname]
        if is_first and after in (None, "", False, 0, "0", []):
            continue  # a new row: say what was filled in, not what was left out
        said = [_say(register, field, value, names) for value in (before, after)]
        if said[0] != said[1]:
            yield Change(str(field.verbose_name), said[0] or EMPTY, said[1] or EMPTY)


def _masked(register: Register, row: Model, user: Any) -> frozenset[str]:
    """The labels of telephone numbers that this user does not see in full on the page either."""
    phones = [column for column in register.columns if isinstance(column, Phone)]
    fields = {f.name: str(f.verbose_name) for f in row._meta.concrete_fields}
    hidden = (c for c in phones if not (c.reveal and user is not None and can(user, c.reveal, row)))
    return frozenset(fields.get(column.path, column.label) for column in hidden)


def _mask(change: Change, labels: frozenset[str]) -> Change:
    if change.label not in labels:
        return change
    before, after = (text if text == EMPTY else mask_mobile(text) for text in (change.before, change.after))
    return Change(change.label, before, after)


def _field(model: type[Model], attname: str) -> Any:
    try:
        return model._meta.get_field(attname)
    except FieldDoesNotExist:
        return next((f for f in model._meta.concrete_fields if f.attname == attname), None)


def _say(register: Register, field: Any, value: Any, names: dict[type[Model], dict[str, str]]) -> str:
    if value is None or value == "":
        return ""
    if field.is_relation:
        return names[field.related_model].get(str(value), f"编号 {value}")
    column = next((c for c in register.columns if c.path == field.name and isinstance(c, Choice)), None)
    if column is not None:
        return column.words(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _say_plain(field, value)


def _say_plain(field: Any, value: Any) -> str:
    if isinstance(field, models.BooleanField):
        return "是" if value else "否"
    if isinstance(field, models.DateTimeField):
        return datetime_text(dt.datetime.fromisoformat(value))
    if isinstance(field, models.DateField):
        return date_text(dt.date.fromisoformat(value))
    if isinstance(field, models.DecimalField):
        return qty(value)
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _related_names(model: type[Model], entries: Iterable[Entry]) -> dict[type[Model], dict[str, str]]:
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for entry in entries:
        for attname, values in entry.changes.items():
            field = _field(model, attname)
            if field is not None and field.is_relation:
                wanted[field.related_model].update(v for v in values if v is not None)
    return {kind: _names_of(kind, keys) for kind, keys in wanted.items()}


def _names_of(kind: type[Model], keys: set[Any]) -> dict[str, str]:
    return {str(row.pk): str(row) for row in kind._default_manager.filter(pk__in=keys)}
