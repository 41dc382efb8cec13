"""What the office's own phrases have in common, ready-made replies and checks before a step: filled in, then kept.

Steps of actions: the caller has asked permission and runs in one transaction.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from shuanglian.accounts.models import User
from shuanglian.core.audit import record
from shuanglian.core.clock import today
from shuanglian.core.dictionary import check
from shuanglian.exchange.models import ReplyTemplate, StepCheck

Phrase = ReplyTemplate | StepCheck


def fill_in(row: Phrase, names: Iterable[str], fields: dict[str, Any], *, needed: Iterable[str]) -> None:
    """Put those of ``names`` that were given onto the row, texts trimmed.

    Raises:
        ValidationError: a field of ``needed`` is empty.
    """
    for name in names:
        if name in fields:
            value = fields[name]
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    if missing := {name: "请填写" for name in needed if not getattr(row, name)}:
        raise ValidationError(missing)


def keep(row: Phrase, verb: str, before: dict[str, Any], *, by: User) -> None:
    """Save the row with its history.

    Raises:
        ValidationError: no such category, or a field is too long or unknown.
    """
    if row.category:
        check("need_category", row.category, "category", today())
    row.full_clean(validate_constraints=False)
    row.save()
    record(row, verb, by=by, before=before)
