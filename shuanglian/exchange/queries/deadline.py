"""Time limits: which rule holds, and how a due date was worked out."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from shuanglian.core.calendar import Calendar, DueDate
from shuanglian.core.clock import today
from shuanglian.core.prepared import Prepared, given
from shuanglian.exchange.choices import DeadlineKind
from shuanglian.exchange.models import ClockStop, Deadline, DeadlineRule, Delivery

_RULES: Prepared[DeadlineRule] = Prepared(
    lambda: DeadlineRule.objects.filter(
        category__any=given("categories"),
        county=given("county"),
        kind__any=given("kinds"),
        complex=given("hard"),
        valid_from__lte=given("day"),
    ).order_by("-category", "-valid_from", "-version")
)


def rule_for(county: str, kind: str, category: str, day: dt.date, *, hard: bool = False) -> DeadlineRule:
    """The rule in force on a day: the category's own before the general one, the latest version of it.

    Raises:
        DeadlineRule.DoesNotExist: no rule of this kind is in force.
    """
    return rules_for(county, (kind,), category, day, hard=hard)[kind]


def rules_for(
    county: str, kinds: Iterable[str], category: str, day: dt.date, *, hard: bool = False
) -> dict[str, DeadlineRule]:
    """The rules of several kinds in one query; raises as ``rule_for``."""
    wanted = set(kinds)
    found: dict[str, DeadlineRule] = {}
    rules = _RULES.rows(categories=[category, ""], county=county, kinds=list(wanted), hard=hard, day=day)
    for rule in rules:
        found.setdefault(rule.kind, rule)
    if missing := wanted - found.keys():
        raise DeadlineRule.DoesNotExist(", ".join(sorted(missing)))
    return found


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A due date with everything a person needs to check it. Days are working days."""

    base: DueDate  # start and the rule's days; ``promised`` replaces its day when a unit named one
    promised: dt.date | None
    stopped: int  # days the clock stood still
    extended: int  # days added
    final: DueDate  # from the base (or promised) day on, over the added days

    @property
    def due(self) -> dt.date:
        return self.final.due

    @property
    def guessed_years(self) -> tuple[int, ...]:
        """Years without a published calendar that the way crosses."""
        return tuple(sorted({*self.base.guessed_years, *self.final.guessed_years}))


def work_out(deadline: Deadline, calendar: Calendar, today: dt.date) -> WorkedOut:
    """Due date = start + rule (or the promised day) + extensions + the days the clock stood still (handbook 3.6)."""
    base = calendar.add(deadline.started_on, deadline.rule.days)
    stopped = sum(calendar.between(s.starts, s.ends or today) for s in deadline.stops.all())
    extended = sum(e.days for e in deadline.extensions.all())
    final = calendar.add(deadline.promised or base.due, stopped + extended)
    return WorkedOut(base, deadline.promised, stopped, extended, final)


def unstopped() -> Q:
    """The condition "the clock of this limit does not stand still"."""
    return ~Q(Exists(ClockStop.objects.filter(deadline=OuterRef("pk"), ends=None)))


def ticking() -> QuerySet[Deadline]:
    """Time limits that run: neither met nor dropped, and the clock is not stopped.

    "Since ever" says the same as "not empty", but the planner joins it with the days asked for instead of guessing.
    """
    return Deadline.objects.filter(unstopped(), running_until__gte=dt.date.min)


def overdue(day: dt.date) -> QuerySet[Deadline]:
    """Running time limits whose day has passed."""
    return ticking().filter(running_until__lt=day)


def running(need_id: int) -> list[Deadline]:
    """The time limits of a need that are neither met nor dropped, earliest first."""
    return list(Deadline.objects.filter(need_id=need_id, running_until__isnull=False).select_related("rule"))


def silent_deliveries(county: str) -> list[Delivery]:
    """Deliveries that wait for the receiver's word longer than the rule allows."""
    waiting = overdue(today()).filter(county=county, kind=DeadlineKind.CONFIRM).values("commitment_id")
    rows = Delivery.objects.filter(commitment_id__in=waiting, confirmation=None, corrects=None)
    return list(rows.select_related("commitment__need").order_by("pk"))
