"""The one place where quantities are derived. Nothing here is stored; nothing elsewhere adds up quantities.

accepted(commitment)  = Σ accepted of the confirmations of its deliveries
outstanding           = active or requested ? max(quantity − accepted, 0) : 0
promised(item)        = Σ outstanding + accepted over its commitments
delivered(item)       = Σ accepted
open(item)            = requested − promised
kept(offer item)      = Σ quantities of those in line who are asked for an answer, for the period
remaining(offer item) = capacity − Σ quantities booked for the period and not withdrawn − kept
Source: docs/adr/0004 (from the field: totals that are stored by hand drift).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from django.db.models import DecimalField, F, QuerySet, Sum
from django.db.models.functions import Coalesce

from shuanglian.core.clock import today
from shuanglian.core.prepared import Prepared, given
from shuanglian.exchange.choices import HOLDING, LIVE, CommitmentState, Period, WaitingState
from shuanglian.exchange.models import (
    Commitment,
    Confirmation,
    Delivery,
    NeedItem,
    Offer,
    OfferItem,
    Waiting,
)

ZERO = Decimal(0)
LONG_AGO = dt.date(2000, 1, 1)  # the period of an offer whose capacity counts for its whole life

_ITEMS: Prepared[NeedItem] = Prepared(
    lambda: NeedItem.objects.filter(need_id__any=given("needs")).order_by("need_id", "position")
)
_PROMISES: Prepared[Commitment] = Prepared(lambda: Commitment.objects.filter(need_id__any=given("needs")))
_REPORTED: Prepared[Delivery] = Prepared(
    lambda: (
        Delivery.objects.filter(commitment_id__any=given("commitments"))
        .order_by()
        .values_list("commitment_id")
        .annotate(Sum("quantity"))
    )
)
_HEARD: Prepared[Confirmation] = Prepared(
    lambda: (
        Confirmation.objects.filter(delivery__commitment_id__any=given("commitments"))
        .order_by()
        .values_list("delivery__commitment_id")
        .annotate(Sum("accepted"), Sum("delivery__quantity"))
    )
)
_MENDED: Prepared[Delivery] = Prepared(
    lambda: (
        Delivery.objects.filter(
            commitment_id__any=given("commitments"), corrects__confirmation__isnull=False, confirmation=None
        )
        .order_by()
        .values_list("commitment_id")
        .annotate(Sum("quantity"))
    )
)


class Axis(Enum):
    """How far one of the two axes has come."""

    NONE = "none"
    PART = "part"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Promise:
    """One commitment with what is derived from its deliveries; all in the item's measure."""

    commitment: Commitment
    accepted: Decimal
    pending: Decimal  # delivered, not yet confirmed

    @property
    def outstanding(self) -> Decimal:
        """What is still promised and not accepted."""
        live = self.commitment.state in LIVE
        return max(self.commitment.quantity - self.accepted, ZERO) if live else ZERO

    @property
    def deliverable(self) -> Decimal:
        """What may still be reported as delivered."""
        active = self.commitment.state == CommitmentState.ACTIVE
        return max(self.commitment.quantity - self.accepted - self.pending, ZERO) if active else ZERO


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a need with its three quantities and what is open."""

    item: NeedItem
    promises: tuple[Promise, ...]

    @property
    def requested(self) -> Decimal:
        return self.item.requested

    @property
    def promised(self) -> Decimal:
        return sum((p.outstanding + p.accepted for p in self.promises), ZERO)

    @property
    def delivered(self) -> Decimal:
        return sum((p.accepted for p in self.promises), ZERO)

    @property
    def open(self) -> Decimal:
        return self.requested - self.promised

    @property
    def settled(self) -> Decimal:
        """Open quantity when the receiver's "this is enough" counts for what a finished promise fell short of."""
        finished = CommitmentState.FINISHED
        short = (p.commitment.quantity - p.accepted for p in self.promises if p.commitment.state == finished)
        return self.open - sum((max(s, ZERO) for s in short), ZERO)


def need_lines(need_ids: Iterable[int]) -> dict[int, list[Line]]:
    """Need id → its lines in order, each promise with its unit, for any number of needs in three queries."""
    ids = list(need_ids)
    return _lines(ids, Commitment.objects.filter(need_id__in=ids).select_related("unit"))


def lines_of(need_id: int) -> list[Line]:
    """The lines of one need; the promises without their units."""
    return _lines([need_id], _PROMISES.rows(needs=[need_id]))[need_id]


def promises_of(commitments: Iterable[Commitment]) -> list[Promise]:
    """Commitments with their derived quantities: at most three queries for any number, oldest first."""
    rows = sorted(commitments, key=lambda c: c.pk)
    ids = [c.pk for c in rows]
    reported = dict(_REPORTED.tuples(commitments=ids)) if ids else {}
    if not reported:  # nothing was done, so nothing was said about it
        return [Promise(row, ZERO, ZERO) for row in rows]
    accepted = {c: (amount, heard) for c, amount, heard in _HEARD.tuples(commitments=ids)}
    mended = dict(_MENDED.tuples(commitments=ids))
    found = []
    for row in rows:
        amount, heard = accepted.get(row.pk, (ZERO, ZERO))
        pending = reported.get(row.pk, ZERO) - heard - mended.get(row.pk, ZERO)
        found.append(Promise(row, amount, pending))
    return found


def promise_of(commitment: Commitment) -> Promise:
    """One commitment with its derived quantities."""
    return promises_of([commitment])[0]


def still_accepted(confirmations: QuerySet[Confirmation]) -> QuerySet[Confirmation]:
    """Those of ``confirmations`` that accept something which no correction took back whole."""
    taken = Coalesce(Sum("delivery__corrections__confirmation__accepted"), ZERO, output_field=DecimalField())
    return confirmations.annotate(rest=F("accepted") + taken).filter(rest__gt=0)


def effective(delivery: Delivery) -> Decimal:
    """What a delivery amounts to after its corrections."""
    mended = delivery.corrections.aggregate(total=Sum("quantity"))["total"] or ZERO
    return delivery.quantity + mended


def words(quantity: Decimal) -> str:
    """A quantity as people write it: 3, not 3.00; 0.5 stays."""
    return f"{quantity.normalize():f}"


def axis(part: Decimal, whole: Decimal) -> Axis:
    """None, part or full."""
    if part <= 0:
        return Axis.NONE
    return Axis.FULL if part >= whole else Axis.PART


def progress(lines: Iterable[Line]) -> tuple[Axis, Axis]:
    """The two axes of a need: promised and delivered. A need is full only when each of its lines is."""
    rows = list(lines)
    return (
        _together([axis(line.promised, line.requested) for line in rows]),
        _together([axis(line.delivered, line.requested) for line in rows]),
    )


def period_start(offer: Offer, day: dt.date) -> dt.date:
    """The first day of the offer's capacity period that a day falls in."""
    if offer.period == Period.MONTH:
        return day.replace(day=1)
    if offer.period == Period.QUARTER:
        return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if offer.period == Period.YEAR:
        return dt.date(day.year, 1, 1)
    return LONG_AGO


def remaining(items: Iterable[OfferItem], day: dt.date) -> dict[int, Decimal]:
    """Offer item id → capacity left in the period of a day; one query for any number (items with their offer)."""
    rows = list(items)
    held = _held([item.pk for item in rows])
    return {item.pk: item.capacity - held[item.pk, period_start(item.offer, day)] for item in rows}


def kept(items: Iterable[OfferItem], day: dt.date) -> dict[int, Decimal]:
    """Offer item id → what is kept in the period of a day for those in line who were asked; one query."""
    rows = list(items)
    totals = {(pk, start): quantity for pk, start, quantity in _kept([item.pk for item in rows])}
    return {item.pk: totals.get((item.pk, period_start(item.offer, day)), ZERO) for item in rows}


def most_held(item: OfferItem, day: dt.date) -> Decimal:
    """The largest quantity promised or kept in any one period from that of ``day`` on: capacity may not fall below it."""
    first = period_start(item.offer, day)
    return max((held for (_, start), held in _held([item.pk]).items() if start >= first), default=ZERO)


def promises_ahead(offer: Offer) -> list[Commitment]:
    """The promises that count against an offer's capacity in this period and the coming ones, oldest first."""
    held = Commitment.objects.filter(
        offer_item__offer=offer, state__in=HOLDING, period_start__gte=period_start(offer, today())
    )
    return list(held.select_related("need__organization", "need_item", "unit").order_by("period_start", "pk"))


def _held(ids: list[int]) -> dict[tuple[int, dt.date], Decimal]:
    """(offer item id, start of a period) → what is promised or kept of it."""
    promised = Commitment.objects.filter(offer_item_id__in=ids, state__in=HOLDING).order_by()
    totals = promised.values_list("offer_item_id", "period_start").annotate(Sum("quantity"))
    held: dict[tuple[int, dt.date], Decimal] = defaultdict(Decimal)
    for item_id, start, quantity in totals.union(_kept(ids), all=True):
        held[item_id, start] += quantity
    return held


def _kept(ids: list[int]) -> QuerySet[Waiting, tuple[int, dt.date, Decimal]]:
    asked = Waiting.objects.filter(offer_item_id__in=ids, state=WaitingState.ASKED).order_by()
    return asked.values_list("offer_item_id", "period_start").annotate(Sum("quantity"))


def _lines(ids: list[int], commitments: Iterable[Commitment]) -> dict[int, list[Line]]:
    promises: dict[int, list[Promise]] = defaultdict(list)
    for promise in promises_of(commitments):
        promises[promise.commitment.need_item_id].append(promise)
    lines: dict[int, list[Line]] = {i: [] for i in ids}
    for item in _ITEMS.rows(needs=ids) if ids else ():
        lines[item.need_id].append(Line(item, tuple(promises[item.pk])))
    return lines


def _together(axes: list[Axis]) -> Axis:
    if axes and all(a is Axis.FULL for a in axes):
        return Axis.FULL
    return Axis.NONE if all(a is Axis.NONE for a in axes) else Axis.PART
