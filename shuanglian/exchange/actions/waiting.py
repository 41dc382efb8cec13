"""Standing in line for a place of an offer: the next one is asked and has two working days; nobody is booked unasked.

A place is kept for who is asked until its answer or the end of that time, and for nobody else.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.calendar import add_working_days
from shuanglian.core.clock import today
from shuanglian.core.events import announce
from shuanglian.directory.models import Organization
from shuanglian.exchange.actions.commitment import book_offer
from shuanglian.exchange.actions.locks import lock_offer_items, lock_unit
from shuanglian.exchange.choices import STANDING, WaitingState
from shuanglian.exchange.events import LineEnded, PlaceFreed, PlaceNotKept
from shuanglian.exchange.models import Commitment, Offer, OfferItem, Waiting
from shuanglian.exchange.queries.ledger import period_start, remaining
from shuanglian.exchange.queries.offer import bookable_on, out_of_reach
from shuanglian.exchange.queries.waiting import day_meant, is_over

ANSWER_DAYS = 2  # working days to answer when one's turn has come


@transaction.atomic
def join_waiting(
    item: OfferItem, *, by: User, organization: Organization, quantity: Decimal = Decimal(1), **wish: Any
) -> Waiting:
    """排队等候: behind everybody who waits already. Wish: ``wanted_on``, ``words``."""
    require(by, "exchange.book_offer")
    _speaks_for(by, organization)
    (item,) = lock_offer_items([item.pk])
    if fault := out_of_reach(item.offer, organization):
        raise ValidationError(fault)
    if quantity <= 0 or quantity > item.capacity:
        raise ValidationError(
            {"quantity": f"数量要大于 0，最多 {item.capacity.normalize():f} {item.measure}"}
        )
    if Waiting.objects.filter(offer_item=item, organization=organization, state__in=STANDING).exists():
        raise ValidationError("已经在排队了，轮到时会告诉您。", code="taken")
    row = Waiting.objects.create(
        county=organization.county,
        offer_item=item,
        organization=organization,
        quantity=quantity,
        wanted_on=wish.get("wanted_on"),
        words=str(wish.get("words") or "").strip()[:200],
        by=by,
    )
    record(row, "wait", by=by)
    return row


@transaction.atomic
def leave_waiting(waiting: Waiting, *, by: User) -> Waiting:
    """不要了: the line moves up."""
    _speaks_for(by, waiting.organization)
    row = _lock(waiting)
    _move(row, WaitingState.LEFT, "leave_line", by=by)
    ask_next(row.offer_item, by=by)
    return row


@transaction.atomic
def take_place(waiting: Waiting, *, by: User, wanted_on: dt.date | None = None) -> Commitment:
    """要: the asked organisation books the place kept for it, for the day it wished then or names now.

    A day in another period is checked like every booking; the kept place is then free for the next in line.
    """
    _speaks_for(by, waiting.organization)
    lock_unit(waiting.offer_item.offer.unit_id)
    row = _lock(waiting)
    if row.state != WaitingState.ASKED:
        raise ValidationError("还没有轮到，或者已经答复过了。")
    _move(row, WaitingState.TAKEN, "take_place", by=by)
    wished = row.wanted_on if row.wanted_on and row.wanted_on >= today() else None
    made = book_offer(
        row.offer_item.offer,
        by=by,
        organization=row.organization,
        quantity=row.quantity,
        item=row.offer_item,
        wanted_on=wanted_on or wished,
        words=row.words,
    )
    if made.period_start != row.period_start:
        ask_next(row.offer_item, by=by)
    return made


@transaction.atomic
def ask_next(item: OfferItem, *, by: User) -> None:
    """Ask those in line, in their order, whose quantity fits into what is free; their places are kept from then on.

    Nobody is asked while the offer takes no bookings. The place is one of the period in which the organisation could have it.
    """
    (item,) = lock_offer_items([item.pk])
    if not bookable_on(Offer.objects.filter(pk=item.offer_id), today()).exists():
        return
    line = Waiting.objects.filter(offer_item=item, state=WaitingState.WAITING).order_by("pk")
    for row in line.select_for_update(no_key=True):
        day = day_meant(row, item.offer)
        if day is None or row.quantity > remaining([item], day)[item.pk]:
            continue
        answer_by = add_working_days(today(), ANSWER_DAYS).due
        place = period_start(item.offer, day)
        _move(row, WaitingState.ASKED, "ask", by=by, answer_by=answer_by, period_start=place)
        announce(PlaceFreed(row))


def ask_in_line(offer: Offer, *, by: User) -> None:
    """After more can be booked of an offer: ask who waits for it."""
    for item in offer.items.filter(waiting__state=WaitingState.WAITING).distinct().order_by("pk"):
        ask_next(item, by=by)


def keep_no_places(offer: Offer, *, by: User) -> None:
    """While an offer takes no bookings nobody is asked: whose turn it was stands in line again, before all others."""
    for row in _standing(offer, WaitingState.ASKED):
        _put_off(row, by=by)
        announce(PlaceNotKept(row))


def end_line(offer: Offer, *, by: User) -> None:
    """After an offer was taken down nobody waits for it any more."""
    for row in _standing(offer, *STANDING):
        _move(row, WaitingState.ENDED, "end_line", by=by)
        announce(LineEnded(row))


@transaction.atomic
def lapse_waiting(day: dt.date, *, by: User) -> int:
    """Those asked who did not answer in time lose their turn. Returns how many lapsed.

    A place of a period that is over cannot be taken any more: whom it was kept for is asked again when there is another.
    Whoever waits is asked when there is room: what lapsed, and what a new month, quarter or year brings.
    """
    require(by, "exchange.lapse_waiting")
    standing = Waiting.objects.filter(state__in=STANDING)
    items = lock_offer_items(standing.values_list("offer_item_id", flat=True))
    rows = _locked(Waiting.objects.filter(offer_item__in=items, state=WaitingState.ASKED))
    late = [row for row in rows if row.answer_by and row.answer_by < day]
    over = [row for row in rows if row not in late and is_over(row, day)]
    for row in late:
        _move(row, WaitingState.LAPSED, "lapse", by=by)
    for row in over:
        _put_off(row, by=by)
    waits = Waiting.objects.filter(offer_item__in=items, state=WaitingState.WAITING)
    ids = set(waits.values_list("offer_item_id", flat=True))
    for item in items:
        if item.pk in ids:
            ask_next(item, by=by)
    for row in Waiting.objects.filter(pk__in=[row.pk for row in over], state=WaitingState.WAITING):
        announce(PlaceNotKept(row))
    return len(late)


def _lock(waiting: Waiting) -> Waiting:
    lock_offer_items([waiting.offer_item_id])
    rows = Waiting.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("offer_item__offer", "organization").get(pk=waiting.pk)


def _standing(offer: Offer, *states: str) -> list[Waiting]:
    lock_offer_items(offer.items.values_list("pk", flat=True))
    return _locked(Waiting.objects.filter(offer_item__offer=offer, state__in=states))


def _locked(rows: QuerySet[Waiting]) -> list[Waiting]:
    """After their offer items, as everywhere."""
    rows = rows.order_by("pk").select_related("offer_item__offer")
    return list(rows.select_for_update(no_key=True, of=("self",)))


def _put_off(row: Waiting, *, by: User) -> None:
    _move(row, WaitingState.WAITING, "wait_on", by=by, answer_by=None, period_start=None)


def _move(row: Waiting, state: str, verb: str, *, by: User, **place: dt.date | None) -> None:
    if row.state not in STANDING:
        raise ValidationError("已经不在排队了。")
    before = snapshot(row)
    for name, day in place.items():
        setattr(row, name, day)
    row.state = state
    row.save(update_fields=["state", "updated", *place])
    record(row, verb, by=by, before=before)


def _speaks_for(by: User, organization: Organization) -> None:
    if not by.holds("staff", "approver") and organization.pk not in by.scope_ids("organization"):
        raise ValidationError("您只能代表自己单位排队。")
