"""What was done and what the receiver says of it: progress, delivery, confirmation, feedback, corrections."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import today
from shuanglian.core.events import announce
from shuanglian.exchange.actions.check import note_checks
from shuanglian.exchange.actions.deadline import meet_deadlines, start_deadline
from shuanglian.exchange.actions.locks import just_now, lock_commitment, lock_need
from shuanglian.exchange.actions.settling import finish_need, settle
from shuanglian.exchange.choices import (
    CheckStep,
    CommitmentState,
    Confirmer,
    DeadlineKind,
    Ending,
    MessageKind,
    NeedState,
    Outcome,
    Satisfaction,
    Side,
    Verdict,
)
from shuanglian.exchange.events import DeliveryConfirmed, DeliveryRecorded
from shuanglian.exchange.models import Commitment, Confirmation, Delivery, Feedback, Message
from shuanglian.exchange.queries.ledger import effective, promise_of, words
from shuanglian.exchange.states import COMMITMENT

ZERO = Decimal(0)


@transaction.atomic
def note_progress(commitment: Commitment, *, by: User, body: str) -> Message:
    """办理进展: a sentence about the matter; the first one is the first contact.

    The same words a moment later are a second press and say nothing more.
    """
    require(by, "exchange.deliver_commitment", commitment)
    need = lock_need(commitment.need)
    commitment = lock_commitment(commitment)
    _require_active(commitment)
    if not body.strip():
        raise ValidationError({"body": "请写一句办理进展"})
    said = Message.objects.filter(commitment=commitment, kind=MessageKind.PROGRESS, body=body.strip(), by=by)
    if twin := said.filter(created__gte=just_now()).first():
        return twin
    message = Message(
        county=need.county,
        need=need,
        commitment=commitment,
        kind=MessageKind.PROGRESS,
        body=body.strip(),
        by=by,
    )
    message.full_clean()
    message.save()
    record(message, "note_progress", by=by)
    _first_contact(commitment, by=by)
    settle(need, by=by)
    return message


@transaction.atomic
def record_delivery(commitment: Commitment, *, by: User, finish: bool = True, **facts: Any) -> Delivery:
    """办结 (or a part of it): what was done, how much, on which day; the receiver is asked to confirm.

    Facts: ``quantity`` (default: all that is still promised), ``happened_on`` (default today), ``note``, ``checks``
    (the ids of the checks before this step that were ticked).

    Raises:
        ValidationError: more than was promised, a day in the future, an earlier delivery still waits.
    """
    require(by, "exchange.deliver_commitment", commitment)
    need = lock_need(commitment.need)
    commitment = lock_commitment(commitment)
    _require_active(commitment)
    left = promise_of(commitment).deliverable
    quantity: Decimal = facts.get("quantity") or left
    day: dt.date = facts.get("happened_on") or today()
    if left <= 0:
        raise ValidationError("已经报过办结了，正在等提出单位确认。", code="waiting")
    if not 0 < quantity <= left:
        raise ValidationError(
            {"quantity": f"数量要大于 0，最多 {words(left)} {commitment.need_item.measure}"}
        )
    if day > today():
        raise ValidationError({"happened_on": "日期不能晚于今天"})
    note_checks(need, CheckStep.DELIVER, facts.get("checks", ()), by=by)
    delivery = Delivery(
        county=need.county,
        commitment=commitment,
        quantity=quantity,
        happened_on=day,
        note=str(facts.get("note") or "").strip(),
        by=by,
    )
    delivery.full_clean()
    delivery.save()
    record(delivery, "deliver", by=by)
    _first_contact(commitment, by=by)
    if finish:
        commitment.reported_on = today()
        commitment.save(update_fields=["reported_on", "updated"])
        meet_deadlines(need, DeadlineKind.RESOLVE, by=by, commitment=commitment)
    start_deadline(need, DeadlineKind.CONFIRM, by=by, commitment=commitment)
    settle(need, by=by)
    announce(DeliveryRecorded(delivery))
    return delivery


@transaction.atomic
def confirm_delivery(delivery: Delivery, *, by: User, verdict: str, **words: Any) -> Confirmation:
    """已解决 / 部分解决 / 还没有: the receiver's word on one delivery, once.

    Words: ``accepted`` (default: all of it when solved, nothing when not yet), ``complete`` (部分解决 only: this is
    enough, end here), ``note`` (needed to go on, unless a quantity says it), ``confirmer`` (silence is said by the account ``system``).

    Raises:
        ValidationError: said already, the promise ended with its need, more accepted than delivered, no reason given.
    """
    require(by, "exchange.confirm_commitment", delivery.commitment)
    need = lock_need(delivery.commitment.need)
    commitment = lock_commitment(delivery.commitment)
    if Confirmation.objects.filter(delivery=delivery).exists():
        raise ValidationError("这一笔已经确认过了。", code="said")
    if commitment.state != CommitmentState.ACTIVE:  # what it held may be others' by now
        raise ValidationError("这项对接已经结束，不用再确认。")
    amount = effective(delivery)
    complete = verdict == Verdict.SOLVED or (verdict == Verdict.PARTLY and bool(words.get("complete")))
    accepted = _accepted(verdict, amount, words.get("accepted"), complete=complete)
    note = str(words.get("note") or "").strip()
    _require_words(verdict, amount, words.get("accepted"), note, complete=complete)
    row = Confirmation(
        county=need.county,
        delivery=delivery,
        confirmer=words.get("confirmer") or _confirmer(by),
        verdict=verdict,
        accepted=accepted,
        complete=complete,
        note=note,
        by=by,
    )
    row.full_clean()
    row.save()
    record(row, "confirm", by=by, note=note)
    meet_deadlines(need, DeadlineKind.CONFIRM, by=by, commitment=commitment)
    _after_word(commitment, row, by=by)
    settle(need, by=by, note=note)
    announce(DeliveryConfirmed(row))
    return row


@transaction.atomic
def end_here(commitment: Commitment, *, by: User, note: str = "") -> None:
    """到此为止: the receiver ends a need of which something was delivered and the rest is no longer wanted."""
    require(by, "exchange.confirm_commitment", commitment)
    need = lock_need(commitment.need)
    if need.commitments.exclude(state__in=(CommitmentState.FINISHED, CommitmentState.WITHDRAWN)).exists():
        raise ValidationError("还有单位在办，等办完或撤回以后再结束。")
    if need.state != NeedState.OPEN:
        raise ValidationError(f"现在是“{need.get_state_display()}”，不能结束。")
    finish_need(need, by=by, outcome=Outcome.PARTLY, ending=Ending.CONFIRMED, note=note)


@transaction.atomic
def give_feedback(commitment: Commitment, *, by: User, satisfaction: str, words: str = "") -> Feedback:
    """满意 / 基本满意 / 不满意, from each side once, about the matter."""
    require(by, "exchange.rate_commitment", commitment)
    if commitment.state != CommitmentState.FINISHED:
        raise ValidationError("办结确认以后才能评价。")
    if satisfaction not in Satisfaction.values:
        raise ValidationError({"satisfaction": "请选满意、基本满意或不满意"})
    side = Side.PROVIDER if by.holds("partner_handler") else Side.RECEIVER
    if Feedback.objects.filter(commitment=commitment, side=side).exists():
        raise ValidationError("已经评价过了，每一方只评一次。")
    row = Feedback(
        county=commitment.county,
        commitment=commitment,
        side=side,
        satisfaction=satisfaction,
        words=words.strip(),
        by=by,
    )
    row.full_clean()
    row.save()
    record(row, "rate", by=by)
    return row


@transaction.atomic
def correct_delivery(delivery: Delivery, *, by: User, less: Decimal, note: str) -> Delivery:
    """A delivery was reported too high: another row takes ``less`` off it; the first row stays as it was."""
    require(by, "exchange.correct_delivery", delivery.commitment)
    need = lock_need(delivery.commitment.need)
    commitment = lock_commitment(delivery.commitment)
    if delivery.corrects_id is not None:
        raise ValidationError("更正过的记录不能再被更正，请更正原来那一笔。")
    if not note.strip():
        raise ValidationError({"note": "请写明更正的理由"})
    if need.state == NeedState.CLOSED:
        raise ValidationError("需求已经办结，要先重新办理才能更正。")
    twins = delivery.corrections.filter(quantity=-less, note=note.strip(), by=by, created__gte=just_now())
    if twins.exists():
        raise ValidationError("刚才已经更正过了，不用再点一次。", code="twin")
    spoken = Confirmation.objects.filter(delivery=delivery).first()
    ceiling = _still_accepted(delivery, spoken) if spoken else effective(delivery)
    if not 0 < less <= ceiling:
        raise ValidationError({"quantity": f"最多减去 {words(ceiling)}"})
    row = Delivery(
        county=need.county,
        commitment=commitment,
        quantity=-less,
        happened_on=today(),
        note=note.strip(),
        corrects=delivery,
        by=by,
    )
    row.full_clean()
    row.save()
    record(row, "correct", by=by, note=note)
    if spoken:
        _unsay(row, spoken, by=by)
    elif effective(delivery) == 0:
        _take_back_report(commitment, by=by)
    settle(need, by=by, note=note)
    return row


def _accepted(verdict: str, amount: Decimal, given: Decimal | None, *, complete: bool) -> Decimal:
    if verdict not in Verdict.values:
        raise ValidationError({"verdict": "请选已解决、部分解决或还没有"})
    if verdict == Verdict.NOT_YET:
        return ZERO
    if verdict == Verdict.SOLVED:
        return amount
    accepted = given if given is not None else (amount if complete else ZERO)
    if not 0 <= accepted <= amount:
        raise ValidationError({"accepted": f"认可的数量在 0 到 {words(amount)} 之间"})
    if accepted == amount and not complete:
        raise ValidationError({"accepted": "数量都认可的话，请选“已解决”，或者选“到此为止”"})
    return accepted


def _require_words(
    verdict: str, amount: Decimal, given: Decimal | None, note: str, *, complete: bool
) -> None:
    """Who wants more says how much was done, or, where there is no quantity to say it with, what is missing."""
    if complete:
        return
    if verdict == Verdict.PARTLY and amount != 1:
        if given is None:
            raise ValidationError({"accepted": "请填办成了多少；不用再办了，就选“到此为止”"})
        if given == 0:
            raise ValidationError({"accepted": "一点也没办成的话，请选“还没有”"})
    elif not note:
        raise ValidationError({"note": "请写一句还差什么，对方好接着办"})


def _after_word(commitment: Commitment, word: Confirmation, *, by: User) -> None:
    """A finished promise ends; otherwise its work goes on and its report is open again."""
    promise = promise_of(commitment)
    whole = commitment.reported_on is not None or promise.accepted >= commitment.quantity
    if word.complete and promise.pending <= 0 and whole:
        COMMITMENT.follow(commitment, CommitmentState.FINISHED, by=by)
        return
    if commitment.reported_on is not None and not word.complete:
        _take_back_report(commitment, by=by)


def _take_back_report(commitment: Commitment, *, by: User) -> None:
    before = snapshot(commitment)
    commitment.reported_on = None
    commitment.save(update_fields=["reported_on", "updated"])
    record(commitment, "continue", by=by, before=before)
    start_deadline(commitment.need, DeadlineKind.RESOLVE, by=by, commitment=commitment)


def _still_accepted(delivery: Delivery, spoken: Confirmation) -> Decimal:
    taken = Confirmation.objects.filter(delivery__corrects=delivery)
    return spoken.accepted + sum((c.accepted for c in taken), ZERO)


def _unsay(correction: Delivery, spoken: Confirmation, *, by: User) -> None:
    row = Confirmation.objects.create(
        county=correction.county,
        delivery=correction,
        confirmer=Confirmer.STAFF,
        verdict=spoken.verdict,
        accepted=correction.quantity,
        note=correction.note,
        by=by,
    )
    record(row, "correct", by=by, note=correction.note)


def _confirmer(by: User) -> str:
    return Confirmer.STAFF if by.holds("staff", "approver") else Confirmer.RECEIVER


def _first_contact(commitment: Commitment, *, by: User) -> None:
    if commitment.contacted_on is None:
        commitment.contacted_on = today()
        commitment.save(update_fields=["contacted_on", "updated"])
        meet_deadlines(commitment.need, DeadlineKind.FIRST_CONTACT, by=by, commitment=commitment)


def _require_active(commitment: Commitment) -> None:
    if commitment.state != CommitmentState.ACTIVE:
        raise ValidationError(
            f"这项对接现在是“{commitment.get_state_display()}”，不能再办理。", code="elsewhere"
        )
