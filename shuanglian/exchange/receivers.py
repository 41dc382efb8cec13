"""Who is told of what happens in the exchange, and the line that moves up when a place is free."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse

from shuanglian.accounts.choices import COMMITTEE, ENTERPRISE_SIDE, Role, Scope
from shuanglian.accounts.models import User
from shuanglian.accounts.queries import people_in_scope, system_user
from shuanglian.core.events import on
from shuanglian.core.models import Pace
from shuanglian.core.notify import kind, tell
from shuanglian.directory.choices import UnitKind
from shuanglian.directory.events import OrganizationGone, OrganizationsMerging, UnitLevelChanging
from shuanglian.directory.models import PartnerUnit
from shuanglian.directory.queries import units_with_mandate
from shuanglian.exchange import events
from shuanglian.exchange.actions import ask_next, leave_waiting, put_on_agenda
from shuanglian.exchange.choices import (
    STANDING,
    CommitmentState,
    DeadlineKind,
    MatchState,
    MessageKind,
    NeedState,
    WaitingState,
)
from shuanglian.exchange.models import Commitment, Deadline, Need, Waiting
from shuanglian.exchange.queries import words
from shuanglian.exchange.queries.agenda import left_after_asking

ASKERS, UNITS, OFFICE = ENTERPRISE_SIDE, (Role.PARTNER_HANDLER,), COMMITTEE
ALL_SIDES = (*ASKERS, *UNITS, *OFFICE)

NEW = kind("need_new", "新提出的需求、待审核的资源", to=OFFICE)
RETURNED = kind("need_returned", "需求退回补充", to=ASKERS)
SPLIT = kind("need_split", "一项需求分成两项", to=ASKERS)
OPENED = kind("need_opened", "与本单位职能相关的新需求", to=UNITS)
CLAIMED = kind("need_claimed", "需求有人认领", to=ASKERS)
BOOKED = kind("offer_booked", "有人预约本单位的资源", to=(*UNITS, *OFFICE))
ANSWERED = kind("answered", "预约、商请、转办有了答复", to=ALL_SIDES)
ASKED = kind("asked", "商请认领、转来的需求", to=UNITS)
CHANGED = kind("promise_changed", "认领减少或撤回", to=(*ASKERS, *OFFICE))
DELIVERED = kind("delivered", "等您确认办理结果", to=ASKERS)
CONFIRMED = kind("confirmed", "办理结果已确认", to=(*UNITS, *OFFICE))
CLOSED = kind("need_closed", "需求办结或重新办理", to=ALL_SIDES)
SAID = kind("message", "新留言", to=ALL_SIDES)
DUE = kind("deadline", "快到期和超期", to=ALL_SIDES)
PLACE = kind("place", "排队轮到了", Pace.AT_ONCE, to=ASKERS)
AGENDA = kind("agenda", "季度会议定的结果", to=ASKERS)
RENEW = kind("renewal", "资源快到有效期", to=(*UNITS, *OFFICE))

NAMED = 5  # numbers of needs in one sentence


@on(events.NeedSubmitted)
def tell_staff_of_new(event: events.NeedSubmitted) -> None:
    tell(_staff(event.need), NEW, f"{event.need.organization}提出“{event.need}”，待审核", _page(event.need))


@on(events.NeedReturned)
def tell_poster_of_return(event: events.NeedReturned) -> None:
    tell(_asker(event.need), RETURNED, f"“{event.need}”退回补充：{event.note}", _page(event.need))


@on(events.NeedOpened)
def tell_mandated_units(event: events.NeedOpened) -> None:
    """Routing by mandate, category and township: whose main duty it is, and the township the need comes from."""
    need = event.need
    units = units_with_mandate(need.county, need.category)
    county_wide = Q(is_main=True) & ~Q(kind=UnitKind.TOWNSHIP)
    here = Q(kind=UnitKind.TOWNSHIP, division=need.division_id)
    routed = units.filter(county_wide | here).order_by("pk")
    text = f"新需求“{need}”（{need.organization}）"
    tell(_handlers_of(routed.values_list("pk", flat=True)), OPENED, text, _page(need))


@on(events.NeedSplit)
def tell_asker_of_split(event: events.NeedSplit) -> None:
    text = f"“{event.need}”里分出了一项：“{event.child}”（{event.child.number}）"
    tell(_asker(event.need), SPLIT, text, _page(event.child), by=event.by)


@on(events.NeedClaimed)
def tell_asker_of_claim(event: events.NeedClaimed) -> None:
    row = event.commitment
    text = f"{row.unit}认领了“{row.need}”{words(row.quantity)} {row.need_item.measure}"
    tell(_asker(row.need), CLAIMED, text, _page(row.need))


@on(events.OfferBooked)
def tell_unit_of_booking(event: events.OfferBooked) -> None:
    row = event.commitment
    tell(_speakers_for([row.unit_id]), BOOKED, f"{row.need.organization}{row.need}，请答复", _page(row.need))


@on(events.BookingAnswered)
def tell_asker_of_answer(event: events.BookingAnswered) -> None:
    row = event.commitment
    answer = "接受了预约" if row.state == CommitmentState.ACTIVE else f"谢绝了预约：{event.note}"
    tell(_asker(row.need), ANSWERED, f"{row.unit}{answer}（{row.need}）", _page(row.need))
    _move_line_up(row, event.by)


@on(events.CommitmentChanged)
def tell_all_of_change(event: events.CommitmentChanged) -> None:
    row = event.commitment
    what = "撤回了认领" if row.state == CommitmentState.WITHDRAWN else f"把数量改为 {words(row.quantity)}"
    text = f"{row.unit}{what}（{row.need}）：{event.note}"
    tell([*_asker(row.need), *_staff(row.need)], CHANGED, text, _page(row.need))
    _move_line_up(row, event.by)


@on(events.DeliveryRecorded)
def ask_receiver_to_confirm(event: events.DeliveryRecorded) -> None:
    row = event.delivery.commitment
    tell(_asker(row.need), DELIVERED, f"{row.unit}报“{row.need}”已办，请您确认解决了没有", _page(row.need))


@on(events.DeliveryConfirmed)
def tell_unit_of_word(event: events.DeliveryConfirmed) -> None:
    word = event.confirmation
    row = word.delivery.commitment
    text = f"“{row.need}”：{word}" + (f"，{word.note}" if word.note else "")
    tell(_handlers(row), CONFIRMED, text, _page(row.need), by=word.by)


@on(events.NeedClosed)
def tell_both_of_end(event: events.NeedClosed) -> None:
    need, closure = event.need, event.closure
    text = f"“{need}”{closure}" + (f"：{closure.reason}" if closure.reason else "")
    tell([*_asker(need), *_units_of(need)], CLOSED, text, _page(need), by=closure.by)
    freed = need.commitments.filter(state=CommitmentState.WITHDRAWN, offer_item__isnull=False)
    for row in freed.order_by("offer_item_id").distinct("offer_item_id").select_related("offer_item"):
        _move_line_up(row, closure.by)


@on(events.NeedReopened)
def tell_responsible_of_reopening(event: events.NeedReopened) -> None:
    """The units that held it and staff: a reopening that reaches nobody is the field's oldest complaint."""
    text = f"“{event.need}”重新办理：{event.note}"
    tell([*_units_of(event.need), *_staff(event.need)], CLOSED, text, _page(event.need))


@on(events.NeedReferred)
def tell_unit_of_referral(event: events.NeedReferred) -> None:
    row = event.referral
    text = f"{row.from_unit}转来“{row.need}”：{row.reason}"
    tell(_handlers_of([row.to_unit_id]), ASKED, text, _page(row.need))


@on(events.ReferralAnswered)
def tell_referrer(event: events.ReferralAnswered) -> None:
    row = event.referral
    text = f"{row.to_unit}{row.get_answer_display()}了转办的“{row.need}”" + (
        f"：{row.answer_reason}" if row.answer_reason else ""
    )
    tell(_handlers_of([row.from_unit_id]), ANSWERED, text, _page(row.need))


@on(events.UnitProposed)
def tell_unit_of_proposal(event: events.UnitProposed) -> None:
    need = event.match.need_item.need
    text = f"工委商请您单位认领“{need}”：{event.match.reasons[0]['text']}"
    tell(_handlers_of([event.match.unit_id]), ASKED, text, _page(need))


@on(events.ProposalAnswered)
def tell_staff_of_answer(event: events.ProposalAnswered) -> None:
    match = event.match
    need = match.need_item.need
    text = f"{match.unit}{match.get_state_display()}“{need}”" + (
        f"：{match.decline_reason}" if match.decline_reason else ""
    )
    tell(_staff(need), ANSWERED, text, _page(need))


@on(events.PlaceFreed)
def tell_next_in_line(event: events.PlaceFreed) -> None:
    row = event.waiting
    offer = row.offer_item.offer
    last = row.answer_by
    text = f"“{offer}”有名额了，请在 {last.month}月{last.day}日前答复" if last else f"“{offer}”有名额了"
    tell(_speakers(row.organization_id), PLACE, text, reverse("exchange.offer", args=[offer.pk]))


@on(events.PlaceNotKept)
def tell_whose_turn_was_put_off(event: events.PlaceNotKept) -> None:
    row = event.waiting
    offer = row.offer_item.offer
    text = f"“{offer}”暂时没有能约的名额了，您还在排队，有名额时再问您"
    tell(_speakers(row.organization_id), PLACE, text, reverse("exchange.offer", args=[offer.pk]))


@on(events.LineEnded)
def tell_that_the_line_ended(event: events.LineEnded) -> None:
    row = event.waiting
    text = f"“{row.offer_item.offer}”已下架，不用再排队了"
    tell(_speakers(row.organization_id), PLACE, text, reverse("exchange.offers"))


@on(events.MessageSent)
def tell_of_message(event: events.MessageSent) -> None:
    message, need = event.message, event.message.need
    if message.kind == MessageKind.INTERNAL:
        tell(_staff(need), SAID, f"“{need}”有内部备注：{message.body}", _page(need), by=message.by)
        return
    people = [*_asker(need), *_units_of(need), *_staff(need)]
    tell(people, SAID, f"“{need}”有新留言：{message.body}", _page(need), by=message.by)


@on(events.DeadlineNear)
def remind(event: events.DeadlineNear) -> None:
    row = event.deadline
    text = f"“{row.need}”{row.get_kind_display()}还有不到 3 个工作日（{row.due.month}月{row.due.day}日）"
    tell(_responsible(row), DUE, text, _page(row.need))


@on(events.DeadlineMissed)
def escalate(event: events.DeadlineMissed) -> None:
    row = event.deadline
    text = f"“{row.need}”{row.get_kind_display()}已超期（{row.due.month}月{row.due.day}日）"
    tell([*_responsible(row), *_staff(row.need)], DUE, text, _page(row.need))


@on(events.NeedLeftUnclaimed)
def put_on_next_agenda(event: events.NeedLeftUnclaimed) -> None:
    """Its time is over: when units were asked in vain, the meeting decides; otherwise the office asks first."""
    _put_on_agenda(event.need)


@on(events.ProposalAnswered)
def put_on_agenda_after_a_no(event: events.ProposalAnswered) -> None:
    if event.match.state != MatchState.ACCEPTED:
        _put_on_agenda(event.match.need_item.need)


def _put_on_agenda(need: Need) -> None:
    why = left_after_asking(need)
    if why:
        put_on_agenda(need, by=system_user(need.county), reason=why)


@on(events.NeedDiscussed)
def tell_asker_of_decision(event: events.NeedDiscussed) -> None:
    need = event.item.need
    tell(_asker(need), AGENDA, f"季度会议了“{need}”：{event.item.result}", _page(need), by=event.by)


@on(events.OfferLapsing)
def ask_for_renewal(event: events.OfferLapsing) -> None:
    offer = event.offer
    end = offer.valid_until
    text = (
        f"“{offer}”有效期到 {end.month}月{end.day}日，还开放的话请点一下续期"
        if end
        else f"“{offer}”快到有效期"
    )
    tell(_speakers_for([offer.unit_id]), RENEW, text, reverse("exchange.offer", args=[offer.pk]))


@on(OrganizationGone)
def settle_what_is_open(event: OrganizationGone) -> None:
    """Who asks for something cannot vanish: its needs are ended first, by somebody who knows why. Its places are free.

    Raises:
        ValidationError: with the numbers of the needs under way.
    """
    row = event.organization
    ended = (NeedState.DRAFT, NeedState.CLOSED)
    open_needs = Need.objects.filter(organization=row).exclude(state__in=ended).order_by("pk")
    numbers = list(open_needs.values_list("number", flat=True))
    if numbers:
        some = "、".join(numbers[:NAMED]) + (" 等" if len(numbers) > NAMED else "")
        raise ValidationError(
            f"{row.name}还有 {len(numbers)} 项需求没办完（{some}）。请先办结或请企业撤回，再来登记。"
        )
    for place in Waiting.objects.filter(organization=row, state__in=STANDING).order_by("pk"):
        leave_waiting(place, by=event.by)


@on(UnitLevelChanging)
def keep_the_level_of_who_is_at_work(event: UnitLevelChanging) -> None:
    """Whoever shares or promised something did so as a unit of its level.

    Raises:
        ValidationError: it has offers or promises.
    """
    if event.unit.offers.exists() or event.unit.commitments.exists():
        raise ValidationError({"level": "这家单位已经登记过资源或认领过需求，级别不能改了；请另登记一家"})


@on(OrganizationsMerging)
def leave_one_of_two_places(event: OrganizationsMerging) -> None:
    """One organisation stands in a line once: where both stand, the place of the row that goes is given up."""
    standing = Waiting.objects.filter(state__in=STANDING)
    held = standing.filter(organization=event.survivor).values("offer_item_id")
    for place in standing.filter(organization=event.merged, offer_item_id__in=held).order_by("pk"):
        leave_waiting(place, by=event.by)


def _page(need: Need) -> str:
    return reverse("exchange.need", args=[need.pk])


def _staff(need: Need) -> Iterable[User]:
    return people_in_scope(Scope.COUNTY, None, COMMITTEE, county=need.county)


def _speakers(organization_id: int) -> Iterable[User]:
    return people_in_scope(Scope.ORGANIZATION, organization_id, ENTERPRISE_SIDE)


def _asker(need: Need) -> list[User]:
    """Everybody who speaks for the organisation today; a former clerk hears nothing."""
    return list(_speakers(need.organization_id))


def _handlers(row: Commitment) -> list[User]:
    """The handler when he still handles things for the unit, otherwise all of its handlers."""
    people = list(_speakers_for([row.unit_id]))
    mine = [p for p in people if p.pk == row.handler_id]
    return mine or people


def _handlers_of(unit_ids: Iterable[int | None]) -> list[User]:
    people = (people_in_scope(Scope.UNIT, u, (Role.PARTNER_HANDLER,)) for u in unit_ids if u is not None)
    return [person for group in people for person in group]


def _speakers_for(unit_ids: Iterable[int]) -> list[User]:
    """Who handles things for the units; for those of the city or the province without an account, the office."""
    found = []
    for pk in unit_ids:
        people = _handlers_of([pk])
        found += people or _office_for(pk)
    return found


def _office_for(unit_id: int) -> list[User]:
    unit = PartnerUnit.objects.get(pk=unit_id)
    return list(people_in_scope(Scope.COUNTY, None, COMMITTEE, county=unit.county)) if unit.is_outside else []


def _units_of(need: Need) -> list[User]:
    return [person for row in need.commitments.select_related("unit") for person in _handlers(row)]


def _responsible(deadline: Deadline) -> list[User]:
    """Who must act: staff for accepting and routing, the asker for confirming, the handler for the rest."""
    if deadline.kind == DeadlineKind.CONFIRM:
        return _asker(deadline.need)
    if deadline.commitment is not None:
        return _handlers(deadline.commitment)
    return list(_staff(deadline.need))


def _move_line_up(row: Commitment, by: User) -> None:
    if row.offer_item is not None and row.offer_item.waiting.filter(state=WaitingState.WAITING).exists():
        ask_next(row.offer_item, by=by)
