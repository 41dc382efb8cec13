"""Organisations: entered, corrected, checked once a year, closed. Spelling and the forging mark are worked out here."""

import datetime as dt
import re
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from shuanglian.accounts.models import User
from shuanglian.core import uscc
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import today
from shuanglian.directory.actions.checks import apply, refuse, tidy
from shuanglian.directory.choices import Level, Registration
from shuanglian.directory.models import BranchHost, Division, Organization

FORGING = "3393"  # 锻件及粉末冶金制品制造 in GB/T 4754-2017
FORGING_2011 = "3391"  # the same trade in the edition before
_VERSIONS = (2011, 2017)
_GONE = (Registration.CANCELLED, Registration.MOVED)
_CLASS = re.compile(r"\d{4}")


class OrganizationFacts(TypedDict, total=False):
    """What may be written about an organisation; the rest is worked out."""

    name: str
    short_name: str
    uscc: str
    kind: str
    industry_code: str
    industry_version: int
    is_forging: bool
    forging_reason: str
    is_scaled: bool
    division: Division
    address: str
    headcount_band: str
    registration: str
    member_count: int
    contact_name: str
    contact_phone: str
    source: str
    note: str


@transaction.atomic
def create_organization(*, by: User, **facts: Unpack[OrganizationFacts]) -> Organization:
    """A new organisation of the user's county.

    A code whose last character does not fit is kept and marked doubtful, because old codes in real use are irregular;
    forms refuse it before (``forms.OrganizationForm``).

    Raises:
        PermissionDenied: not the committee's, nor a township's within its own area.
        ValidationError: by field.
    """
    row = Organization(county=by.county)
    apply(row, facts)
    require(by, "directory.add_organization", row if row.division_id else None)
    _check(row)
    row.save()
    record(row, "create", by=by)
    return row


@transaction.atomic
def change_organization(
    organization: Organization, *, by: User, **facts: Unpack[OrganizationFacts]
) -> Organization:
    """Other facts about an organisation. One that is struck off or moves away leaves its branches.

    Raises: as ``create_organization``.
    """
    row = _locked(organization)
    require(by, "directory.change_organization", row)
    before = snapshot(row)
    apply(row, facts)
    require(by, "directory.change_organization", row)  # a township cannot push an organisation into another
    _check(row)
    row.save()
    record(row, "change", by=by, before=before)
    _leave_branches(row, before)
    return row


@transaction.atomic
def check_organization(organization: Organization, *, by: User) -> Organization:
    """Somebody who knows it says that all facts still hold (核对无误); once a year is enough.

    Raises:
        PermissionDenied: neither the keepers of the list nor people of the organisation.
    """
    row = _locked(organization)
    require(by, "directory.check_organization", row)
    before = snapshot(row)
    row.checked_on, row.checked_by = today(), by
    row.save()
    record(row, "check", by=by, before=before)
    return row


@transaction.atomic
def close_organization(
    organization: Organization, *, by: User, registration: str = Registration.CANCELLED, note: str = ""
) -> Organization:
    """Struck off, moved away or suspended: it leaves the current lists, its history stays.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: no reason, or it is so already.
    """
    row = _locked(organization)
    require(by, "directory.close_organization", row)
    if registration not in (*_GONE, Registration.SUSPENDED):
        raise ValidationError({"registration": "请选停业、注销或迁出"})
    if not note.strip():
        raise ValidationError({"note": "请写明依据，例如市场监管局注销公告"})
    return _register(row, registration, "close", by=by, note=note)


@transaction.atomic
def reopen_organization(organization: Organization, *, by: User, note: str = "") -> Organization:
    """Back in business; branches that it left are not joined again by themselves.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: it is in business.
    """
    row = _locked(organization)
    require(by, "directory.close_organization", row)
    return _register(row, Registration.ACTIVE, "reopen", by=by, note=note)


def _register(row: Organization, registration: str, verb: str, *, by: User, note: str) -> Organization:
    if row.registration == registration:
        raise ValidationError(f"{row.name}现在就是“{row.get_registration_display()}”。")
    before = snapshot(row)
    row.registration = registration
    row.save()
    record(row, verb, by=by, before=before, note=note.strip())
    _leave_branches(row, before)
    return row


def _locked(organization: Organization) -> Organization:
    """The row as it is now: a form may have scribbled on the one we were given."""
    return Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


def _check(row: Organization) -> None:
    faults = tidy(row, phones=("contact_phone",), names=("name", "short_name"))
    if not row.name:
        faults["name"] = "请写组织名称"
    faults |= _code_faults(row) | _division_faults(row) | _industry_faults(row)
    refuse(row, faults)


def _code_faults(row: Organization) -> dict[str, str]:
    """The shape must be right and the code nobody else's; a doubtful check character is only marked."""
    row.uscc = uscc.normalise(row.uscc)
    row.uscc_doubtful = False
    if not row.uscc:
        return {}
    if wrong := uscc.shape_fault(row.uscc):
        return {"uscc": wrong}
    row.uscc_doubtful = bool(uscc.fault(row.uscc))
    same = Organization.objects.filter(~Q(pk=row.pk), county=row.county, uscc=row.uscc).first()
    return {"uscc": f"这个代码已登记给“{same.name}”"} if same else {}


def _division_faults(row: Organization) -> dict[str, str]:
    if row.division_id is None:
        return {"division": "请选所属乡镇"}
    town = row.division
    if town.level != Level.TOWNSHIP or not town.code.startswith(row.county):
        return {"division": f"“{town.name}”不是本县的乡镇，请另选"}
    return {"division": f"“{town.name}”已撤销，请选现在的乡镇"} if town.ended_on else {}


def _industry_faults(row: Organization) -> dict[str, str]:
    """Sets the forging mark: by the code, or by hand with a reason (flange makers may stand under 3489 or 3443)."""
    if row.industry_code and not _CLASS.fullmatch(row.industry_code):
        return {"industry_code": "行业代码是 4 位数字，例如 3393"}
    if row.industry_version not in _VERSIONS:
        return {"industry_version": "行业分类只有 2011 年版和 2017 年版"}
    if (row.industry_code, row.industry_version) == (FORGING, 2017):
        row.is_forging, row.forging_reason = True, ""
    elif (row.industry_code, row.industry_version) == (FORGING_2011, 2011):
        row.is_forging, row.forging_reason = True, "2011 年版 3391 即锻件及粉末冶金制品制造"
    elif not row.is_forging:
        row.forging_reason = ""
    elif not row.forging_reason:
        row.forging_reason = (
            "按台账“是否锻造企业”一栏"  # sheets have no column for a reason; forms ask for one
        )
    return {}


def _leave_branches(row: Organization, before: dict[str, Any]) -> None:
    """Who is gone is covered by no branch from today on."""
    if row.registration not in _GONE or before["registration"] in _GONE:
        return
    for host in BranchHost.objects.filter(organization=row, ends=None).select_related("branch"):
        host.ends = max(host.starts, today() - dt.timedelta(days=1))
        host.save()
