"""Many organisations at once, as a sheet brings them: decided like one, written together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core import uscc
from shuanglian.core.access import can
from shuanglian.core.audit import record_all, snapshot
from shuanglian.core.bulk import copy_over
from shuanglian.core.many import Many
from shuanglian.directory.actions.checks import apply, tidy_many
from shuanglian.directory.actions.organization import (
    MERGED_IS_NO_FACT,
    OrganizationFacts,
    change_organization,
    check_facts,
    forging,
    industry_is_known,
    merged_before,
    refuse_merged,
    town_fault,
)
from shuanglian.directory.choices import Registration
from shuanglian.directory.models import Organization

Refusal: TypeAlias = ValidationError | PermissionDenied
Answers: TypeAlias = list[Organization | Refusal]
_TRADE = ("industry_code", "industry_version", "is_forging", "forging_reason")


def weigh_organizations(
    facts: Mapping[str, Sequence[Any]], count: int, *, by: User
) -> tuple[Many, dict[int, Refusal]]:
    """What ``create_organization`` would make of each of many, and why it would refuse some (by place); nothing is stored.

    Whole columns are looked at. Where there is any doubt the row is decided by itself, as one alone is.
    """
    many = Many(Organization(county=by.county), count)
    for name, values in facts.items():
        many.put(name, values)
    doubtful = _work_out_columns(many) | _not_allowed(many, by) | many.unfit()
    codes = many.columns["uscc"]
    taken, merged = _taken(by.county, codes), merged_before(by.county)
    twice = {code for code, times in Counter(codes).items() if code and times > 1}
    doubtful |= {at for at, code in enumerate(codes) if code in taken or code in twice or code in merged}
    doubtful |= {at for at, name in enumerate(many.columns["name"]) if name in merged}
    doubtful |= {at for at, state in enumerate(many.columns["registration"]) if state == Registration.MERGED}
    refused: dict[int, Refusal] = {}
    for at in sorted(doubtful):
        row = many.row(at)
        if refusal := _refusal(row, taken, merged, by):
            refused[at] = refusal
        else:
            many.take(at, row)
            taken |= {row.uscc: row.name} if row.uscc else {}
    return many, refused


@transaction.atomic
def change_organizations(
    organizations: Sequence[Organization], many: Sequence[OrganizationFacts], *, by: User
) -> Answers:
    """What ``change_organization`` does, for each of many. Another registration is a move: those go one by one."""
    keys = [organization.pk for organization in organizations]
    locked = Organization.objects.select_for_update(no_key=True, of=("self",)).select_related("division")
    rows = {row.pk: row for row in locked.filter(pk__in=keys).order_by("pk")}
    owners = _owners(by.county, (uscc.normalise(facts.get("uscc", "")) for facts in many))
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


def _alone(row: Organization, facts: OrganizationFacts, by: User) -> Organization | Refusal:
    try:
        with transaction.atomic():
            return change_organization(row, by=by, **facts)
    except (ValidationError, PermissionDenied) as error:
        return error


def _changed(
    row: Organization, facts: OrganizationFacts, owners: dict[str, tuple[int, str]], by: User
) -> Organization | Refusal:
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


def _work_out_columns(many: Many) -> set[int]:
    """What ``check_facts`` works out, for all; the places of rows that may have a fault."""
    columns = many.columns
    doubtful = tidy_many(many, phones=("contact_phone",), names=("name", "short_name"))
    codes = columns["uscc"] = list(map(uscc.normalise, columns["uscc"]))
    shapeless = {code for code in set(codes) if code and uscc.shape_fault(code)}
    doubtful |= {at for at, code in enumerate(codes) if code in shapeless}
    columns["uscc_doubtful"] = [
        code != "" and code not in shapeless and not uscc.is_checked(code) for code in codes
    ]
    trades = list(zip(*(columns[name] for name in _TRADE), strict=True))
    marks = {trade: forging(*trade) for trade in set(trades)}
    unknown = {trade for trade in marks if not industry_is_known(*trade[:2])}
    doubtful |= {at for at, trade in enumerate(trades) if trade in unknown}
    columns["is_forging"] = [marks[trade][0] for trade in trades]
    columns["forging_reason"] = [marks[trade][1] for trade in trades]
    return doubtful


def _not_allowed(many: Many, by: User) -> set[int]:
    """The rows in a place where none may lie, or where this user may not add any: permission asks nothing else of them."""
    towns: dict[int | None, bool] = {}
    for at, town in enumerate(many.columns["division_id"]):
        if town not in towns:
            row = many.row(at)
            division = row.division if town else None
            towns[town] = not town_fault(division, by.county) and can(by, "directory.add_organization", row)
    return {at for at, town in enumerate(many.columns["division_id"]) if not towns[town]}


def _refusal(row: Organization, taken: dict[str, str], merged: dict[str, str], by: User) -> Refusal | None:
    """Why ``create_organization`` would refuse a row."""
    if not can(by, "directory.add_organization", row if row.division_id else None):
        return PermissionDenied()
    if row.registration == Registration.MERGED:
        return ValidationError({"registration": MERGED_IS_NO_FACT})
    try:
        check_facts(row, taken)
        refuse_merged(row, merged)
    except ValidationError as error:
        return error
    return None


def _taken(county: str, codes: Sequence[str]) -> dict[str, str]:
    """Whose these codes are already."""
    return {code: name for code, (_, name) in _owners(county, codes).items()}


def _owners(county: str, codes: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Whose these codes are: key and name."""
    wanted = sorted(set(codes) - {""})
    living = Organization.objects.filter(county=county, merged_into=None, uscc__any=wanted)
    living = living.order_by()
    return {code: (key, name) for code, key, name in living.values_list("uscc", "pk", "name")}
