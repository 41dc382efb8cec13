"""Party branches: founded, changed, renewed, ended. Whom a branch covers is kept with dates."""

import datetime as dt
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import today
from shuanglian.directory.actions.checks import apply, refuse, tidy
from shuanglian.directory.choices import GONE, BranchKind
from shuanglian.directory.models import BranchHost, Organization, PartyBranch
from shuanglian.directory.queries import branch_of, usual_term


class BranchFacts(TypedDict, total=False):
    """What may be written about a branch: counts and posts, never a roster."""

    name: str
    code: str
    kind: str
    superior: str
    full_members: int
    probationary_members: int
    founded_on: dt.date | None
    approval_no: str
    secretary_name: str
    secretary_background: str
    deputy_name: str
    term_start: dt.date | None
    term_years: int
    place: str
    phone: str
    note: str


@transaction.atomic
def create_branch(
    *,
    by: User,
    hosts: Iterable[Organization] = (),
    since: dt.date | None = None,
    **facts: Unpack[BranchFacts],
) -> PartyBranch:
    """A new branch and the organisations it covers, from ``since``, its founding day or today.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: by field; an independent branch covers exactly one organisation, a joint one at least two.
    """
    require(by, "directory.add_partybranch")
    row = PartyBranch(county=by.county)
    apply(row, facts)
    if "term_years" not in facts:
        row.term_years = usual_term(row.kind)
    covered = list(dict.fromkeys(hosts))
    check_branch(row, covered)
    row.save()
    _cover(row, covered, since or row.founded_on or today())
    record(row, "create", by=by, note=_covering(covered))
    return row


@transaction.atomic
def change_branch(
    branch: PartyBranch,
    *,
    by: User,
    hosts: Iterable[Organization] | None = None,
    since: dt.date | None = None,
    **facts: Unpack[BranchFacts],
) -> PartyBranch:
    """Other facts about a branch; with ``hosts`` it covers exactly these from ``since`` (default: today) on.

    Raises: as ``create_branch``.
    """
    row = living_branch(branch, by=by)
    before = snapshot(row)
    apply(row, facts)
    was = covered_now(row)
    covered = was if hosts is None else list(dict.fromkeys(hosts))
    check_branch(row, covered)
    row.save()
    if set(covered) != set(was):
        _cover(row, covered, since or today())
    note = _covering(covered) if set(covered) != set(was) else ""
    record(row, "change", by=by, before=before, note=note)
    return row


@transaction.atomic
def join_branch(
    organization: Organization, *, by: User, branch: PartyBranch, since: dt.date | None = None
) -> PartyBranch:
    """One more organisation is covered by a branch, from ``since`` or today on.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: an independent branch, a dissolved one, or the organisation is covered already or gone.
    """
    row = living_branch(branch, by=by)
    if organization.registration in GONE:
        raise ValidationError(
            f"{organization.name}{organization.get_registration_display()}了，不用划入党组织。"
        )
    if row.kind == BranchKind.INDEPENDENT:
        raise ValidationError({"branch": "独立支部只覆盖一个单位，请选联合支部"})
    if (held := branch_of(organization)) is not None:
        raise ValidationError(f"{organization.name}现在由“{held.name}”覆盖，要换请先在那里改。")
    _cover(row, [*covered_now(row), organization], since or today())
    record(row, "join", by=by, note=f"新覆盖单位：{organization.name}")
    record(organization, "join_branch", by=by, note=f"划入{row.name}")
    return row


@transaction.atomic
def end_branch(branch: PartyBranch, *, by: User, note: str = "") -> PartyBranch:
    """A branch is dissolved as of today; the organisations it covered are covered no more.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: no reason, or it has ended already.
    """
    row = lock_branch(branch)
    require(by, "directory.end_partybranch", row)
    if row.ended_on is not None:
        raise ValidationError(f"{row.name}已经撤销了。")
    if not note.strip():
        raise ValidationError({"note": "请写明撤销依据，例如批复文号"})
    before = snapshot(row)
    row.ended_on = today()
    row.save()
    _cover(row, [], today())
    record(row, "end", by=by, before=before, note=note.strip())
    return row


def lock_branch(branch: PartyBranch) -> PartyBranch:
    """The branch as it is now, locked."""
    return PartyBranch.objects.select_for_update(no_key=True).get(pk=branch.pk)


def living_branch(branch: PartyBranch, *, by: User) -> PartyBranch:
    """The branch, locked, when this user may change it.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: it was dissolved.
    """
    row = lock_branch(branch)
    require(by, "directory.change_partybranch", row)
    if row.ended_on is not None:
        raise ValidationError("这个党组织已经撤销，不能再改。")
    return row


def covered_now(branch: PartyBranch) -> list[Organization]:
    """Those not ended yet, also when they begin later."""
    rows = BranchHost.objects.filter(branch=branch, ends=None).select_related("organization")
    return [row.organization for row in rows]


def _covering(organizations: Iterable[Organization]) -> str:
    names = "、".join(row.name for row in organizations)
    return f"覆盖单位：{names}" if names else "没有覆盖单位"


def _cover(branch: PartyBranch, organizations: Iterable[Organization], since: dt.date) -> None:
    """End what is no longer covered on the day before, begin what is new on the day."""
    wanted = {row.pk for row in organizations}
    for host in BranchHost.objects.select_for_update(no_key=True).filter(branch=branch, ends=None):
        if host.organization_id not in wanted:
            host.ends = max(host.starts, since - dt.timedelta(days=1))
            host.save()
        wanted.discard(host.organization_id)
    for pk in sorted(wanted):
        BranchHost.objects.create(county=branch.county, branch=branch, organization_id=pk, starts=since)


def check_branch_facts(facts: Mapping[str, Any], branch: PartyBranch | None, by: User) -> None:
    """Refuse what ``create_branch`` or ``change_branch`` would refuse, and write nothing: for the preview of a sheet.

    Raises:
        ValidationError: by field.
    """
    row = PartyBranch(county=by.county) if branch is None else copy(branch)
    apply(row, {name: value for name, value in facts.items() if name != "hosts"})
    if branch is None and "term_years" not in facts:
        row.term_years = usual_term(row.kind)
    covered = [] if branch is None else covered_now(branch)
    check_branch(row, list(facts.get("hosts", covered)))


def check_branch(row: PartyBranch, hosts: list[Organization]) -> None:
    """Trim, spell, refuse what is wrong.

    Raises:
        ValidationError: by field.
    """
    faults = tidy(row, phones=("phone",))
    if not row.name:
        faults["name"] = "请写党组织全称"
    faults |= _host_faults(row, hosts) | _code_faults(row) | _date_faults(row)
    refuse(row, faults)


def _host_faults(row: PartyBranch, hosts: list[Organization]) -> dict[str, str]:
    if any(host.county != row.county for host in hosts):
        return {"hosts": "覆盖单位要在本县"}
    if row.kind == BranchKind.INDEPENDENT and len(hosts) != 1:
        return {"hosts": f"独立支部只覆盖一个单位，现在是 {len(hosts)} 个"}
    if row.kind == BranchKind.JOINT and len(hosts) < 2:
        return {"hosts": f"联合支部至少覆盖两个单位，现在是 {len(hosts)} 个"}
    return {}


def _code_faults(row: PartyBranch) -> dict[str, str]:
    if not row.code:
        return {}
    same = PartyBranch.objects.filter(county=row.county, code=row.code).exclude(pk=row.pk).first()
    return {"code": f"这个党组织代码已登记给“{same.name}”"} if same else {}


def _date_faults(row: PartyBranch) -> dict[str, str]:
    faults = {}
    if row.founded_on and row.founded_on > today():
        faults["founded_on"] = "成立日期不能晚于今天"
    if row.founded_on and row.term_start and row.term_start < row.founded_on:
        faults["term_start"] = "本届起始日期不能早于成立日期"
    if not 1 <= row.term_years <= 5:
        faults["term_years"] = "任期是 1 到 5 年，党委 5 年，党总支和党支部 3 年"
    return faults
