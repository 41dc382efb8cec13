"""Organisations: who sees which, who covers them, and what is missing (组织覆盖、工作覆盖)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from shuanglian.accounts.choices import COMMITTEE, ENTERPRISE_SIDE, Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core import uscc
from shuanglian.core.clock import today
from shuanglian.directory.choices import GONE, BranchKind, Registration
from shuanglian.directory.models import BranchHost, Organization
from shuanglian.directory.queries.rule import months_after, rule

COUNTY_READERS = (*COMMITTEE, Role.LEADER, Role.LIAISON, Role.SYSTEM)
OWN_READERS = (*ENTERPRISE_SIDE, Role.INSTRUCTOR)
_KINDS = dict(BranchKind.choices)


def organizations_visible_to(user: User) -> QuerySet[Organization]:
    """The committee, leaders and liaisons see the county; a township its own; others the ones they stand for or guide.

    Handlers of partner units see none here: the exchange shows them those that it brings them together with.
    """
    rows = Organization.objects.filter(county=user.county, merged_into=None).select_related("division")
    if user.holds(*COUNTY_READERS):
        return rows
    own = user.scope_ids(Scope.ORGANIZATION, *OWN_READERS)
    return rows.filter(Q(pk__in=own) | Q(division_id__in=user.scope_ids(Scope.TOWNSHIP, Role.TOWNSHIP)))


def organizations_of(user: User, roles: Iterable[str] = ENTERPRISE_SIDE) -> QuerySet[Organization]:
    """The organisations somebody stands for (with ``roles``: instructs, and so on)."""
    return Organization.objects.filter(
        county=user.county, pk__in=user.scope_ids(Scope.ORGANIZATION, *roles)
    ).select_related("division")


def in_business(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """Those neither closed nor moved away."""
    return rows.exclude(registration__in=GONE)


def covered_by_branch(day: dt.date) -> Q:
    """The condition "a party branch covers it on this day" (组织覆盖)."""
    return Q(Exists(_covering(day)))


def _covering(day: dt.date) -> QuerySet[BranchHost]:
    """The branches that cover the organisation of the outer query on this day, the oldest first."""
    return BranchHost.objects.filter(
        Q(ends=None) | Q(ends__gte=day),
        Q(branch__ended_on=None) | Q(branch__ended_on__gt=day),
        organization=OuterRef("pk"),
        starts__lte=day,
    )


def covered_by_instructor(day: dt.date) -> Q:
    """The condition "an instructor is posted there on this day" (工作覆盖)."""
    return Q(Exists(_instructing(day).filter(scope_id=OuterRef("pk"))))


def instructors_by_organization(day: dt.date) -> dict[int, str]:
    """Who is posted where as an instructor on this day: key of the organisation → names, who came first first."""
    names: dict[Any, list[str]] = defaultdict(list)
    posted = _instructing(day).order_by("starts", "pk").values_list("scope_id", "user__name")
    for key, name in posted:
        names[key].append(name)
    return {key: "、".join(dict.fromkeys(found)) for key, found in names.items()}


def _instructing(day: dt.date) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(
        Q(ends=None) | Q(ends__gte=day),
        scope=Scope.ORGANIZATION,
        role=Role.INSTRUCTOR,
        starts__lte=day,
        ended_at=None,
    )


def organizations_with_coverage(user: User) -> QuerySet[Organization]:
    """What a user sees, with ``has_instructor`` and what ``coverage_of`` says in words."""
    day = today()
    return organizations_visible_to(user).annotate(
        has_instructor=covered_by_instructor(day),
        covered_kind=Subquery(_covering(day).values("branch__kind")[:1]),
        covered_name=Subquery(_covering(day).values("branch__name")[:1]),
    )


def coverage_of(organization: Any) -> tuple[str, str]:
    """How a row of ``organizations_with_coverage`` is covered today, and the name of its branch, in words."""
    if organization.covered_kind:
        return _KINDS[organization.covered_kind], organization.covered_name
    return ("指导员联系" if organization.has_instructor else "未覆盖"), ""


def in_trade() -> Q:
    """The condition "neither closed, nor moved away, nor merged"."""
    return ~Q(registration__in=GONE)


def uncovered(day: dt.date) -> Q:
    """The condition "in business, with neither a branch nor an instructor" (无人搞党建)."""
    return in_trade() & ~covered_by_branch(day) & ~covered_by_instructor(day)


def without_branch(day: dt.date) -> Q:
    """The condition "in business, and no party branch covers it"."""
    return in_trade() & ~covered_by_branch(day)


def without_instructor(day: dt.date) -> Q:
    """The condition "in business, and no instructor is posted there"."""
    return in_trade() & ~covered_by_instructor(day)


def unchecked(day: dt.date) -> Q:
    """The condition "active, and nobody has said for a year that its facts hold"."""
    since = months_after(day, -rule("check_months"))
    return Q(registration=Registration.ACTIVE) & (Q(checked_on=None) | Q(checked_on__lt=since))


def uncovered_organizations(user: User) -> QuerySet[Organization]:
    """The gap list of what a user sees; it empties as branches and postings come."""
    return organizations_visible_to(user).filter(uncovered(today()))


def survivor_of(pk: int, user: User) -> Organization | None:
    """Where a merged organisation's old address leads, when the user may see that one; None for any other row."""
    leads_to = Organization.objects.filter(pk=pk, county=user.county).values("merged_into")
    return organizations_visible_to(user).filter(pk__in=leads_to).first()


def find_organization(user: User, text: str) -> Organization | None:
    """The one organisation a user may see that bears this name, short name or code; None when none or several do."""
    word = text.strip()
    same = Q(name=word) | Q(short_name=word) | Q(uscc=uscc.normalise(word))
    found = list(organizations_visible_to(user).filter(same)[:2]) if word else []
    return found[0] if len(found) == 1 else None
