"""Posting a need and letting it in: draft, submit, accept, return, withdraw, close, reopen."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now, today
from shuanglian.core.dictionary import check
from shuanglian.core.events import announce
from shuanglian.core.jobs import later
from shuanglian.core.numbering import next_number
from shuanglian.core.phones import normalise_phone, phone_fault
from shuanglian.directory.models import Organization
from shuanglian.exchange.actions.check import note_checks
from shuanglian.exchange.actions.deadline import drop_deadlines, meet_deadlines, start_deadline
from shuanglian.exchange.actions.link import clear_duplicate, mark_duplicate
from shuanglian.exchange.actions.locks import lock_need
from shuanglian.exchange.actions.settling import require_answers, write_closure
from shuanglian.exchange.choices import (
    CONTESTABLE,
    LIVE,
    CheckStep,
    CommitmentState,
    DeadlineKind,
    Ending,
    NeedState,
    Outcome,
)
from shuanglian.exchange.events import NeedOpened, NeedReopened, NeedReturned, NeedSubmitted
from shuanglian.exchange.models import Need, NeedItem, Reopening
from shuanglian.exchange.queries.ledger import lines_of
from shuanglian.exchange.states import COMMITMENT, NEED

_PLAIN = [
    "category",
    "title",
    "detail",
    "visibility",
    "urgency",
    "source",
    "contact_name",
    "contact_phone",
    "expected_by",
    "branch",
    "raised_by",
]
_EDITABLE = (NeedState.DRAFT, NeedState.RETURNED, NeedState.SUBMITTED)
TWIN_MINUTES = 10
TITLE = 30  # characters kept of a sentence that serves as its own title
LARGEST = Decimal(1000000)


@transaction.atomic
def save_draft(organization: Organization, *, by: User, need: Need | None = None, **fields: Any) -> Need:
    """Keep what was typed so far, complete or not. Only whoever typed it sees it; it is on no list.

    Fields: those of ``Need`` plus ``quantity``, ``measure`` and ``due`` of its single line, or ``items`` (dicts of
    text, quantity, measure, due) for several; ``token`` (a UUID) names the form, so that a second press changes the
    need that the first one made.

    Raises:
        PermissionDenied: the user may not post for this organisation.
        ValidationError: a value cannot be kept at all (a date that is none, a quantity below zero).
    """
    token = fields.pop("token", None)
    need = need or _typed_in(token, by=by) or Need(county=organization.county, entered_by=by, token=token)
    before = snapshot(need)
    need.organization, need.division = organization, organization.division
    require(by, "exchange.add_need" if need.pk is None else "exchange.change_need", need)
    if need.state not in _EDITABLE:
        raise ValidationError(f"现在是“{need.get_state_display()}”，不能再改内容。可以在留言里补充。")
    items = _lines(fields)
    for name in _PLAIN:
        if name in fields:
            setattr(need, name, fields[name] if fields[name] is not None else _empty(name))
    need.title = need.title.strip() or title_of(need.detail)
    if need.state != NeedState.DRAFT:
        _require_complete(need)
    need.full_clean(validate_constraints=False)
    need.save()
    _write_lines(need, items)
    record(need, "create" if not before else "change", by=by, before=before, behalf=_behalf(need))
    return need


@transaction.atomic
def submit_need(need: Need, *, by: User) -> Need:
    """Hand a draft (or a returned need) in: it gets its number, and the committee's time to accept starts.

    Raises:
        PermissionDenied, ValidationError: not the user's, not complete, or handed in already.
    """
    need = lock_need(need)
    NEED.check(need, "submit", by=by)
    _require_complete(need)
    _refuse_twin(need)
    if not need.number:
        need.number = next_number(need.county, "XQ", today().year)
    need.submitted_at = now()
    need.save(update_fields=["number", "submitted_at", "title", "updated"])
    NEED.make(need, "submit", by=by, behalf=_behalf(need))
    start_deadline(need, DeadlineKind.ACCEPT, by=by)
    announce(NeedSubmitted(need))
    return need


@transaction.atomic
def post_need(organization: Organization, *, by: User, need: Need | None = None, **fields: Any) -> Need:
    """Post a need in one go: write it down and hand it in. Fields as ``save_draft``.

    The same form sent twice (the same ``token``) gives the same need twice.
    """
    again = None if need else _typed_in(fields.get("token"), by=by)
    if again is not None and again.state != NeedState.DRAFT:
        return again
    return submit_need(save_draft(organization, by=by, need=need or again, **fields), by=by)


@transaction.atomic
def discard_draft(need: Need, *, by: User) -> None:
    """Throw a draft away; nothing of it is kept but the line in history."""
    require(by, "exchange.change_need", need)
    if need.state != NeedState.DRAFT:
        raise ValidationError("已经提交的需求不能删除，可以撤回。")
    record(need, "discard", by=by)
    need.delete()


@transaction.atomic
def accept_need(need: Need, *, by: User, note: str = "", checks: Iterable[int] = (), **changes: Any) -> Need:
    """受理并开放: the need goes to the hall, its time to be claimed starts. Staff may mend category and visibility.

    ``checks``: the ids of the checks before this step that were ticked.
    """
    need = lock_need(need)
    NEED.check(need, "accept", by=by, note=note)
    note_checks(need, CheckStep.ACCEPT, checks, by=by)
    before = snapshot(need)
    for name in ("category", "visibility", "urgency", "title"):
        if changes.get(name):
            setattr(need, name, changes[name])
    _require_complete(need)
    if snapshot(need) != before:
        record(need, "change", by=by, before=before)
    need.opened_at = now()
    need.save()
    NEED.make(need, "accept", by=by, note=note)
    meet_deadlines(need, DeadlineKind.ACCEPT, by=by)
    start_deadline(need, DeadlineKind.CLAIM, by=by)
    later("matching.suggest", need_id=need.pk)
    announce(NeedOpened(need))
    return need


@transaction.atomic
def return_need(need: Need, *, by: User, note: str) -> Need:
    """退回补充: with the reason, so that the poster knows what to add."""
    need = lock_need(need)
    NEED.make(need, "return", by=by, note=note)
    meet_deadlines(need, DeadlineKind.ACCEPT, by=by)
    announce(NeedReturned(need, note))
    return need


@transaction.atomic
def withdraw_need(need: Need, *, by: User, note: str) -> Need:
    """The organisation takes its need back; living promises end and their units are told.

    When part of it was delivered and accepted before, the need ends as solved in part: that stays true.

    Raises:
        ValidationError: no reason, or a unit's report still waits for an answer.
    """
    need = lock_need(need)
    require(by, "exchange.withdraw_need", need)
    require_answers(need)
    NEED.make(need, "withdraw", by=by, note=note)
    _end_promises(need, by=by, note=note)
    outcome = Outcome.PARTLY if any(line.delivered > 0 for line in lines_of(need.pk)) else Outcome.WITHDRAWN
    write_closure(need, by=by, outcome=outcome, ending=Ending.STATED, reason=note)
    return need


@transaction.atomic
def close_need(
    need: Need,
    *,
    by: User,
    outcome: str,
    note: str,
    other: Need | None = None,
    checks: Iterable[int] = (),
) -> Need:
    """Staff end a need that was not fulfilled, with an outcome and a reason the organisation can read.

    ``other``: the need that this one repeats, when the outcome is ``DUPLICATE``; the two are linked.
    ``checks``: the ids of the checks before this step that were ticked.

    Raises:
        ValidationError: "fulfilled" is the receiver's word and cannot be stated by staff here; a unit's report
            still waits for an answer; a duplicate names no other need, or one that is none.
    """
    if outcome == Outcome.FULFILLED or outcome not in Outcome.values:
        raise ValidationError({"outcome": "“已解决”要由提出单位确认；请选其他结果"})
    repeats = outcome == Outcome.DUPLICATE
    need = mark_duplicate(need, other, by=by) if repeats else lock_need(need)
    require(by, "exchange.close_need", need)
    require_answers(need)
    NEED.check(need, "close", by=by, note=note)
    note_checks(need, CheckStep.CLOSE, checks, by=by)
    NEED.make(need, "close", by=by, note=note)
    _end_promises(need, by=by, note=note)
    write_closure(need, by=by, outcome=outcome, ending=Ending.STATED, reason=note)
    return need


@transaction.atomic
def reopen_need(need: Need, *, by: User, note: str) -> Need:
    """A closed need starts again, for a reason that reaches those who held it.

    The organisation may contest "not feasible" once (docs/adr/0004); after that only staff reopen it.
    """
    need = lock_need(need)
    contests = _contests(need, by)
    NEED.make(need, "reopen", by=by, note=note)
    reopening = Reopening.objects.create(
        county=need.county, need=need, reason=note.strip(), contests=contests, by=by
    )
    record(reopening, "reopen", by=by, note=note)
    need.opened_at = now()
    need.save(update_fields=["opened_at", "updated"])
    clear_duplicate(need, by=by)
    start_deadline(need, DeadlineKind.CLAIM, by=by)
    announce(NeedReopened(need, note))
    return need


def _contests(need: Need, by: User) -> bool:
    """Whether this reopening contests a "not feasible" of staff.

    Raises:
        ValidationError: it was contested before.
    """
    last = need.closures.order_by("-pk").first()
    if last is None or last.outcome not in CONTESTABLE or by.holds("staff", "approver"):
        return False
    if need.reopenings.filter(contests=True).exists():
        raise ValidationError("已经提过一次异议，工委也答复了。还有新情况，请另提一项需求。")
    return True


def title_of(sentence: str) -> str:
    """The first clause of a sentence, short enough for a title."""
    clause = re.split(r"[。！？；\n]", sentence.strip(), maxsplit=1)[0].strip()
    return clause if len(clause) <= TITLE else clause[: TITLE - 1] + "…"


def _typed_in(token: uuid.UUID | None, *, by: User) -> Need | None:
    """The need that this person's form made before; a second press waits here until the first is through."""
    if token is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(token)])
    return Need.objects.filter(token=token, entered_by=by).first()


def _require_complete(need: Need) -> None:
    errors: dict[str, str] = {}
    if not need.title.strip():
        errors["detail"] = "请写一句话，说明企业有什么难处"
    if not need.category:
        errors["category"] = "请选一个类别；拿不准就选最接近的"
    if need.expected_by and need.submitted_at is None and need.expected_by < today():
        errors["expected_by"] = f"期望时间不能早于今天（{today():%Y-%m-%d}）"
    if need.contact_phone:
        need.contact_phone = normalise_phone(need.contact_phone)
        if fault := phone_fault(need.contact_phone):
            errors["contact_phone"] = fault
    if errors:
        raise ValidationError(errors)
    check("need_category", need.category, "category", today())


def _refuse_twin(need: Need) -> None:
    """The same words of the same organisation within minutes are one need sent twice (a way back, a second press)."""
    just_now = now() - dt.timedelta(minutes=TWIN_MINUTES)
    twins = Need.objects.filter(
        organization_id=need.organization_id, title=need.title, detail=need.detail, submitted_at__gte=just_now
    )
    if twin := twins.exclude(pk=need.pk).exclude(state=NeedState.CLOSED).first():
        raise ValidationError(
            f"刚才已经提交过同样的需求（{twin.number}），不用再交一次。要是另一件事，请把说法改一改。",
            code="twin",
        )


def _lines(fields: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The lines asked for, or ``None`` when the caller says nothing about them."""
    items: list[dict[str, Any]] | None = fields.pop("items", None)
    single: dict[str, Any] = {
        name: fields.pop(name) for name in ("quantity", "measure", "due") if name in fields
    }
    if items is None and single:
        items = [single]
    for item in items or []:
        _check_line(item)
    return items


def _check_line(item: dict[str, Any]) -> None:
    quantity = item.get("quantity")
    if quantity is not None and not 0 < Decimal(quantity) <= LARGEST:
        raise ValidationError({"quantity": f"数量要大于 0，最多 {LARGEST:,}"})
    if item.get("measure"):
        check("measure", item["measure"], "measure", today())


def _write_lines(need: Need, items: list[dict[str, Any]] | None) -> None:
    if items is None:
        items = [] if need.items.exists() else [{}]
        if not items:
            return
    need.items.all().delete()
    NeedItem.objects.bulk_create(
        NeedItem(
            need=need,
            position=n,
            text=(item.get("text") or need.title)[:100],
            measure=item.get("measure") or "次",
            requested=item.get("quantity") or Decimal(1),
            due=item.get("due") or need.expected_by,
        )
        for n, item in enumerate(items, start=1)
    )


def _end_promises(need: Need, *, by: User, note: str) -> None:
    for commitment in need.commitments.filter(state__in=LIVE).order_by("pk").select_for_update(no_key=True):
        before = snapshot(commitment)
        commitment.state = CommitmentState.WITHDRAWN
        commitment.save(update_fields=["state", "updated"])
        record(commitment, COMMITMENT.move("withdraw").name, by=by, before=before, note=note)
    drop_deadlines(need, by=by)


def _behalf(need: Need) -> str:
    """Whose need it is when somebody else typed it (代录)."""
    return "" if need.raised_by_id in (None, need.entered_by_id) else str(need.raised_by)


def _empty(name: str) -> Any:
    return None if name in ("expected_by", "branch", "raised_by") else ""
