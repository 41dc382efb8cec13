"""Time limits: which rule holds, and how a due date was worked out."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from shuanglian.core.calendar import Calendar, DueDate
from shuanglian.exchange.models import Deadline, DeadlineRule


def rule_for(county: str, kind: str, category: str, day: dt.date, *, hard: bool = False) -> DeadlineRule:
    """The rule in force on a day: the category's own before the general one, the latest version of it.

    Raises:
        DeadlineRule.DoesNotExist: no rule of this kind is in force.
    """
    rules = DeadlineRule.objects.filter(
        Q(category=category) | Q(category=""), county=county, kind=kind, complex=hard, valid_from__lte=day
    )
    found = rules.order_by("-category", "-valid_from", "-version").first()
    if found is None:
        raise DeadlineRule.DoesNotExist(kind)
    return found


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A due date with everything a person needs to check it."""

    base: DueDate
    stopped: int  # working days the clock stood still
    extended: int  # working days added
    final: DueDate


def work_out(deadline: Deadline, calendar: Calendar, today: dt.date) -> WorkedOut:
    """Due date = start + rule + extensions + the working days the clock stood still (handbook 3.6)."""
    base = calendar.add(deadline.started_on, deadline.rule.days)
    stopped = sum(calendar.between(s.starts, s.ends or today) for s in deadline.stops.all())
    extended = sum(e.days for e in deadline.extensions.all())
    return WorkedOut(
        base, stopped, extended, calendar.add(deadline.started_on, deadline.rule.days + stopped + extended)
    )


def running(need_id: int) -> list[Deadline]:
    """The time limits of a need that are neither met nor dropped, earliest first."""
    return list(Deadline.objects.filter(need_id=need_id, met_on=None, dropped_on=None).select_related("rule"))
