"""Passing on and asking: a unit refers a need to a better one, staff propose a unit, both may say no with a reason."""

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import history, record, snapshot
from shuanglian.core.calendar import add_working_days
from shuanglian.core.clock import now, today
from shuanglian.core.events import announce
from shuanglian.directory.models import PartnerUnit
from shuanglian.exchange.actions.commitment import claim
from shuanglian.exchange.actions.locks import lock_need
from shuanglian.exchange.choices import CLAIMABLE, DeadlineKind, MatchOrigin, MatchState, Mode, Visibility
from shuanglian.exchange.events import NeedReferred, ProposalAnswered, ReferralAnswered, UnitProposed
from shuanglian.exchange.models import Commitment, Match, Need, NeedItem, OfferItem, Referral
from shuanglian.exchange.queries.deadline import rule_for
from shuanglian.exchange.queries.ledger import lines_of, remaining


def require_passable(need: Need) -> None:
    """Refuse to pass on or to ask for what no other unit could see or take.

    Raises:
        ValidationError: with the reason.
    """
    if need.state not in CLAIMABLE:
        raise ValidationError(f"现在是“{need.get_state_display()}”，不能转办，也不能商请认领。")
    if need.visibility == Visibility.STAFF:
        raise ValidationError("这项需求只给工委看，别的单位看不到，不能转办或商请认领。可以替单位认领。")


@transaction.atomic
def refer_need(
    need: Need, *, by: User, from_unit: PartnerUnit, to_unit: PartnerUnit, reason: str
) -> Referral:
    """转给更合适的单位: a link is added to the chain; until the other unit accepts, the first receiver stays on duty.

    Raises:
        ValidationError: no reason, to itself, or the need is not open.
    """
    require(by, "exchange.refer_need", need)
    if not by.holds("staff", "approver") and from_unit.pk not in by.scope_ids("unit", "partner_handler"):
        raise ValidationError("您只能代表自己单位转办。")
    need = lock_need(need)
    require_passable(need)
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么转、为什么对方更合适"})
    if to_unit.is_outside:
        raise ValidationError({"to_unit": f"{to_unit}是{to_unit.get_level_display()}单位，要由工委去商请"})
    if from_unit.pk == to_unit.pk:
        raise ValidationError({"to_unit": "不能转给自己"})
    if Referral.objects.filter(need=need, to_unit=to_unit, answer="").exists():
        raise ValidationError({"to_unit": f"已经转给{to_unit}，正在等答复"})
    row = Referral.objects.create(
        county=need.county, need=need, from_unit=from_unit, to_unit=to_unit, reason=reason.strip(), by=by
    )
    record(row, "refer", by=by, note=reason)
    announce(NeedReferred(row))
    return row


@transaction.atomic
def answer_referral(referral: Referral, *, by: User, accept: bool, reason: str = "") -> Referral:
    """接受 (the unit claims the need) or 谢绝 with a reason (the first receiver goes on looking)."""
    unit = _answering_unit(referral.to_unit, by)
    need = lock_need(referral.need)
    referral = Referral.objects.select_for_update(no_key=True, of=("self",)).get(pk=referral.pk)
    if referral.answer:
        raise ValidationError("已经答复过了。")
    if not accept and not reason.strip():
        raise ValidationError({"reason": "请写明谢绝的理由"})
    before = snapshot(referral)
    referral.answer = "accepted" if accept else "declined"
    referral.answer_reason, referral.answered_at = reason.strip(), now()
    referral.save(update_fields=["answer", "answer_reason", "answered_at", "updated"])
    record(referral, "answer_referral", by=by, before=before, note=reason)
    if accept:
        claim(need, by=by, unit=unit, mode=Mode.PROPOSED)
    announce(ReferralAnswered(referral))
    return referral


@transaction.atomic
def propose_unit(
    need: Need,
    *,
    by: User,
    unit: PartnerUnit,
    reason: str,
    item: NeedItem | None = None,
    offer_item: OfferItem | None = None,
) -> Match:
    """商请认领: staff ask a unit, naming the reason; the unit accepts or declines. Nobody is ordered.

    ``offer_item``: what of the unit's offers was thought of.
    """
    require(by, "exchange.propose_unit", need)
    need = lock_need(need)
    require_passable(need)
    line = next((n for n in lines_of(need.pk) if n.open > 0 and item in (None, n.item)), None)
    if line is None:
        raise ValidationError("这项需求已经全部有人认领了。")
    if not reason.strip():
        raise ValidationError({"reason": "请写一句为什么请这个单位"})
    if Match.objects.filter(need_item=line.item, unit=unit, state=MatchState.INVITED).exists():
        raise ValidationError({"unit": f"已经商请过{unit}，正在等答复"})
    if offer_item is not None and offer_item.offer.unit_id != unit.pk:
        raise ValidationError({"offer_item": f"这项资源不是{unit}的"})
    row = Match.objects.create(
        county=need.county,
        need_item=line.item,
        offer_item=offer_item,
        unit=unit,
        origin=MatchOrigin.STAFF,
        state=MatchState.INVITED,
        reasons=[{"kind": "yes", "title": "商请理由", "text": reason.strip()}],
    )
    record(row, "propose", by=by, note=reason)
    announce(UnitProposed(row))
    return row


@transaction.atomic
def answer_proposal(match: Match, *, by: User, accept: bool, reason: str = "") -> Commitment | None:
    """接受 (a commitment, mode 协商转办) or 谢绝 with a reason.

    The promise counts against the offer that was thought of, where both count in one measure and enough is left.
    What a unit of the city or the province answered is written down by the office, with how it was said (``reason``).
    """
    unit = match.unit
    spoken_for = unit.is_outside and unit.pk not in by.scope_ids("unit", "partner_handler")
    if spoken_for:
        require(by, "exchange.answer_proposal", match)
    else:
        _answering_unit(unit, by)
    need = lock_need(match.need_item.need)
    match = (
        Match.objects.select_for_update(no_key=True, of=("self",))
        .select_related("need_item", "offer_item__offer")
        .get(pk=match.pk)
    )
    if match.state != MatchState.INVITED:
        raise ValidationError("已经答复过了。")
    if spoken_for and not reason.strip():
        raise ValidationError({"reason": "请写明对方哪天、怎么答复的，例如：11月20日来函同意"})
    if not accept and not reason.strip():
        raise ValidationError({"reason": "请写明谢绝的理由"})
    before = snapshot(match)
    match.state = MatchState.ACCEPTED if accept else MatchState.DECLINED
    match.decline_reason = "" if accept else reason.strip()
    match.save(update_fields=["state", "decline_reason", "updated"])
    behalf = unit.name if spoken_for else ""
    record(match, "answer_proposal", by=by, before=before, note=reason, behalf=behalf)
    made = None
    if accept:
        serving = _serving(match, need)
        made = claim(need, by=by, unit=unit, item=match.need_item, mode=Mode.PROPOSED, offer_item=serving)
    announce(ProposalAnswered(match))
    return made


@transaction.atomic
def take_letter(match: Match, *, by: User) -> Match:
    """下载商请函: that the office took the letter to this unit is in the history, also once the unit has answered.

    A person who takes it again on the same day is told of once.
    """
    require(by, "exchange.write_to_unit", match)
    match = Match.objects.select_for_update(no_key=True, of=("self",)).get(pk=match.pk)
    if not history(match).filter(verb="take_letter", actor=by, when__date=today()).exists():
        record(match, "take_letter", by=by, before=snapshot(match))
    return match


def _serving(match: Match, need: Need) -> OfferItem | None:
    """The offer a proposal was made for, when it has enough left on the day the promise will be due."""
    item = match.offer_item
    if item is None or item.measure != match.need_item.measure:
        return None
    line = next(line for line in lines_of(need.pk) if line.item == match.need_item)
    rule = rule_for(need.county, DeadlineKind.RESOLVE, need.category, today())
    due = add_working_days(today(), rule.days).due
    return item if line.open <= remaining([item], due)[item.pk] else None


def _answering_unit(unit: PartnerUnit | None, by: User) -> PartnerUnit:
    if unit is None or unit.pk not in by.scope_ids("unit", "partner_handler"):
        raise ValidationError("只有被请的单位可以答复。")
    return unit
