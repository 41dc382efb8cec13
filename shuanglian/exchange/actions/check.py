"""Checks before a step: the office writes the list, who takes the step ticks it, and history keeps what was ticked."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.exchange.actions.phrase import fill_in, keep
from shuanglian.exchange.choices import CheckStep
from shuanglian.exchange.models import Need, StepCheck
from shuanglian.exchange.queries.check import checks_for

FIELDS = ("step", "category", "text", "required", "position", "ended_on")
WORDING = ("step", "category", "text", "required")  # another version when one of these changes


@transaction.atomic
def create_check(*, by: User, **fields: Any) -> StepCheck:
    """Add a check before a step. Fields: those of ``StepCheck``.

    Raises:
        PermissionDenied, ValidationError: not of the committee; no words, or no such step or category.
    """
    require(by, "exchange.add_stepcheck")
    return _save(StepCheck(county=by.county), "create", {}, fields, by)


@transaction.atomic
def change_check(row: StepCheck, *, by: User, **fields: Any) -> StepCheck:
    """Change a check (its next version) or end it with ``ended_on``; what was ticked before stays as it was.

    Raises:
        PermissionDenied, ValidationError: as ``create_check``.
    """
    require(by, "exchange.change_stepcheck", row)
    row = StepCheck.objects.select_for_update(no_key=True).get(pk=row.pk)
    return _save(row, "change", snapshot(row), fields, by)


def note_checks(need: Need, step: CheckStep, ticked: Iterable[int], *, by: User) -> None:
    """Write down what was checked before a step; the caller has asked permission and holds the lock on the need.

    Nothing ticked leaves no line: an optional check is no duty.

    Raises:
        ValidationError: a required check was not ticked.
    """
    asked = checks_for(need.county, step, need.category)
    done = set(ticked)
    missing = [str(row) for row in asked if row.required and row.pk not in done]
    if missing:
        raise ValidationError({"checks": f"{step.label}以前要先核对：{'、'.join(missing)}"})
    seen = [str(row) for row in asked if row.pk in done]
    if seen:
        left = [str(row) for row in asked if row.pk not in done]
        note = f"{step.label}前核对：{'、'.join(seen)}" + (f"；没有打钩：{'、'.join(left)}" if left else "")
        record(need, "check", by=by, note=note)


def _save(row: StepCheck, verb: str, before: dict[str, Any], fields: dict[str, Any], by: User) -> StepCheck:
    was = [getattr(row, name) for name in WORDING]
    fill_in(row, FIELDS, fields, needed=("text",))
    if before and was != [getattr(row, name) for name in WORDING]:
        row.version += 1
    keep(row, verb, before, by=by)
    return row
