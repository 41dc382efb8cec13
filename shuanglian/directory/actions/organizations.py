"""Many organisations at once, as a sheet brings them: decided like one, written together."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core import uscc
from shuanglian.core.access import can
from shuanglian.core.audit import record_all, snapshot
from shuanglian.core.bulk import another, copy_in, copy_over, fits
from shuanglian.directory.actions.checks import apply, refuse
from shuanglian.directory.actions.organization import (
    MERGED_IS_NO_FACT,
    OrganizationFacts,
    change_organization,
    check_facts,
    merged_before,
    refuse_merged,
    taken_fault,
    work_out,
)
from shuanglian.directory.choices import Registration
from shuanglian.directory.models import Organization

Answers = list[Organization | ValidationError | PermissionDenied]


@transaction.atomic
def create_organizations(many: Sequence[OrganizationFacts], *, by: User) -> Answers:
    """What ``create_organization`` does, for each of many: the rows written, or why one was not."""
    taken = {code: name for code, (_, name) in _owners(by.county, many).items()}
    merged = merged_before(by.county)
    allowed: dict[int | None, bool] = {}
    answers: Answers = []
    blank = Organization(county=by.county)
    asked = [another(blank) for _ in many]
    faults = [work_out(apply(row, facts)) for row, facts in zip(asked, many, strict=True)]
    fit = fits(*asked)
    for row, found in zip(asked, faults, strict=True):
        town = row.division_id
        if town not in allowed:  # the sentence asks nothing of a new row but where it is
            allowed[town] = can(by, "directory.add_organization", row if town else None)
        found = taken_fault(row, taken) | found
        fault = _refusal(row, found, merged, fit=fit) if allowed[town] else PermissionDenied()
        if fault is None and row.uscc:
            taken[row.uscc] = row.name
        answers.append(fault or row)
    rows = [row for row in answers if isinstance(row, Organization)]
    copy_in(rows)
    record_all(rows, "create", by=by)
    return answers


@transaction.atomic
def change_organizations(
    organizations: Sequence[Organization], many: Sequence[OrganizationFacts], *, by: User
) -> Answers:
    """What ``change_organization`` does, for each of many. Another registration is a move: those go one by one."""
    keys = [organization.pk for organization in organizations]
    locked = Organization.objects.select_for_update(no_key=True, of=("self",)).select_related("division")
    rows = {row.pk: row for row in locked.filter(pk__in=keys).order_by("pk")}
    owners = _owners(by.county, many)
    together: list[Organization] = []
    befores: list[dict[str, Any]] = []
    answers: Answers = []
    for key, facts in zip(keys, many, strict=True):
        row = rows[key]
        if facts.get("registration", row.registration) != row.registration:
            answers.append(_alone(row, facts, by))
            continue
        before = snapshot(row)
        answers.append(_changed(row, facts, owners, by))
        if answers[-1] is row:
            befores.append(before)
            together.append(row)
    copy_over(together, [field.name for field in Organization._meta.concrete_fields if not field.primary_key])
    record_all(together, "change", by=by, befores=befores)
    return answers


def _alone(
    row: Organization, facts: OrganizationFacts, by: User
) -> Organization | ValidationError | PermissionDenied:
    try:
        with transaction.atomic():
            return change_organization(row, by=by, **facts)
    except (ValidationError, PermissionDenied) as error:
        return error


def _changed(
    row: Organization, facts: OrganizationFacts, owners: dict[str, tuple[int, str]], by: User
) -> Organization | ValidationError | PermissionDenied:
    if not can(by, "directory.change_organization", row):
        return PermissionDenied()
    apply(row, facts)
    if not can(by, "directory.change_organization", row):  # a township cannot push it into another
        return PermissionDenied()
    code = uscc.normalise(row.uscc)
    key, name = owners.get(code, (row.pk, ""))
    try:
        check_facts(row, {} if key == row.pk else {code: name})
    except ValidationError as error:
        return error
    if code:
        owners[code] = (row.pk, row.name)
    return row


def _refusal(
    row: Organization, faults: dict[str, str], merged: dict[str, str], *, fit: bool
) -> ValidationError | None:
    """Why a new row is refused; ``fit``: all fields fit, as was seen for all rows together."""
    if row.registration == Registration.MERGED:
        return ValidationError({"registration": MERGED_IS_NO_FACT})
    try:
        if faults or not fit:
            refuse(row, faults)
        refuse_merged(row, merged)
    except ValidationError as error:
        return error
    return None


def _owners(county: str, many: Sequence[OrganizationFacts]) -> dict[str, tuple[int, str]]:
    """Whose the codes are that stand in the sheet: key and name."""
    codes = {uscc.normalise(facts.get("uscc", "")) for facts in many}
    living = Organization.objects.filter(county=county, merged_into=None, uscc__any=sorted(codes - {""}))
    living = living.order_by()
    return {code: (key, name) for code, key, name in living.values_list("uscc", "pk", "name")}
