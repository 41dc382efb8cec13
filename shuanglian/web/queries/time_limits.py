"""Time limits somebody keeps an eye on: those that ran out, and those that run out within three days."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from shuanglian.accounts.choices import COMMITTEE, Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.exchange.choices import DeadlineKind
from shuanglian.exchange.models import Deadline, DeadlineRule, Need
from shuanglian.exchange.queries.deadline import ticking
from shuanglian.exchange.queries.pressing import with_due
from shuanglian.web.queries.section import Act, Fill, Row, Section, days_to, listed

DAYS_AHEAD = 3

_ANSWER = "answer"  # a booking's time to be accepted runs for the unit, not for the office
_STUCK: dict[str, str] = {
    DeadlineKind.ACCEPT: "等审核",
    _ANSWER: "等答复预约",
    DeadlineKind.CLAIM: "等单位认领",
    DeadlineKind.FIRST_CONTACT: "等首次对接",
    DeadlineKind.RESOLVE: "等办结",
    DeadlineKind.CONFIRM: "等企业确认",
}
# What a unit does about its own duties: the words and the page of the promise.
_FOR_UNIT: dict[str, tuple[str, str]] = {
    DeadlineKind.FIRST_CONTACT: ("写进展", "exchange.commitment_progress"),
    DeadlineKind.RESOLVE: ("办结", "exchange.commitment_deliver"),
}
UNITS_DUTY = tuple(_FOR_UNIT)


def watched_by(user: User) -> QuerySet[Deadline]:
    """Running time limits others have to keep, as far as they are this person's business.

    The office: units' and receivers' (what it has to review and to assign stands in lists of its own). Leaders and
    liaisons: all. Handlers: their units' own duties, except to answer bookings, which have a list of their own.
    """
    rows = ticking().filter(county=user.county)
    if user.holds(*COMMITTEE):
        return rows.exclude(commitment=None)
    if user.holds(Role.LEADER, Role.LIAISON):
        return rows
    return rows.filter(unit_id__in=user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER), kind__in=UNITS_DUTY)


def late(user: User) -> QuerySet[Deadline]:
    """Those that ran out, the longest first."""
    return watched_by(user).filter(running_until__lt=today())


def soon(user: User) -> QuerySet[Deadline]:
    """Those that run out today or within three days."""
    day = today()
    return watched_by(user).filter(running_until__range=(day, day + dt.timedelta(days=DAYS_AHEAD)))


def soonest_first(needs: QuerySet[Need]) -> QuerySet[Need]:
    """By their next time limit; those without one come last."""
    return with_due(needs).order_by(F("due").asc(nulls_last=True), "pk")


def _told(find: Callable[[User], QuerySet[Deadline]], acts: dict[str, tuple[str, str]]) -> Fill:
    def rows(user: User) -> QuerySet[Deadline]:
        return (
            find(user)
            .select_related("need__organization", "commitment__unit")
            .order_by("running_until", "need_id", "pk")
        )

    def show(deadline: Any) -> Row:
        need = deadline.need
        unit = deadline.commitment.unit.name if deadline.commitment else ""
        kind = _ANSWER if unit and deadline.kind == DeadlineKind.ACCEPT else deadline.kind
        asker = need.organization.short_name or need.organization.name
        parts = (_STUCK[kind], unit, asker, need.number)
        href = reverse("exchange.need", args=(need.pk,))
        act = Act("看进展", href)
        if kind in acts:
            text, page = acts[kind]
            act = Act(text, reverse(page, args=(deadline.commitment_id,)))
        return Row(str(need), href, "　".join(filter(None, parts)), days_to(deadline.due), act)

    return listed(rows, show)


def _late(acts: dict[str, tuple[str, str]]) -> Section:
    empty = ("没有超期的需求", "都在按时办。")
    return Section("late", "超期未办", _told(late, acts), empty, strip="超期未办", aside=True)


def _soon(acts: dict[str, tuple[str, str]]) -> Section:
    empty = ("三天内没有到期的", "都在按时办。")
    return Section("soon", "三天内到期", _told(soon, acts), empty, aside=True)


LATE, SOON = _late({}), _soon({})
LATE_OF_UNIT, SOON_OF_UNIT = _late(_FOR_UNIT), _soon(_FOR_UNIT)

# ---- the rules, for everybody to read ----

_DUTY: dict[str, tuple[str, str]] = {
    DeadlineKind.ACCEPT: ("提出以后审核", "工委工作人员"),
    DeadlineKind.CLAIM: ("公布以后认领", "联盟单位"),
    DeadlineKind.FIRST_CONTACT: ("认领以后联系企业", "认领单位"),
    DeadlineKind.RESOLVE: ("认领以后办结", "认领单位"),
    DeadlineKind.CONFIRM: ("报办结以后确认", "提出单位"),
}


@dataclass(frozen=True, slots=True)
class PlainRule:
    """One time limit as the page of rules says it; ``days`` are working days."""

    text: str
    who: str
    days: int


def rules_in_force(county: str) -> list[PlainRule]:
    """The general time limits in force today, in the order of the steps. One query."""
    rows = DeadlineRule.objects.filter(county=county, category="", valid_from__lte=today())
    latest = {(row.kind, row.complex): row.days for row in rows.order_by("valid_from", "version")}
    return [
        PlainRule(f"{text}（复杂事项）" if hard else text, who, latest[kind, hard])
        for kind, (text, who) in _DUTY.items()
        for hard in (False, True)
        if (kind, hard) in latest
    ]
