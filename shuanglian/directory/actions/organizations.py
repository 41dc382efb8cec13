"""Many organisations at once, as a sheet brings them: decided like one, written together."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core import uscc
from shuanglian.core.access import can
from shuanglian.core.audit import record_all
from shuanglian.core.bulk import copy_in
from shuanglian.directory.actions.checks import apply
from shuanglian.directory.actions.organization import (
    MERGED_IS_NO_FACT,
    OrganizationFacts,
    check_facts,
    merged_before,
    refuse_merged,
)
from shuanglian.directory.choices import Registration
from shuanglian.directory.models import Organization

Answers = list[Organization | ValidationError | PermissionDenied]


@transaction.atomic
def create_organizations(many: Sequence[OrganizationFacts], *, by: User) -> Answers:
    """What ``create_organization`` does, for each of many: the rows written, or why one was not."""
    taken, merged = _owners(by.county, many), merged_before(by.county)
    allowed: dict[int | None, bool] = {}
    answers: Answers = []
    for facts in many:
        row = Organization(county=by.county)
        apply(row, facts)
        town = row.division_id
        if town not in allowed:  # the sentence asks nothing of a new row but where it is
            allowed[town] = can(by, "directory.add_organization", row if town else None)
        answers.append(_checked(row, taken, merged) if allowed[town] else PermissionDenied())
    rows = [row for row in answers if isinstance(row, Organization)]
    copy_in(rows)
    record_all(rows, "create", by=by)
    return answers


def _checked(
    row: Organization, taken: dict[str, str], merged: dict[str, str]
) -> Organization | ValidationError:
    if row.registration == Registration.MERGED:
        return ValidationError({"registration": MERGED_IS_NO_FACT})
    try:
        check_facts(row, taken)
        refuse_merged(row, merged)
    except ValidationError as error:
        return error
    if row.uscc:
        taken[row.uscc] = row.name
    return row


def _owners(county: str, many: Sequence[OrganizationFacts]) -> dict[str, str]:
    """Whose the codes are that stand in the sheet."""
    codes = {uscc.normalise(facts.get("uscc", "")) for facts in many}
    living = Organization.objects.filter(county=county, merged_into=None, uscc__in=codes - {""})
    return dict(living.values_list("uscc", "name"))
