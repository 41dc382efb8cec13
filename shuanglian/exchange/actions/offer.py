"""Sharing: a unit writes an offer, staff review it, it is paused, renewed, taken down."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now, today
from shuanglian.core.dictionary import check
from shuanglian.core.events import announce
from shuanglian.core.jobs import later
from shuanglian.core.numbering import next_number
from shuanglian.core.phones import normalise_phone, phone_fault
from shuanglian.directory.models import Division, PartnerUnit
from shuanglian.directory.queries import townships
from shuanglian.exchange.actions.locks import lock_offer_items
from shuanglian.exchange.actions.waiting import ask_in_line, end_line, keep_no_places
from shuanglian.exchange.choices import Availability, OfferState
from shuanglian.exchange.events import OfferPublished
from shuanglian.exchange.models import Offer, OfferItem
from shuanglian.exchange.queries.ledger import ZERO, kept, most_held, words
from shuanglian.exchange.states import OFFER

_PLAIN = [
    "category",
    "title",
    "detail",
    "terms",
    "visibility",
    "lead_days",
    "valid_from",
    "valid_until",
    "standing",
    "period",
    "contact_name",
    "contact_phone",
]
_OPEN_TO_CHANGE = (OfferState.DRAFT, OfferState.RETURNED, OfferState.SUBMITTED, OfferState.PUBLISHED)


@transaction.atomic
def save_offer(unit: PartnerUnit, *, by: User, offer: Offer | None = None, **fields: Any) -> Offer:
    """Write an offer down or change it. Fields: those of ``Offer`` plus ``capacity`` and ``measure`` of its line,
    and ``divisions``, the townships it serves (none: all of them).

    Raises:
        PermissionDenied: the user does not handle things for the unit.
        ValidationError: a value is wrong, or the capacity would fall below what is promised already.
    """
    offer = offer or Offer(county=unit.county, entered_by=by)
    before = snapshot(offer)
    offer.unit = unit
    require(by, "exchange.add_offer" if offer.pk is None else "exchange.change_offer", offer)
    if offer.pk is None:
        require(by, "exchange.change_offer", offer)
    if offer.state not in _OPEN_TO_CHANGE:
        raise ValidationError(f"现在是“{offer.get_state_display()}”，不能修改。")
    for name in _PLAIN:
        if name in fields:
            setattr(offer, name, fields[name])
    _check_facts(offer)
    if offer.state != OfferState.DRAFT:
        _require_complete(offer)
    offer.full_clean(validate_constraints=False)
    offer.save()
    _write_line(offer, fields)
    note = _set_places(offer, fields.get("divisions"))
    record(offer, "create" if not before else "change", by=by, before=before, note=note)
    if offer.state == OfferState.PUBLISHED:
        later("matching.index_offer", offer_id=offer.pk)
        ask_in_line(offer, by=by)
    return offer


@transaction.atomic
def submit_offer(offer: Offer, *, by: User) -> Offer:
    """Hand an offer in for review; it gets its number."""
    offer = Offer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    OFFER.check(offer, "submit" if offer.state != OfferState.WITHDRAWN else "restore", by=by)
    _require_complete(offer)
    if not offer.number:
        offer.number = next_number(offer.county, "GX", today().year)
    offer.save(update_fields=["number", "updated"])
    OFFER.make(offer, "submit" if offer.state != OfferState.WITHDRAWN else "restore", by=by)
    return offer


@transaction.atomic
def post_offer(unit: PartnerUnit, *, by: User, offer: Offer | None = None, **fields: Any) -> Offer:
    """Write an offer and hand it in. Fields as ``save_offer``."""
    return submit_offer(save_offer(unit, by=by, offer=offer, **fields), by=by)


@transaction.atomic
def publish_offer(offer: Offer, *, by: User, note: str = "") -> Offer:
    """审核通过并开放: the offer is on the list from now on."""
    OFFER.make(offer, "publish", by=by, note=note)
    offer.published_at, offer.checked_on, offer.checked_by = now(), today(), by
    offer.save(update_fields=["published_at", "checked_on", "checked_by", "updated"])
    later("matching.index_offer", offer_id=offer.pk)
    announce(OfferPublished(offer))
    return offer


@transaction.atomic
def return_offer(offer: Offer, *, by: User, note: str) -> Offer:
    """退回补充, with the reason."""
    OFFER.make(offer, "return", by=by, note=note)
    return offer


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: User, note: str = "") -> Offer:
    """下架: no new promises; those made stand. Who stands in line is told that it ends."""
    OFFER.make(offer, "withdraw", by=by, note=note)
    end_line(offer, by=by)
    later("matching.index_offer", offer_id=offer.pk)
    return offer


@transaction.atomic
def pause_offer(offer: Offer, *, by: User, note: str = "") -> Offer:
    """暂停: for a while no new promises. Who is asked right now stands in line again, at its old place."""
    offer = _set_availability(offer, Availability.PAUSED, "pause", by=by, note=note)
    keep_no_places(offer, by=by)
    return offer


@transaction.atomic
def resume_offer(offer: Offer, *, by: User, note: str = "") -> Offer:
    """恢复预约: who waits meanwhile is asked first."""
    offer = _set_availability(offer, Availability.OPEN, "resume", by=by, note=note)
    ask_in_line(offer, by=by)
    return offer


@transaction.atomic
def renew_offer(offer: Offer, *, by: User, valid_until: dt.date) -> Offer:
    """续期: valid to a later day, checked today; one tap on the unit's page."""
    require(by, "exchange.change_offer", offer)
    if valid_until <= today():
        raise ValidationError({"valid_until": "新的有效期要晚于今天"})
    before = snapshot(offer)
    offer.valid_until, offer.checked_on, offer.checked_by = valid_until, today(), by
    offer.save(update_fields=["valid_until", "checked_on", "checked_by", "updated"])
    record(offer, "renew", by=by, before=before)
    ask_in_line(offer, by=by)
    return offer


def _set_availability(offer: Offer, value: str, verb: str, *, by: User, note: str) -> Offer:
    require(by, "exchange.change_offer", offer)
    if offer.state != OfferState.PUBLISHED:
        raise ValidationError(f"现在是“{offer.get_state_display()}”，只有开放中的资源可以暂停或恢复。")
    before = snapshot(offer)
    offer.availability = value
    offer.save(update_fields=["availability", "updated"])
    record(offer, verb, by=by, before=before, note=note)
    return offer


def _check_facts(offer: Offer) -> None:
    """What may not even be kept in a draft: a number nobody can ring, an end before its beginning."""
    if offer.contact_phone:
        offer.contact_phone = normalise_phone(offer.contact_phone)
        if fault := phone_fault(offer.contact_phone):
            raise ValidationError({"contact_phone": fault})
    if offer.valid_until and offer.valid_from and offer.valid_until < offer.valid_from:
        raise ValidationError({"valid_until": "结束日期不能早于开始日期"})


def _require_complete(offer: Offer) -> None:
    errors: dict[str, str] = {}
    if not offer.title.strip():
        errors["title"] = "请写资源名称"
    if not offer.category:
        errors["category"] = "请选一个类别"
    if not offer.standing and offer.valid_until is None:
        errors["valid_until"] = "请写有效期，或选“长期有效”"
    if errors:
        raise ValidationError(errors)
    check("need_category", offer.category, "category", today())


def _set_places(offer: Offer, chosen: Iterable[Division] | None) -> str:
    """Which townships may use it; what changed, in words, since history compares the fields of the row alone."""
    if chosen is None:
        return ""
    towns = {town.pk: town for town in townships(offer.county, today())}
    wanted = [division for division in chosen if division.pk in towns]
    if {d.pk for d in wanted} == set(offer.divisions.values_list("pk", flat=True)):
        return ""
    offer.divisions.set(wanted)
    return f"服务乡镇：{'、'.join(d.name for d in wanted) or '全县'}"


def _write_line(offer: Offer, fields: dict[str, Any]) -> None:
    item = offer.items.first() or OfferItem(offer=offer, capacity=Decimal(1))
    if fields.get("measure"):
        check("measure", fields["measure"], "measure", today())
        item.measure = fields["measure"]
    if fields.get("capacity") is not None:
        _set_capacity(item, Decimal(fields["capacity"]))
    item.text = item.text or offer.title
    item.save()


def _set_capacity(item: OfferItem, capacity: Decimal) -> None:
    if capacity < 0:
        raise ValidationError({"capacity": "数量不能小于 0"})
    if item.pk:
        (locked,) = lock_offer_items([item.pk])
        held = most_held(locked, today())
        if capacity < held:
            asked = "（其中有给轮到的排队单位留着的）" if kept([locked], today())[locked.pk] > ZERO else ""
            said = f"已经答应了 {words(held)} {item.measure}{asked}，不能改得更少；请先和对方商量撤回或减少。"
            raise ValidationError({"capacity": ValidationError(said, code="promised")})
    item.capacity = capacity
