"""Party branches: who sees which, whom they cover, when their terms end."""

import datetime as dt
from typing import Any

from django.db.models import (
    Count,
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
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan, LessThanOrEqual

from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.directory.choices import BranchKind
from shuanglian.directory.models import BranchHost, Organization, PartyBranch
from shuanglian.directory.queries.organization import COUNTY_READERS, OWN_READERS
from shuanglian.directory.queries.rule import months_after, rule

_TERMS = {BranchKind.COMMITTEE: "term_committee", BranchKind.GENERAL: "term_general"}


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


def usual_term(kind: str) -> int:
    """How many years a term has: a committee's five, all others' three (handbook 2.2)."""
    return rule(_TERMS.get(BranchKind(kind), "term_branch") if kind in BranchKind.values else "term_branch")


def term_end(branch: PartyBranch) -> dt.date | None:
    """The day a term ends: the same day of the year it runs out (Civil Code art. 202); None without a start."""
    return None if branch.term_start is None else months_after(branch.term_start, 12 * branch.term_years)


def renewal_end(branch: PartyBranch) -> dt.date | None:
    """The day by which the renewal is due: the term's end, or the later day its superior approved."""
    return branch.extended_to or term_end(branch)


def reminder_day(branch: PartyBranch) -> dt.date | None:
    """The day from which a renewal should be prepared: half a year before the term ends (handbook 2.2)."""
    end = term_end(branch)
    return None if end is None else months_after(end, -rule("remind_months"))


def _plus(day: Any, months: Any) -> Cast:
    span = Func(Value(0), Cast(months, IntegerField()), function="make_interval")
    return Cast(ExpressionWrapper(day + span, DateField()), DateField())


_END = _plus(F("term_start"), F("term_years") * Value(12))
_DUE = Coalesce(F("extended_to"), _END)


def _remind() -> Cast:
    return _plus(_END, Value(-rule("remind_months")))


def with_terms(rows: QuerySet[PartyBranch]) -> QuerySet[PartyBranch]:
    """Branches with ``term_ends``, ``renew_by`` and ``remind_on``, worked out by the database as ``term_end`` does."""
    return rows.annotate(term_ends=_END, renew_by=_DUE, remind_on=_remind())


def overdue(day: dt.date) -> Q:
    """The condition "the term is over", and so is the time by which its renewal was put off."""
    return Q(LessThan(_DUE, Value(day)), ended_on=None)


def renewal_due(day: dt.date) -> Q:
    """The condition "the term ends within half a year, or is being extended"."""
    return Q(LessThanOrEqual(_remind(), Value(day)), GreaterThanOrEqual(_DUE, Value(day)), ended_on=None)


def renewals_to_tell(day: dt.date) -> QuerySet[PartyBranch]:
    """Branches whose staff and secretary have not yet been told that the term ends soon, or that it is over."""
    rows = with_terms(PartyBranch.objects.filter(ended_on=None, term_start__isnull=False))
    ahead = Q(remind_on__lte=day, term_ends__gte=day) & ~Q(
        told_ahead_of=F("term_ends"), told_ahead_of__isnull=False
    )
    over = Q(renew_by__lt=day) & ~Q(told_over_of=F("renew_by"), told_over_of__isnull=False)
    return rows.filter(ahead | over).order_by("pk")


def without_secretary(day: dt.date) -> Q:
    """The condition "nobody is registered as its secretary"."""
    return Q(ended_on=None, secretary_name="")


def crowded(day: dt.date) -> Q:
    """The condition "a joint branch that covers more than the usual five organisations"."""
    many = (
        hosts_on(day)
        .filter(branch=OuterRef("pk"))
        .order_by()
        .values("branch")
        .annotate(hosts=Count("pk"))
        .filter(hosts__gt=rule("joint_most"))
    )
    return Q(Exists(many), kind=BranchKind.JOINT, ended_on=None)


def remarks_on(branch: PartyBranch) -> list[str]:
    """What the rules of handbook 2.2 would ask about this branch, as plain sentences. They never block."""
    hosts, members = len(_hosting(branch)), branch.full_members
    small = branch.kind in (BranchKind.INDEPENDENT, BranchKind.JOINT)
    least, most, joint = rule("members_least"), rule("members_most"), rule("joint_most")
    asked = (
        (
            branch.kind == BranchKind.JOINT and hosts > joint,
            f"联合支部一般不超过 {joint} 家，现在是 {hosts} 家",
        ),
        (branch.kind == BranchKind.JOINT and hosts < 2, f"联合支部至少覆盖两家，现在是 {hosts} 家"),
        (
            branch.kind == BranchKind.INDEPENDENT and members < least,
            f"独立支部要有正式党员 {least} 人以上，现在登记 {members} 人",
        ),
        (small and members > most, f"正式党员超过 {most} 人，一般要设党总支"),
        (not branch.secretary_name, "还没有登记书记"),
    )
    return [words for holds, words in asked if holds] + _remarks_on_term(branch)


def _remarks_on_term(branch: PartyBranch) -> list[str]:
    end, due, remind = term_end(branch), renewal_end(branch), reminder_day(branch)
    if end is None or due is None or remind is None:
        return []
    if due < today():
        return [f"本届 {end:%Y-%m-%d} 已届满" + (f"，延期到 {due:%Y-%m-%d} 也已过" if due > end else "")]
    if end < today():
        return [f"本届 {end:%Y-%m-%d} 已届满，经批准延期到 {due:%Y-%m-%d}"]
    return [f"本届 {end:%Y-%m-%d} 届满，该准备换届了"] if remind <= today() else []
