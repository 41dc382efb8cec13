"""Organisations: entered, corrected, checked once a year, closed. Spelling and the forging mark are worked out here."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from shuanglian.accounts.models import User
from shuanglian.core import uscc
from shuanglian.core.access import can, require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import today
from shuanglian.core.events import announce
from shuanglian.core.states import Move
from shuanglian.directory.actions.checks import apply, refuse, tidy
from shuanglian.directory.choices import GONE, Level, Registration
from shuanglian.directory.events import OrganizationGone
from shuanglian.directory.models import BranchHost, Division, Organization
from shuanglian.directory.states import ORGANIZATION

FORGING = "3393"  # 锻件及粉末冶金制品制造 in GB/T 4754-2017
FORGING_2011 = "3391"  # the same trade in the edition before
_VERSIONS = (2011, 2017)
OWN = ("short_name", "address", "headcount_band", "member_count", "contact_name", "contact_phone")
_CLASS = re.compile(r"\d{4}")
MERGED_IS_NO_FACT = "“已合并”由合并得来，不能直接填"


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


class OwnFacts(TypedDict, total=False):
    """What an organisation says about itself (``OWN``); the licence's facts are the keepers' to change."""

    short_name: str
    address: str
    headcount_band: str
    member_count: int
    contact_name: str
    contact_phone: str


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
    if row.registration == Registration.MERGED:
        raise ValidationError({"registration": MERGED_IS_NO_FACT})
    check_facts(row)
    refuse_merged(row, merged_before(row.county))
    row.save()
    record(row, "create", by=by)
    return row


@transaction.atomic
def change_organization(
    organization: Organization, *, by: User, **facts: Unpack[OrganizationFacts]
) -> Organization:
    """Other facts about an organisation; another registration is a move of its own, as ``close_organization``.

    Raises: as ``create_organization``; ValidationError too when the move is not the user's or has no arrow.
    """
    row = _locked(organization)
    require(by, "directory.change_organization", row)
    before = snapshot(row)
    wanted = facts.pop("registration", row.registration)
    apply(row, facts)
    require(by, "directory.change_organization", row)  # a township cannot push an organisation into another
    check_facts(row)
    row.save()
    if wanted == row.registration or snapshot(row) != before:
        record(row, "change", by=by, before=before)
    if wanted != row.registration:
        if not can(by, "directory.close_organization", row):
            raise ValidationError({"registration": "停业、注销、迁出由工委登记，请联系工委"})
        _take(row, wanted, by=by, note="按台账修改登记状态")
    return row


@transaction.atomic
def correct_organization(organization: Organization, *, by: User, **facts: Unpack[OwnFacts]) -> Organization:
    """Those who know it best put right what they know; the rest was looked at, so it counts as this year's check.

    Raises:
        PermissionDenied: neither the keepers of the list nor people of the organisation.
        ValidationError: by field.
    """
    row = _locked(organization)
    require(by, "directory.correct_organization", row)
    before = snapshot(row)
    apply(row, {name: value for name, value in facts.items() if name in OWN})
    check_facts(row)
    row.checked_on, row.checked_by = today(), by
    row.save()
    record(row, "correct", by=by, before=before)
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
        ValidationError: no reason, or no arrow leads there; for what is gone also when an app above still has
            unfinished business with it (``events.OrganizationGone``).
    """
    row = _locked(organization)
    if registration not in (Registration.SUSPENDED, Registration.CANCELLED, Registration.MOVED):
        require(by, "directory.close_organization", row)
        raise ValidationError({"registration": "请选停业、注销或迁出"})
    return _take(row, registration, by=by, note=note)


@transaction.atomic
def reopen_organization(organization: Organization, *, by: User, note: str = "") -> Organization:
    """Back in business; branches that it left are not joined again by themselves.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: it is in business, or no reason is given.
    """
    return _take(_locked(organization), Registration.ACTIVE, by=by, note=note)


def _take(row: Organization, registration: str, *, by: User, note: str) -> Organization:
    """Make the move of the table that leads to a registration."""
    ORGANIZATION.make(row, _arrow(row, registration, by).name, by=by, note=note)
    if registration in GONE:
        announce(OrganizationGone(row, by))
        _leave_branches(row)
    return row


def _arrow(row: Organization, registration: str, by: User) -> Move:
    found = [m for m in ORGANIZATION.moves if m.by_hand and m.target == registration]
    if not found:
        require(by, "directory.close_organization", row)
        raise ValidationError({"registration": MERGED_IS_NO_FACT})
    return found[0]


def _locked(organization: Organization) -> Organization:
    """The row as it is now: a form may have scribbled on the one we were given."""
    return Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)


def check_facts(row: Organization, taken: Mapping[str, str] | None = None) -> None:
    """Trim, spell, work out the marks; refuse what is wrong.

    ``taken`` (code → whose it is) is what the database would say about codes; given when many are checked at once.

    Raises:
        ValidationError: by field.
    """
    faults = tidy(row, phones=("contact_phone",), names=("name", "short_name"))
    if not row.name:
        faults["name"] = "请写组织名称"
    faults |= _code_faults(row) | _division_faults(row) | _industry_faults(row)
    if taken is None:
        living = Organization.objects.filter(~Q(pk=row.pk), county=row.county, merged_into=None)
        taken = dict(living.filter(uscc=row.uscc).values_list("uscc", "name")) if row.uscc else {}
    if row.uscc in taken:
        faults.setdefault("uscc", f"这个代码已登记给“{taken[row.uscc]}”")
    refuse(row, faults)


def merged_before(county: str) -> dict[str, str]:
    """Names and codes of rows that were merged → a sentence that leads to the row that stayed. They are few."""
    merged = Organization.objects.filter(county=county, merged_into__isnull=False).order_by()
    said: dict[str, str] = {}
    for name, code, into in merged.values_list("name", "uscc", "merged_into__name"):
        said |= dict.fromkeys(filter(None, (name, code)), f"“{name}”已经并入“{into}”，请在那里改")
    return said


def refuse_merged(row: Organization, merged: Mapping[str, str]) -> None:
    """An old list does not bring back what was merged.

    Raises:
        ValidationError: the name or the code is that of a merged row.
    """
    if sentence := merged.get(row.name) or merged.get(row.uscc):
        raise ValidationError({"name": sentence})


def _code_faults(row: Organization) -> dict[str, str]:
    """The shape must be right; a doubtful check character is only marked."""
    row.uscc = uscc.normalise(row.uscc)
    row.uscc_doubtful = False
    if not row.uscc:
        return {}
    if wrong := uscc.shape_fault(row.uscc):
        return {"uscc": wrong}
    row.uscc_doubtful = not uscc.is_checked(row.uscc)
    return {}


def _division_faults(row: Organization) -> dict[str, str]:
    fault = town_fault(row.division if row.division_id else None, row.county)
    return {"division": fault} if fault else {}


def town_fault(town: Division | None, county: str) -> str:
    """Why an organisation of the county cannot lie there; empty when it can."""
    if town is None:
        return "请选所属乡镇"
    if town.level != Level.TOWNSHIP or not town.code.startswith(county):
        return f"“{town.name}”不是本县的乡镇，请另选"
    return f"“{town.name}”已撤销，请选现在的乡镇" if town.ended_on else ""


def _industry_faults(row: Organization) -> dict[str, str]:
    if row.industry_code and not _CLASS.fullmatch(row.industry_code):
        return {"industry_code": "行业代码是 4 位数字，例如 3393"}
    if row.industry_version not in _VERSIONS:
        return {"industry_version": "行业分类只有 2011 年版和 2017 年版"}
    row.is_forging, row.forging_reason = forging(
        row.industry_code, row.industry_version, row.is_forging, row.forging_reason
    )
    return {}


def industry_is_known(code: str, version: int) -> bool:
    """Whether ``forging`` can tell something by it."""
    return version in _VERSIONS and (not code or bool(_CLASS.fullmatch(code)))


def forging(code: str, version: int, marked: bool, reason: str) -> tuple[bool, str]:
    """The forging mark and its reason: by the code, or by hand (flange makers may stand under 3489 or 3443)."""
    if (code, version) == (FORGING, 2017):
        return True, ""
    if (code, version) == (FORGING_2011, 2011):
        return True, "2011 年版 3391 即锻件及粉末冶金制品制造"
    if not marked:
        return False, ""
    # sheets have no column for a reason; forms ask for one
    return True, reason or "按台账“是否锻造企业”一栏"


def _leave_branches(row: Organization) -> None:
    """Who is gone is covered by no branch from today on."""
    for host in BranchHost.objects.filter(organization=row, ends=None).select_related("branch"):
        host.ends = max(host.starts, today() - dt.timedelta(days=1))
        host.save()
