"""Words of the dictionaries: added, renamed, ended; never taken from the rows that use them."""

from typing import Any

from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.core import dictionary
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
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
    for name, value in fields.items():
        if name in ("dictionary", "code") and value != getattr(term, name):
            raise ValidationError({name: "已经有内容用着它，不能改。可以停用这个词，另建一个"})
        setattr(term, name, value)
    return _save_term(term, "change", before=before, by=by)


def _save_term(term: Term, verb: str, *, before: dict[str, Any], by: Any) -> Term:
    term.full_clean(validate_unique=False, validate_constraints=False)
    if term.valid_from and term.valid_to and term.valid_to < term.valid_from:
        raise ValidationError({"valid_to": "停用日期不能早于启用日期"})
    term.save()
    record(term, verb, by=by, before=before)
    transaction.on_commit(lambda: _forget_words(term.dictionary))
    return term


def _forget_words(slug: str) -> None:
    dictionary.forget(slug)
    caches["local"].delete("dictionaries")
