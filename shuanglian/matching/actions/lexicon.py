"""Entries of the dictionary of how the trade talks: added, corrected, ended."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.matching.engine.records import CATEGORIES
from shuanglian.matching.models import LexiconEntry

LONGEST, MOST = 40, 60  # characters of a phrase, phrases of an entry: more is a text, not a way of speaking


@transaction.atomic
def add_entry(*, by: User, **fields: Any) -> LexiconEntry:
    """Describe one more kind of service. Fields: ``category``, ``service``, ``words``, ``talk`` (a phrase a line).

    Raises:
        PermissionDenied, ValidationError: not a keeper of dictionaries; nothing said, too long, or described already.
    """
    require(by, "matching.add_lexiconentry")
    LexiconEntry.objects.select_for_update(no_key=True).order_by(
        "key"
    ).first()  # one at a time takes a number
    entry = LexiconEntry(key=_next_key(fields.get("category", "")))
    return _save(entry, "create", {}, fields, by)


@transaction.atomic
def change_entry(entry: LexiconEntry, *, by: User, **fields: Any) -> LexiconEntry:
    """Correct an entry, or take it out of use with ``in_use``. Suggestions follow with the next question.

    Raises:
        PermissionDenied, ValidationError: as ``add_entry``.
    """
    require(by, "matching.change_lexiconentry", entry)
    entry = LexiconEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    before = snapshot(entry)
    entry.number += 1
    return _save(entry, "change", before, fields, by)


def _next_key(category: str) -> str:
    taken = LexiconEntry.objects.filter(category=category).values_list("key", flat=True)
    return f"{category}-{max((int(key.rpartition('-')[2]) for key in taken), default=0) + 1:03d}"


def _save(
    entry: LexiconEntry, verb: str, before: dict[str, Any], fields: dict[str, Any], by: User
) -> LexiconEntry:
    for name in ("category", "service", "in_use"):
        setattr(entry, name, fields.get(name, getattr(entry, name)))
    for name in ("words", "talk"):
        setattr(entry, name, _phrases(name, fields.get(name, getattr(entry, name))))
    entry.service = entry.service.strip()
    if entry.category not in CATEGORIES:
        raise ValidationError({"category": "请从列表里选一个类别"})
    entry.full_clean(validate_unique=False, validate_constraints=False)
    same = LexiconEntry.objects.filter(service=entry.service, in_use=True).exclude(pk=entry.pk).first()
    if same is not None and entry.in_use:
        raise ValidationError({"service": f"“{entry.service}”已经有词条了（{same.key}），请到那一条里补充"})
    entry.save()
    record(entry, verb, by=by, before=before)
    return entry


def _phrases(name: str, text: str) -> str:
    """A phrase a line, without empty lines and repetitions; a cell of a sheet parts them by “；”."""
    phrases = list(dict.fromkeys(filter(None, map(str.strip, text.replace("；", "\n").splitlines()))))
    if not phrases:
        raise ValidationError({name: "请至少写一行"})
    if len(phrases) > MOST:
        raise ValidationError({name: f"最多 {MOST} 行，现在有 {len(phrases)} 行"})
    for phrase in phrases:
        if len(phrase) > LONGEST:
            raise ValidationError({name: f"一行最多 {LONGEST} 个字：“{phrase[:12]}……”太长了"})
    return "\n".join(phrases)
