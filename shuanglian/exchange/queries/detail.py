"""Everything the page of one need shows, fetched in a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from shuanglian.core.calendar import Calendar, around
from shuanglian.core.clock import today
from shuanglian.core.files import files_of
from shuanglian.core.models import Entry, StoredFile
from shuanglian.exchange.choices import LIVE, CommitmentState, MessageKind
from shuanglian.exchange.models import (
    AgendaItem,
    ClockStop,
    Closure,
    Commitment,
    Confirmation,
    Deadline,
    Delivery,
    Extension,
    Feedback,
    Match,
    Message,
    Need,
    Referral,
    Reopening,
)
from shuanglian.exchange.queries.deadline import WorkedOut, work_out
from shuanglian.exchange.queries.ledger import ZERO, Axis, Line, Promise, need_lines, progress
from shuanglian.exchange.queries.passing import Passing, passing_of


@dataclass(frozen=True, slots=True)
class Done:
    """One delivery with its corrections and the receiver's word."""

    delivery: Delivery
    corrections: tuple[Delivery, ...]
    confirmation: Confirmation | None

    @property
    def quantity(self) -> Decimal:
        """What it amounts to after its corrections."""
        return self.delivery.quantity + sum((c.quantity for c in self.corrections), ZERO)

    @property
    def waits(self) -> bool:
        """Whether the receiver still has to say something."""
        return self.confirmation is None and self.quantity > 0


@dataclass(frozen=True, slots=True)
class Held:
    """One promise with what came of it."""

    promise: Promise
    measure: str
    done: tuple[Done, ...]
    feedback: tuple[Feedback, ...]

    @property
    def commitment(self) -> Commitment:
        return self.promise.commitment

    @property
    def waiting(self) -> Done | None:
        """The delivery that waits for the receiver's word; none does when the promise ended with its need."""
        active = self.commitment.state == CommitmentState.ACTIVE
        return next((d for d in self.done if d.waits), None) if active else None


@dataclass(frozen=True, slots=True)
class Limit:
    """A running time limit with the way its date was worked out."""

    deadline: Deadline
    worked_out: WorkedOut

    @property
    def is_promised(self) -> bool:
        """Whether a unit named the day, so that the rule's does not count."""
        return self.worked_out.promised is not None

    @property
    def stopped(self) -> str:
        """Why the clock stands still now; empty when it runs."""
        return next((stop.reason for stop in self.deadline.stops.all() if stop.ends is None), "")

    @property
    def days_left(self) -> int:
        """Calendar days from today; negative when it is over."""
        return (self.deadline.due - today()).days


@dataclass(frozen=True, slots=True)
class NeedDetail:
    """One need with all that belongs to it, as its page needs it."""

    need: Need
    lines: list[Line]
    held: list[Held]  # oldest first, the withdrawn ones too
    messages: list[Message]
    files: list[StoredFile]
    limits: list[Limit]  # earliest first
    closure: Closure | None
    reopenings: list[Reopening]
    passing: Passing
    entries: list[Entry]  # oldest first

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Promised and delivered."""
        return progress(self.lines)

    @property
    def living(self) -> list[Held]:
        """Promises under way or asked for."""
        return [h for h in self.held if h.commitment.state in LIVE]

    @property
    def finished(self) -> list[Held]:
        return [h for h in self.held if h.commitment.state == CommitmentState.FINISHED]

    @property
    def is_open(self) -> bool:
        """Whether something is left that nobody has promised."""
        return any(line.open > 0 for line in self.lines)

    def due(self) -> dt.date | None:
        """The day the page counts to: the first running limit that somebody has to keep."""
        return self.limits[0].deadline.due if self.limits else None


def need_detail(need: Need) -> NeedDetail:
    """All about a need the caller was allowed to fetch."""
    lines = need_lines([need.pk])[need.pk]
    promises = sorted((p for line in lines for p in line.promises), key=lambda p: p.commitment.pk)
    ids = [p.commitment.pk for p in promises]
    done, feedback = _done(ids), _feedback(ids)
    measures = {line.item.pk: line.item.measure for line in lines}
    held = [
        Held(p, measures[p.commitment.need_item_id], done[p.commitment.pk], feedback[p.commitment.pk])
        for p in promises
    ]
    passing = passing_of(need)
    closures = list(Closure.objects.filter(need=need).select_related("by"))
    return NeedDetail(
        need=need,
        lines=lines,
        held=held,
        messages=list(Message.objects.filter(need=need).select_related("by", "commitment__unit")),
        files=list(files_of(need)),
        limits=_limits(need),
        closure=closures[0] if closures else None,
        reopenings=list(Reopening.objects.filter(need=need).select_related("by")),
        passing=passing,
        entries=_entries(need, held, closures, _asides(need, passing)),
    )


def unit_messages(messages: Iterable[Message], *, internal: bool) -> list[Message]:
    """Messages in order, the committee's own notes only for the committee."""
    return [m for m in messages if internal or m.kind != MessageKind.INTERNAL]


def _done(ids: list[int]) -> dict[int, tuple[Done, ...]]:
    rows = list(
        Delivery.objects.filter(commitment_id__in=ids).select_related("by", "confirmation").order_by("pk")
    )
    mends: dict[int, list[Delivery]] = defaultdict(list)
    for row in rows:
        if row.corrects_id is not None:
            mends[row.corrects_id].append(row)
    found: dict[int, tuple[Done, ...]] = defaultdict(tuple)
    for row in rows:
        if row.corrects_id is None:
            word = getattr(row, "confirmation", None)
            found[row.commitment_id] += (Done(row, tuple(mends[row.pk]), word),)
    return found


def _feedback(ids: list[int]) -> dict[int, tuple[Feedback, ...]]:
    found: dict[int, tuple[Feedback, ...]] = defaultdict(tuple)
    for row in Feedback.objects.filter(commitment_id__in=ids).order_by("pk"):
        found[row.commitment_id] += (row,)
    return found


def _limits(need: Need) -> list[Limit]:
    rows = Deadline.objects.filter(need=need, met_on=None, dropped_on=None)
    running = list(
        rows.select_related("rule", "commitment__unit")
        .prefetch_related("stops", "extensions")
        .order_by("due", "pk")
    )
    calendar: Calendar | None = around(today()) if running else None
    return [Limit(d, work_out(d, calendar, today())) for d in running] if calendar else []


def _asides(need: Need, passing: Passing) -> Q:
    """What happened beside the promises: passing on, asking, more days, standing still."""
    kinds = ContentType.objects.get_for_models(Referral, Match, Extension, ClockStop, AgendaItem)
    more = Extension.objects.filter(deadline__need=need).values("pk")
    stops = ClockStop.objects.filter(deadline__need=need).values("pk")
    return (
        Q(kind=kinds[Referral], object_id__in=[r.pk for r in passing.referrals])
        | Q(kind=kinds[Match], object_id__in=[m.pk for m in passing.proposals])
        | Q(kind=kinds[Extension], object_id__in=more)
        | Q(kind=kinds[ClockStop], object_id__in=stops)
        | Q(kind=kinds[AgendaItem], object_id__in=AgendaItem.objects.filter(need=need).values("pk"))
    )


def _entries(need: Need, held: list[Held], closures: list[Closure], asides: Q) -> list[Entry]:
    """The lines of history about the need and all that hangs on it, oldest first."""
    rows: dict[Any, list[int]] = {
        Need: [need.pk],
        Commitment: [h.commitment.pk for h in held],
        Delivery: [d.pk for h in held for one in h.done for d in (one.delivery, *one.corrections)],
        Confirmation: [one.confirmation.pk for h in held for one in h.done if one.confirmation],
        Feedback: [f.pk for h in held for f in h.feedback],
        Closure: [c.pk for c in closures],
    }
    about = asides
    for model, ids in rows.items():
        if ids:
            about |= Q(kind=ContentType.objects.get_for_model(model), object_id__in=ids)
    return list(Entry.objects.filter(about).select_related("actor", "kind").order_by("pk"))
