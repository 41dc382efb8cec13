"""Time limits start, are met and are dropped as the work goes its way."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record
from shuanglian.core.calendar import around
from shuanglian.core.clock import today
from shuanglian.exchange.actions.locks import just_now
from shuanglian.exchange.choices import DeadlineKind
from shuanglian.exchange.models import ClockStop, Commitment, Deadline, Extension, Need
from shuanglian.exchange.queries.deadline import rules_for, running, work_out

MOST_EXTENSION = 30  # working days in one go: the length of a complex matter (handbook 4.3)


def start_deadline(
    need: Need, kind: str, *, by: User, commitment: Commitment | None = None, due: dt.date | None = None
) -> Deadline:
    """Start a time limit today under the rule in force; ``due`` overrides the rule's day (a promised date)."""
    (row,) = start_deadlines(need, {kind: due}, by=by, commitment=commitment)
    return row


def start_deadlines(
    need: Need, dues: Mapping[str, dt.date | None], *, by: User, commitment: Commitment | None = None
) -> list[Deadline]:
    """Start several time limits at once: kind → the promised date, or nothing for the rule's day."""
    day = today()
    rules = rules_for(need.county, dues, need.category, day)
    calendar = around(day)
    return Deadline.objects.bulk_create(
        Deadline(
            county=need.county,
            need=need,
            commitment=commitment,
            kind=kind,
            rule=rules[kind],
            started_on=day,
            promised=due,
            due=due or calendar.add(day, rules[kind].days).due,
        )
        for kind, due in dues.items()
    )


def meet_deadlines(need: Need, *kinds: str, by: User, commitment: Commitment | None = None) -> None:
    """Mark the running time limits of these kinds as met today."""
    rows = Deadline.objects.filter(need=need, kind__in=kinds, met_on=None, dropped_on=None)
    if commitment is not None:
        rows = rows.filter(commitment=commitment)
    rows.update(met_on=today())


@transaction.atomic
def drop_deadlines(need: Need, *kinds: str, by: User, commitment: Commitment | None = None) -> None:
    """Running time limits of these kinds (or all) no longer apply; they are neither met nor missed."""
    for deadline in running(need.pk):
        of_this = commitment is None or deadline.commitment_id == commitment.pk
        if of_this and (not kinds or deadline.kind in kinds):
            deadline.dropped_on = today()
            deadline.save(update_fields=["dropped_on", "updated"])


@transaction.atomic
def extend_deadline(deadline: Deadline, *, by: User, days: int, reason: str) -> Extension:
    """延期: more working days for a reason; the new date is on the page at once.

    Raises:
        ValidationError: met already, no reason, or not between one and thirty days.
    """
    deadline = _lock(deadline)
    require(by, "exchange.change_deadline", deadline)
    if not reason.strip():
        raise ValidationError({"reason": "请写明延期的理由"})
    if not 1 <= days <= MOST_EXTENSION:
        raise ValidationError({"days": f"一次延期 1 到 {MOST_EXTENSION} 个工作日"})
    if deadline.extensions.filter(days=days, reason=reason.strip(), by=by, created__gte=just_now()).exists():
        raise ValidationError("刚才已经延期过了，不用再点一次。", code="twin")
    row = Extension.objects.create(
        county=deadline.county, deadline=deadline, days=days, reason=reason.strip(), by=by
    )
    record(row, "extend", by=by, note=reason)
    _redate(deadline)
    return row


@transaction.atomic
def stop_clock(deadline: Deadline, *, by: User, reason: str) -> ClockStop:
    """暂停计时 while the handler waits for the requester; the days until ``resume_clock`` are added to the date."""
    deadline = _lock(deadline)
    require(by, "exchange.change_deadline", deadline)
    if not reason.strip():
        raise ValidationError({"reason": "请写明在等什么"})
    if deadline.stops.filter(ends=None).exists():
        raise ValidationError("已经暂停计时了。")
    row = ClockStop.objects.create(
        county=deadline.county, deadline=deadline, reason=reason.strip(), starts=today(), by=by
    )
    record(row, "stop_clock", by=by, note=reason)
    return row


@transaction.atomic
def resume_clock(deadline: Deadline, *, by: User) -> Deadline:
    """恢复计时: the date moves by the working days that the clock stood still."""
    deadline = _lock(deadline)
    require(by, "exchange.change_deadline", deadline)
    stop = deadline.stops.filter(ends=None).first()
    if stop is None:
        raise ValidationError("现在没有暂停计时。")
    stop.ends = today()
    stop.save(update_fields=["ends", "updated"])
    record(stop, "resume_clock", by=by)
    _redate(deadline)
    return deadline


@transaction.atomic
def redate_deadlines(county: str, *, by: User) -> int:
    """Work out every running time limit again, after the table of days was changed; how many dates moved."""
    require(by, "exchange.redate_deadlines")
    rows = Deadline.objects.filter(county=county, met_on=None, dropped_on=None).select_related(
        "rule", "commitment"
    )
    return sum(_redate(row) for row in rows.prefetch_related("stops", "extensions").order_by("pk"))


def _redate(deadline: Deadline) -> bool:
    due = work_out(deadline, around(deadline.started_on), today()).due
    if due == deadline.due:
        return False
    deadline.due = due
    deadline.reminded_on = None
    deadline.save(update_fields=["due", "reminded_on", "updated"])
    if deadline.kind == DeadlineKind.RESOLVE and deadline.commitment is not None:
        deadline.commitment.due = due
        deadline.commitment.save(update_fields=["due", "updated"])
    return True


def _lock(deadline: Deadline) -> Deadline:
    Need.objects.select_for_update(no_key=True).get(pk=deadline.need_id)
    row = Deadline.objects.select_related("rule", "need", "commitment").get(pk=deadline.pk)
    if row.met_on or row.dropped_on:
        raise ValidationError("这个时限已经结束了。")
    return row
