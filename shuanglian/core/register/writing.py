"""Write a planned import with the register's own actions, so that permission, legality and history are as always."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model

from shuanglian.core.register.columns import field_at
from shuanglian.core.register.declare import Register
from shuanglian.core.register.plan import CHANGED, NEW, WRONG, Line, Plan


class NotWrittenError(Exception):
    """All or nothing was asked, and a row could not be written: its number and the reason."""

    def __init__(self, wrong: dict[str, str]) -> None:
        super().__init__(next(iter(wrong.values()), ""))
        self.wrong = wrong


def write(plan: Plan, *, by: Any, only_valid: bool) -> tuple[dict[str, int], dict[str, str]]:
    """Write the new and changed rows inside the caller's transaction.

    Returns the number of rows of each kind, and sheet row → reason for those that were not written.

    Raises:
        NotWrittenError: not ``only_valid``, and some row is wrong or was refused by its action.
    """
    wrong = {str(line.number): line.reasons for line in plan.of(WRONG)}
    counts = plan.counts
    if wrong and not only_valid:
        raise NotWrittenError(wrong)
    for line in plan.of(NEW, CHANGED):
        try:
            with transaction.atomic():
                _write_line(plan.register, line, by)
        except (ValidationError, PermissionDenied) as error:
            reason = "；".join(error.messages) if isinstance(error, ValidationError) else "您不能写这一行"
            wrong[str(line.number)] = reason
            counts[line.kind] -= 1
            counts[WRONG] += 1
            if not only_valid:
                raise NotWrittenError(wrong) from error
    return counts, wrong


def _write_line(register: Register, line: Line, by: Any) -> None:
    given = {register.column(key).keyword: value for key, value in line.values.items()}
    if line.row is None:
        if register.create is None:
            raise PermissionDenied
        register.create(by=by, **_untouched(register, None) | given)
    else:
        if register.update is None:
            raise PermissionDenied
        register.update(line.row, by=by, **_untouched(register, line.row) | given)


def _untouched(register: Register, row: Model | None) -> dict[str, Any]:
    """What the form would send along for everything the sheet does not say: what is stored, or the defaults."""
    if register.form is None:
        return {}
    names = [
        name for name in register.form.base_fields if getattr(field_at(register.model, name), "column", None)
    ]
    if row is not None:
        return {name: getattr(row, name) for name in names}
    return {name: field_at(register.model, name).get_default() for name in names}
