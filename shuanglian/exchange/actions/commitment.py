"""Promises: a unit claims a need, an organisation books an offer, a unit answers, shrinks or takes back."""

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
from shuanglian.core.numbering import next_number
from shuanglian.directory.models import Organization, PartnerUnit
from shuanglian.exchange.actions.deadline import (
    drop_deadlines,
    meet_deadlines,
    start_deadline,
    start_deadlines,
)
from shuanglian.exchange.actions.locks import lock_commitment, lock_need, lock_offer_items, lock_unit
from shuanglian.exchange.actions.need import save_draft
from shuanglian.exchange.actions.settling import settle
from shuanglian.exchange.choices import (
    CLAIMABLE,
    HOLDING,
    CommitmentState,
    DeadlineKind,
    Mode,
    NeedState,
    Source,
    Visibility,
)
from shuanglian.exchange.events import BookingAnswered, CommitmentChanged, NeedClaimed, OfferBooked
from shuanglian.exchange.models import Commitment, Need, NeedItem, Offer, OfferItem
from shuanglian.exchange.queries.deadline import rule_for
from shuanglian.exchange.queries.ledger import ZERO, lines_of, period_start, promise_of, remaining, words
from shuanglian.exchange.queries.need import needs_visible_to
from shuanglian.exchange.queries.offer import bookable_on, out_of_reach
from shuanglian.exchange.states import COMMITMENT, NEED

# Rows just read, so they need no second look.
_FETCHED = ("need", "need_item", "offer_item", "unit", "handler")


@transaction.atomic
def claim(need: Need, *, by: User, unit: PartnerUnit, **terms: Any) -> Commitment:
    """认领: the unit promises a quantity for one line of a need by a day.

    Terms: ``item`` (default: the first line with something open), ``quantity`` (default: all that is open), ``due``
    (default: the rule's working days from today), ``plan``, ``offer_item`` (what of the unit's offers serves it),
    ``over_commit`` (needs the permission of that name).

    Raises:
        PermissionDenied: the user does not handle things for this unit, or may not see the need.
        ValidationError: somebody was faster, the quantity is more than what is open, the unit's month is full.
    """
    require(by, "exchange.claim_need", need)
    _speaks_for(by, unit)
    try:
        need = lock_need(need, among=needs_visible_to(by))
    except Need.DoesNotExist:
        raise ValidationError("没有这项需求，或者它不对您单位开放。") from None
    if need.state not in CLAIMABLE:
        raise ValidationError(f"这项需求现在是“{need.get_state_display()}”，不能认领。", code="taken")
    unit = lock_unit(unit.pk)
    over = bool(terms.get("over_commit"))
    if over:
        require(by, "exchange.over_commit", need)
    item, quantity = _what_is_open(need, terms, over=over)
    due = _promised_day(need, terms.get("due"))
    offer_item = _offered(terms.get("offer_item"), need, unit, quantity if not over else ZERO, due)
    _check_month(unit, over=over)
    row = Commitment(
        need=need,
        need_item=item,
        offer_item=offer_item,
        unit=unit,
        handler=by if by.holds("partner_handler") else None,
        quantity=quantity,
        due=due,
        plan=str(terms.get("plan") or "").strip(),
        mode=terms.get("mode") or Mode.CLAIMED,
        state=CommitmentState.ACTIVE,
        period_start=period_start(offer_item.offer, due) if offer_item else None,
        over_commit=over,
    )
    _promise(row, by=by, verb="claim")
    meet_deadlines(need, DeadlineKind.CLAIM, by=by)
    _start_work(row, by=by, named=terms.get("due"))
    announce(NeedClaimed(row))
    return row


@transaction.atomic
def book_offer(
    offer: Offer, *, by: User, organization: Organization, quantity: Decimal | None = None, **wish: Any
) -> Commitment:
    """预约: an organisation asks for a quantity of an offer; the unit then accepts or declines.

    The booking is a need of its own (source ``offer``, seen by the two sides and staff only).
    Wish: ``item`` (default: the first line), ``wanted_on`` (a day), ``words``.

    Raises:
        PermissionDenied: the user does not speak for the organisation.
        ValidationError: the offer cannot be booked now, or not that much, or not that early.
    """
    require(by, "exchange.book_offer")
    if fault := out_of_reach(offer, organization):
        raise ValidationError(fault)
    day = wish.get("wanted_on") or today()
    need = save_draft(
        organization,
        by=by,
        category=offer.category,
        title=f"预约：{offer.title}"[:60],
        detail=str(wish.get("words") or "").strip(),
        visibility=Visibility.STAFF,
        source=Source.OFFER,
        raised_by=by,
        expected_by=wish.get("wanted_on"),
        contact_name=wish.get("contact_name") or organization.contact_name or by.name,
        contact_phone=wish.get("contact_phone") or organization.contact_phone or by.mobile,
        quantity=quantity or Decimal(1),
        measure=offer.items.all()[0].measure,
    )
    need = lock_need(need)
    chosen: OfferItem = wish.get("item") or offer.items.all()[0]
    unit = lock_unit(offer.unit_id)
    (item,) = lock_offer_items([chosen.pk])
    _check_bookable(item, quantity or Decimal(1), day)
    need.number = next_number(need.county, "XQ", today().year)
    need.save(update_fields=["number", "updated"])
    NEED.follow(need, NeedState.BOOKED, by=by)
    row = Commitment(
        need=need,
        need_item=need.items.get(),
        offer_item=item,
        unit=unit,
        quantity=quantity or Decimal(1),
        due=wish.get("wanted_on"),
        mode=Mode.BOOKED,
        state=CommitmentState.REQUESTED,
        period_start=period_start(item.offer, day),
    )
    _promise(row, by=by, verb="book")
    start_deadline(need, DeadlineKind.ACCEPT, by=by, commitment=row)
    announce(OfferBooked(row))
    return row


@transaction.atomic
def accept_booking(commitment: Commitment, *, by: User, note: str = "") -> Commitment:
    """接受预约: the request becomes a promise; its time limits start."""
    need = lock_need(commitment.need)
    commitment = lock_commitment(commitment)
    COMMITMENT.make(commitment, "accept", by=by, note=note)
    commitment.handler = by if by.holds("partner_handler") else None
    named = commitment.due
    commitment.due = named or _promised_day(need, None)
    commitment.save(update_fields=["handler", "due", "updated"])
    meet_deadlines(need, DeadlineKind.ACCEPT, by=by, commitment=commitment)
    _start_work(commitment, by=by, named=named)
    announce(BookingAnswered(commitment, note, by))
    return commitment


@transaction.atomic
def decline_booking(commitment: Commitment, *, by: User, note: str) -> Commitment:
    """谢绝预约: with a reason; the organisation may post it as an ordinary need instead."""
    need = lock_need(commitment.need)
    commitment = lock_commitment(commitment)
    COMMITMENT.make(commitment, "decline", by=by, note=note)
    meet_deadlines(need, DeadlineKind.ACCEPT, by=by, commitment=commitment)
    if need.state == NeedState.BOOKED:
        NEED.follow(need, NeedState.RETURNED, by=by, note=note)
    announce(BookingAnswered(commitment, note, by))
    return commitment


@transaction.atomic
def withdraw_commitment(commitment: Commitment, *, by: User, note: str) -> Commitment:
    """撤回认领: what was not yet delivered is open again at once; what was delivered stays true."""
    need = lock_need(commitment.need)
    commitment = lock_commitment(commitment)
    promise = promise_of(commitment)
    if promise.pending > 0:
        raise ValidationError("有一笔办理结果还在等提出单位确认，确认以后才能撤回。")
    COMMITMENT.make(commitment, "withdraw", by=by, note=note)
    drop_deadlines(need, by=by, commitment=commitment)
    _reopen_for_rest(need, by=by, note=note)
    announce(CommitmentChanged(commitment, commitment.quantity, note, by))
    return commitment


@transaction.atomic
def shrink_commitment(commitment: Commitment, *, by: User, quantity: Decimal, note: str) -> Commitment:
    """减少认领数量: the need is open again for the rest; never below what was delivered."""
    require(by, "exchange.withdraw_commitment", commitment)
    need = lock_need(commitment.need)
    commitment = lock_commitment(commitment)
    promise = promise_of(commitment)
    floor = promise.accepted + promise.pending
    if commitment.state != CommitmentState.ACTIVE:
        raise ValidationError(f"现在是“{commitment.get_state_display()}”，不能改数量。")
    if not note.strip():
        raise ValidationError({"note": "请写明减少的理由"})
    if not max(floor, Decimal(0)) <= quantity < commitment.quantity or quantity == 0:
        least = f"不能少于已经办成的 {words(floor)}" if floor > 0 else "要大于 0"
        raise ValidationError({"quantity": f"数量{least}，并且要小于现在的 {words(commitment.quantity)}"})
    before, had = snapshot(commitment), commitment.quantity
    commitment.quantity = quantity
    commitment.save(update_fields=["quantity", "updated"])
    record(commitment, "shrink", by=by, before=before, note=note)
    _reopen_for_rest(need, by=by, note=note)
    announce(CommitmentChanged(commitment, had, note, by))
    return commitment


def _promise(row: Commitment, *, by: User, verb: str) -> None:
    row.county = row.need.county
    row.number = next_number(row.county, "DJ", today().year)
    row.clean_fields(exclude=_FETCHED)
    row.save()
    record(row, verb, by=by)


def _start_work(row: Commitment, *, by: User, named: dt.date | None) -> None:
    dues: dict[str, dt.date | None] = {DeadlineKind.FIRST_CONTACT: None, DeadlineKind.RESOLVE: named}
    start_deadlines(row.need, dues, by=by, commitment=row)
    settle(row.need, by=by)


def _reopen_for_rest(need: Need, *, by: User, note: str) -> None:
    settle(need, by=by, note=note)
    if need.state in CLAIMABLE and any(line.open > 0 for line in lines_of(need.pk)):
        open_already = need.deadlines.filter(kind=DeadlineKind.CLAIM, met_on=None, dropped_on=None).exists()
        if not open_already:
            start_deadline(need, DeadlineKind.CLAIM, by=by)


def _speaks_for(by: User, unit: PartnerUnit) -> None:
    if not by.holds("staff", "approver") and unit.pk not in by.scope_ids("unit", "partner_handler"):
        raise ValidationError("您只能代表自己单位认领。")


def _what_is_open(need: Need, terms: dict[str, Any], *, over: bool) -> tuple[NeedItem, Decimal]:
    lines = lines_of(need.pk)
    wanted = terms.get("item")
    line = next((n for n in lines if n.item == wanted or (wanted is None and (n.open > 0 or over))), None)
    if line is None or (line.open <= 0 and not over):
        raise ValidationError("刚被别的单位认领完了。可以留言，或看看相近的需求。", code="taken")
    quantity = terms.get("quantity") or line.open
    if quantity <= 0:
        raise ValidationError({"quantity": "数量要大于 0"})
    if quantity > line.open and not over:
        open_words = f"{words(line.open)} {line.item.measure}"
        raise ValidationError({"quantity": f"现在只剩 {open_words}没人认领，请改小一些"})
    return line.item, quantity


def _offered(
    chosen: OfferItem | None, need: Need, unit: PartnerUnit, quantity: Decimal, day: dt.date
) -> OfferItem | None:
    """The unit's own offer that serves the promise, locked, with enough left in the period of the day."""
    if chosen is None:
        return None
    (item,) = lock_offer_items([chosen.pk])
    if item.offer.unit_id != unit.pk:
        raise ValidationError({"offer_item": "只能用本单位的共享资源来办"})
    if fault := out_of_reach(item.offer, need.organization):
        raise ValidationError({"offer_item": fault})
    if quantity:
        _check_left(item, quantity, day)
    return item


def _check_bookable(item: OfferItem, quantity: Decimal, day: dt.date) -> None:
    if not bookable_on(Offer.objects.filter(pk=item.offer_id), today()).exists():
        raise ValidationError("这项资源现在不能预约：已暂停、下架或过了有效期。")
    earliest = add_working_days(today(), item.offer.lead_days).due
    if day < today():
        raise ValidationError({"wanted_on": "日期不能早于今天"})
    if item.offer.lead_days and day < earliest:
        raise ValidationError(
            {
                "wanted_on": f"要提前 {item.offer.lead_days} 个工作日预约，最早 {earliest.month}月{earliest.day}日"
            }
        )
    if not item.offer.standing and item.offer.valid_until and day > item.offer.valid_until:
        end = item.offer.valid_until
        raise ValidationError(
            {"wanted_on": f"这项资源有效期到 {end.year}年{end.month}月{end.day}日，请改早一些"}
        )
    _check_left(item, quantity, day)


def _check_left(item: OfferItem, quantity: Decimal, day: dt.date) -> None:
    left = remaining([item], day)[item.pk]
    if quantity > left:
        if left <= 0:
            raise ValidationError("刚被约满了。可以换个时间，或看看相近的资源。", code="taken")
        raise ValidationError(
            {"quantity": f"现在只剩 {words(left)} {item.measure}，请改小一些"}, code="taken"
        )


def _check_month(unit: PartnerUnit, *, over: bool) -> None:
    if unit.monthly_capacity is None or over:
        return
    first = today().replace(day=1)
    held = Commitment.objects.filter(unit=unit, state__in=HOLDING, created__date__gte=first).count()
    if held >= unit.monthly_capacity:
        raise ValidationError(
            f"{unit}本月最多承接 {unit.monthly_capacity} 项，已经满了。可以在“承接能力”里调整，或转给别的单位。"
        )


def _promised_day(need: Need, chosen: dt.date | None) -> dt.date:
    if chosen is None:
        rule = rule_for(need.county, DeadlineKind.RESOLVE, need.category, today())
        return add_working_days(today(), rule.days).due
    if chosen < today():
        raise ValidationError({"due": "办结日期不能早于今天"})
    return chosen
