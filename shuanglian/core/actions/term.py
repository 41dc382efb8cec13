"""Words of the dictionaries: added, renamed, ended; never taken from the rows that use them."""

import datetime as dt
from typing import Any

from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.core import dictionary
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import today
from shuanglian.core.dictionary import worded
from shuanglian.core.models import Term


@transaction.atomic
def create_term(*, by: Any, **fields: Any) -> Term:
    """Add a word to a dictionary.

    Raises:
        PermissionDenied, ValidationError: not a keeper of dictionaries; code taken, or dates the wrong way round.
    """
    require(by, "core.add_term")
    term = Term(**fields)
    if Term.objects.filter(dictionary=term.dictionary, code=term.code).exists():
        raise ValidationError({"code": f"这个字典里已经有“{term.code}”了"})
    return _save_term(term, "create", before={}, by=by)


@transaction.atomic
def change_term(term: Term, *, by: Any, **fields: Any) -> Term:
    """Change a word, or end it with ``valid_to``. What rows refer to, dictionary and code, never changes.

    Raises:
        PermissionDenied, ValidationError: as ``create_term``, or the code was to change.
    """
    require(by, "core.change_term", term)
    term = Term.objects.select_for_update(no_key=True).get(pk=term.pk)
    before = snapshot(term)
    called = term.name, term.note
    for name, value in fields.items():
        if name in ("dictionary", "code") and value != getattr(term, name):
            raise ValidationError({name: "已经有内容用着它，不能改。可以停用这个词，另建一个"})
        setattr(term, name, value)
    if (term.name, term.note) != called:
        _call(term, today(), *called)
    return _save_term(term, "change", before=before, by=by)


@transaction.atomic
def plan_term(term: Term, *, by: Any, starts: dt.date, name: str, note: str = "") -> Term:
    """Have a word called otherwise from a day to come; planned again for the same day, the later plan counts.

    Raises:
        PermissionDenied, ValidationError: not a keeper of dictionaries; the day is not ahead, or the word has ended by then.
    """
    require(by, "core.change_term", term)
    term = Term.objects.select_for_update(no_key=True).get(pk=term.pk)
    before = snapshot(term)
    if starts <= today():
        raise ValidationError({"starts": "请选今天以后的日期；现在就改请点“修改”"})
    if term.valid_to and starts > term.valid_to:
        raise ValidationError({"starts": "到那时这个词已经停用了"})
    if not name.strip():
        raise ValidationError({"name": "名称没有填"})
    now_called, noted = term.name, term.note
    term.name, term.note = name.strip(), note.strip()
    _call(term, starts, now_called, noted)
    term.name, term.note = now_called, noted
    return _save_term(term, "plan", before=before, by=by, told=f"{starts:%Y-%m-%d} 起叫“{name.strip()}”")


@transaction.atomic
def unplan_term(term: Term, *, by: Any) -> Term:
    """Take back everything planned for days to come. Raises: as ``change_term``, and when nothing is planned."""
    require(by, "core.change_term", term)
    term = Term.objects.select_for_update(no_key=True).get(pk=term.pk)
    before = snapshot(term)
    ahead = planned(term)
    if not ahead:
        raise ValidationError("没有预定的修改")
    term.wordings = [one for one in term.wordings if one not in ahead]
    return _save_term(term, "unplan", before=before, by=by)


@transaction.atomic
def apply_terms(*, by: Any) -> int:
    """Write what a word is called from today on into its row; how many. The account ``system`` does it every hour.

    What people read follows the day by itself; the row only catches up, for lists, search and history.

    Raises:
        PermissionDenied: anybody else.
    """
    require(by, "core.apply_terms")
    due = 0
    for term in Term.objects.exclude(wordings=[]).select_for_update(no_key=True):
        called = worded(term.wordings, today(), term.name, term.note)
        if called != (term.name, term.note):
            before = snapshot(term)
            term.name, term.note = called
            _save_term(term, "change", before=before, by=by, told="按预定")
            due += 1
    return due


def planned(term: Term) -> list[list[str]]:
    """The wordings for days to come: day, name, note."""
    return [one for one in term.wordings if one[0] > today().isoformat()]


def _call(term: Term, day: dt.date, name: str, note: str) -> None:
    """Date the present name and note of a word; ``name`` and ``note`` are what it was called until then."""
    first = [] if term.wordings else [["", name, note]]
    others = [one for one in term.wordings if one[0] != day.isoformat()]
    term.wordings = sorted([*first, *others, [day.isoformat(), term.name, term.note]])


def _save_term(term: Term, verb: str, *, before: dict[str, Any], by: Any, told: str = "") -> Term:
    term.full_clean(validate_unique=False, validate_constraints=False)
    if term.valid_from and term.valid_to and term.valid_to < term.valid_from:
        raise ValidationError({"valid_to": "停用日期不能早于启用日期"})
    term.save()
    record(term, verb, by=by, before=before, note=told)
    transaction.on_commit(lambda: _forget_words(term.dictionary))
    return term


def _forget_words(slug: str) -> None:
    dictionary.forget(slug)
    caches["local"].delete("dictionaries")
