"""What the page of a need adds for those who work on it: the chain, the acts on time limits, who looked, replies."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from shuanglian.accounts.choices import Role, Scope
from shuanglian.core.access import can
from shuanglian.exchange.choices import (
    CLAIMABLE,
    DeadlineKind,
    MatchState,
    NeedState,
    Occasion,
)
from shuanglian.exchange.models import Closure, Match, Referral
from shuanglian.exchange.queries.detail import Limit, NeedDetail
from shuanglian.exchange.queries.passing import Passing, looks_at
from shuanglian.exchange.queries.reply import replies_for
from shuanglian.exchange.views.card import Button, contest_button, owns

_STEADY: dict[str, Any] = {"stopped": [], "asked_by_user": False, "answer": None, "contest": None}
EXTENDED = (DeadlineKind.ACCEPT, DeadlineKind.CLAIM, DeadlineKind.CONFIRM)  # time that is not the unit's


def inside_parts(detail: NeedDetail, user: Any, *, inside: bool) -> dict[str, Any]:
    """The parts for those inside; for everybody else all of them are empty."""
    if not inside:
        empty: dict[str, Any] = {"passing": None, "looks": [], "correctable": set(), "replies": []}
        return {**empty, "limit_acts": {}, "line_claims": {}, "answers": {}, **_STEADY}
    need = detail.need
    passing = detail.passing
    limit_acts = {limit.deadline.pk: limit_buttons(limit, user) for limit in detail.limits}
    asked_by_user = owns(detail, user)
    sees_looks = asked_by_user or can(user, "exchange.accept_need", need)
    return {
        "passing": passing if passing.referrals or passing.proposals else None,
        "answers": _answers(passing, user) if need.state in CLAIMABLE else {},
        "limit_acts": limit_acts,
        "stopped": [(limit, limit_acts[limit.deadline.pk]) for limit in detail.limits if limit.stopped],
        "asked_by_user": asked_by_user,
        "answer": answer_of(detail),
        "contest": contest_button(detail, user),
        "looks": looks_at(need) if sees_looks else [],
        "line_claims": _line_claims(detail, user),
        "correctable": _correctable(detail, user),
        "replies": replies_for(user, Occasion.MESSAGE, need.category),
    }


def answer_of(detail: NeedDetail) -> Closure | None:
    """The end of a closed need that is an answer, not a result: its reason is what the organisation looks for."""
    closure = detail.closure if detail.need.state == NeedState.CLOSED else None
    return None if closure is None or closure.was_done else closure


def limit_buttons(limit: Limit, user: Any) -> list[Button]:
    """What the user may do about one running time limit."""
    row = limit.deadline
    if not can(user, "exchange.change_deadline", row):
        return []

    def button(text: str, name: str) -> Button:
        return Button(text, reverse(f"exchange.limit_{name}", args=[row.pk]), "btn-line btn-sm")

    if limit.stopped:
        return [button("恢复计时", "resume")]
    stop = [] if row.kind in EXTENDED else [button("暂停计时", "stop")]
    return [button("延期", "extend"), *stop]


def _answers(passing: Passing, user: Any) -> dict[str, list[Button]]:
    """The answers this user is asked for, or writes down for a unit, by "referral-3" and "proposal-4"."""
    units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    found: dict[str, list[Button]] = {}
    for row in passing.referrals:
        if not row.answer and row.to_unit_id in units:
            found[f"referral-{row.pk}"] = [answer_button(row)]
    for match in passing.proposals:
        if match.state == MatchState.INVITED and match.unit_id in units:
            found[f"proposal-{match.pk}"] = [answer_button(match)]
        elif match.state == MatchState.INVITED and can(user, "exchange.write_to_unit", match):
            found[f"proposal-{match.pk}"] = [*answers_for(match)]
    return found


def answer_button(row: Referral | Match) -> Button:
    """去答复."""
    name = "referral_answer" if isinstance(row, Referral) else "proposal_answer"
    return Button("去答复", reverse(f"exchange.{name}", args=[row.pk]), "btn-soft")


def answers_for(match: Match) -> Iterator[Button]:
    """What the office does about a unit of the city or the province that it asked: write to it, note what it says."""
    yield Button("记下答复", reverse("exchange.proposal_answer", args=[match.pk]), "btn-soft")
    href = reverse("exchange.proposal_letter", args=[match.pk])
    yield Button("下载商请函", href, "btn-line", page=True)


def _line_claims(detail: NeedDetail, user: Any) -> dict[int, str]:
    """Line → where it is claimed, for a need of several lines."""
    need = detail.need
    may = need.state in CLAIMABLE and len(detail.lines) > 1 and can(user, "exchange.claim_need", need)
    if not may:
        return {}
    href = reverse("exchange.claim", args=[need.pk])
    return {line.item.pk: f"{href}?item={line.item.pk}" for line in detail.lines if line.open > 0}


def _correctable(detail: NeedDetail, user: Any) -> set[int]:
    """The promises whose deliveries this user may correct: its own, while the need is open."""
    if detail.need.state == NeedState.CLOSED:
        return set()
    return {
        held.commitment.pk
        for held in detail.held
        if any(done.quantity > 0 for done in held.done)
        and can(user, "exchange.correct_delivery", held.commitment)
    }
