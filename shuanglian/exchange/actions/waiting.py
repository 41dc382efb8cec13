"""Standing in line for a place of an offer: the next one is asked and has two working days; nobody is booked unasked."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.calendar import add_working_days
from shuanglian.core.clock import today
from shuanglian.core.events import announce
from shuanglian.directory.models import Organization
from shuanglian.exchange.actions.commitment import book_offer
from shuanglian.exchange.actions.locks import lock_offer_items
from shuanglian.exchange.choices import WaitingState
from shuanglian.exchange.events import PlaceFreed
from shuanglian.exchange.models import Commitment, Offer, OfferItem, Waiting
from shuanglian.exchange.queries.ledger import remaining
from shuanglian.exchange.queries.offer import bookable_on, out_of_reach

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
    if Waiting.objects.filter(
        offer_item=item, organization=organization, state__in=("waiting", "asked")
    ).exists():
        raise ValidationError("已经在排队了，轮到时会告诉您。")
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
    """要: the asked organisation books the freed place, for the day it wished then or names now."""
    _speaks_for(by, waiting.organization)
    row = _lock(waiting)
    if row.state != WaitingState.ASKED:
        raise ValidationError("还没有轮到，或者已经答复过了。")
    _move(row, WaitingState.TAKEN, "take_place", by=by)
    wished = row.wanted_on if row.wanted_on and row.wanted_on >= today() else None
    return book_offer(
        row.offer_item.offer,
        by=by,
        organization=row.organization,
        quantity=row.quantity,
        item=row.offer_item,
        wanted_on=wanted_on or wished,
        words=row.words,
    )


@transaction.atomic
def ask_next(item: OfferItem, *, by: User) -> None:
    """Ask those in line, in their order, whose quantity fits into what is free and not already asked of others.

    Nobody is asked while the offer takes no bookings.
    """
    (item,) = lock_offer_items([item.pk])
    if not bookable_on(Offer.objects.filter(pk=item.offer_id), today()).exists():
        return
    asked = Waiting.objects.filter(offer_item=item, state=WaitingState.ASKED)
    free = remaining([item], today())[item.pk] - sum((w.quantity for w in asked), Decimal(0))
    line = Waiting.objects.filter(offer_item=item, state=WaitingState.WAITING).order_by("pk")
    for row in line.select_for_update(no_key=True):
        if row.quantity <= free:
            free -= row.quantity
            row.answer_by = add_working_days(today(), ANSWER_DAYS).due
            _move(row, WaitingState.ASKED, "ask", by=by)
            announce(PlaceFreed(row))


def ask_in_line(offer: Offer, *, by: User) -> None:
    """After more can be booked of an offer: ask who waits for it."""
    for item in offer.items.filter(waiting__state=WaitingState.WAITING).distinct().order_by("pk"):
        ask_next(item, by=by)


@transaction.atomic
def lapse_waiting(day: dt.date, *, by: User) -> int:
    """Those asked who did not answer in time lose their turn. Returns how many lapsed.

    Whoever waits is asked when there is room: what lapsed, and what a new month, quarter or year brings.
    """
    require(by, "exchange.lapse_waiting")
    rows = list(Waiting.objects.filter(state=WaitingState.ASKED, answer_by__lt=day).order_by("pk"))
    for row in rows:
        _move(_lock(row), WaitingState.LAPSED, "lapse", by=by)
    for item in OfferItem.objects.filter(waiting__state=WaitingState.WAITING).distinct().order_by("pk"):
        ask_next(item, by=by)
    return len(rows)


def _lock(waiting: Waiting) -> Waiting:
    lock_offer_items([waiting.offer_item_id])
    rows = Waiting.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("offer_item__offer", "organization").get(pk=waiting.pk)


def _move(row: Waiting, state: str, verb: str, *, by: User) -> None:
    if row.state not in (WaitingState.WAITING, WaitingState.ASKED):
        raise ValidationError("已经不在排队了。")
    before = snapshot(row)
    row.state = state
    row.save(update_fields=["state", "answer_by", "updated"])
    record(row, verb, by=by, before=before)


def _speaks_for(by: User, organization: Organization) -> None:
    if not by.holds("staff", "approver") and organization.pk not in by.scope_ids("organization"):
        raise ValidationError("您只能代表自己单位排队。")
