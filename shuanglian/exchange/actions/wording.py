"""What a state is called, for each audience: the office changes words, never states."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.wording import Audience
from shuanglian.exchange.models import StateWord, forget_state_words


@transaction.atomic
def change_words(row: StateWord, *, by: User, **words: Any) -> StateWord:
    """Call a state something else for an audience (``public``, ``enterprise``, ``unit``, ``staff``); empty: the standard.

    Raises:
        PermissionDenied: not of the committee.
        ValidationError: too long, or another state of the kind is called the same for the same audience.
    """
    require(by, "exchange.change_stateword", row)
    same = list(StateWord.objects.select_for_update(no_key=True).filter(county=row.county, kind=row.kind))
    row = next(one for one in same if one.pk == row.pk)
    before = snapshot(row)
    faults = {}
    for reader in Audience.values:
        if reader not in words:
            continue
        said = str(words[reader] or "").strip()
        others = {getattr(one, reader) or one.name for one in same if one.pk != row.pk}
        if (said or row.name) in others:
            faults[reader] = f"“{said or row.name}”已经是另一个状态的说法，换一个才分得清"
        setattr(row, reader, said)
    if faults:
        raise ValidationError(faults)
    row.full_clean(validate_constraints=False)
    row.save()
    record(row, "change", by=by, before=before)
    forget_state_words()
    return row
