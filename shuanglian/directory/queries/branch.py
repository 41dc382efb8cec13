"""Party branches: who sees which, whom they cover, when their terms end."""

import datetime as dt
from calendar import monthrange
from typing import Any

from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual, LessThan, LessThanOrEqual

from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.directory.choices import BranchKind
from shuanglian.directory.models import BranchHost, Organization, PartyBranch
from shuanglian.directory.queries.organization import COUNTY_READERS, OWN_READERS

REMINDER_MONTHS = 6  # the superior reminds half a year before a term ends (handbook 2.2)
JOINT_MOST = 5
BRANCH_LEAST = 3
BRANCH_MOST = 50


def branches_visible_to(user: User) -> QuerySet[PartyBranch]:
    """As organisations: the county, or the branches that cover one of the user's own. With the dates of their terms."""
    rows = with_terms(PartyBranch.objects.filter(county=user.county))
    if user.holds(*COUNTY_READERS):
        return rows
    own = Q(organization_id__in=user.scope_ids(Scope.ORGANIZATION, *OWN_READERS))
    near = Q(organization__division_id__in=user.scope_ids(Scope.TOWNSHIP, Role.TOWNSHIP))
    return rows.filter(Exists(hosts_on(today()).filter(own | near, branch=OuterRef("pk"))))


def hosts_on(day: dt.date) -> QuerySet[BranchHost]:
    """Which organisation belonged to which branch on a day."""
    return BranchHost.objects.filter(Q(ends=None) | Q(ends__gte=day), starts__lte=day)


def branch_of(organization: Organization, day: dt.date | None = None) -> PartyBranch | None:
    """The branch that covers an organisation on a day (default: today); the oldest when there are several."""
    when = day or today()
    living = Q(branch__ended_on=None) | Q(branch__ended_on__gt=when)
    row = hosts_on(when).filter(living, organization=organization).select_related("branch").first()
    return row.branch if row else None


def hosts_of(branch: PartyBranch, day: dt.date | None = None) -> list[Organization]:
    """The organisations a branch covers on a day (default: today), in the order they joined."""
    rows = (
        hosts_on(day or today()).filter(branch=branch).select_related("organization").order_by("starts", "pk")
    )
    return [row.organization for row in rows]


def current_hosts(branch: PartyBranch) -> list[Organization]:
    """As ``hosts_of`` today, read from prefetched ``host_rows__organization``."""
    return [row.organization for row in _hosting(branch)]


def _hosting(branch: PartyBranch) -> list[BranchHost]:
    day = today()
    return [h for h in branch.host_rows.all() if h.starts <= day and (h.ends is None or h.ends >= day)]


def term_end(branch: PartyBranch) -> dt.date | None:
    """The day a term ends: the same day of the year it runs out (Civil Code art. 202); None without a start."""
    return None if branch.term_start is None else months_after(branch.term_start, 12 * branch.term_years)


def reminder_day(branch: PartyBranch) -> dt.date | None:
    """The day from which a renewal should be prepared."""
    end = term_end(branch)
    return None if end is None else months_after(end, -REMINDER_MONTHS)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day some months later or earlier; the month's last day where there is none (29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _plus(day: Any, months: Any) -> Cast:
    span = Func(Value(0), Cast(months, IntegerField()), function="make_interval")
    return Cast(ExpressionWrapper(day + span, DateField()), DateField())


_END = _plus(F("term_start"), F("term_years") * Value(12))
_REMIND = _plus(_END, Value(-REMINDER_MONTHS))


def with_terms(rows: QuerySet[PartyBranch]) -> QuerySet[PartyBranch]:
    """Branches with ``term_ends`` and ``remind_on``, worked out by the database as ``term_end`` does."""
    return rows.annotate(term_ends=_END, remind_on=_REMIND)


def overdue(day: dt.date) -> Q:
    """The condition "the term is over"."""
    return Q(LessThan(_END, Value(day)), ended_on=None)


def renewal_due(day: dt.date) -> Q:
    """The condition "the term ends within half a year"."""
    return Q(LessThanOrEqual(_REMIND, Value(day)), GreaterThanOrEqual(_END, Value(day)), ended_on=None)


def without_secretary(day: dt.date) -> Q:
    """The condition "nobody is registered as its secretary"."""
    return Q(ended_on=None, secretary_name="")


def remarks_on(branch: PartyBranch) -> list[str]:
    """What the rules of handbook 2.2 would ask about this branch, as plain sentences. They never block."""
    found: list[str] = []
    hosts = len(_hosting(branch))
    if branch.kind == BranchKind.JOINT and hosts > JOINT_MOST:
        found.append(f"联合支部一般不超过 {JOINT_MOST} 家，现在是 {hosts} 家")
    if branch.kind == BranchKind.INDEPENDENT and branch.full_members < BRANCH_LEAST:
        found.append(f"独立支部要有正式党员 {BRANCH_LEAST} 人以上，现在登记 {branch.full_members} 人")
    if branch.kind in (BranchKind.INDEPENDENT, BranchKind.JOINT) and branch.full_members > BRANCH_MOST:
        found.append(f"正式党员超过 {BRANCH_MOST} 人，一般要设党总支")
    if not branch.secretary_name:
        found.append("还没有登记书记")
    end = term_end(branch)
    if end is not None and end < today():
        found.append(f"本届 {end:%Y-%m-%d} 已届满")
    return found
