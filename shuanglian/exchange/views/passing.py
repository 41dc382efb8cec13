"""Passing a need on to a better unit, asking a unit for it, and the answers of the asked."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from shuanglian.accounts.models import User
from shuanglian.core.access import can, require
from shuanglian.exchange import actions
from shuanglian.exchange.actions.referral import require_passable
from shuanglian.exchange.choices import MatchState, NeedState
from shuanglian.exchange.forms.agenda import PutOnForm
from shuanglian.exchange.forms.passing import AnswerAskingForm, ProposeForm, ReferForm
from shuanglian.exchange.models import Match, Need, Referral
from shuanglian.exchange.papers import asking_letter
from shuanglian.exchange.queries.agenda import waits_for_meeting
from shuanglian.exchange.queries.ledger import lines_of
from shuanglian.exchange.queries.passing import proposals_visible_to, referrals_visible_to
from shuanglian.exchange.views.act import Act, Lost, Opened, Request, run
from shuanglian.exchange.views.moving import claim_lost
from shuanglian.exchange.views.need import fetch_need, need_page


def _passable(row: Need, user: User) -> None:
    require_passable(row)


def _proposable(row: Need, user: User) -> None:
    _passable(row, user)
    if not any(line.open > 0 for line in lines_of(row.pk)):
        raise ValidationError("这项需求已经全部有人认领了。")


def _unanswered_referral(row: Referral, user: User) -> None:
    if row.answer:
        raise ValidationError("已经答复过了。")


def _unanswered_proposal(row: Match, user: User) -> None:
    if row.state != MatchState.INVITED:
        raise ValidationError("已经答复过了。")


def _taken(row: Referral | Match, user: User, error: ValidationError) -> Lost:
    return claim_lost(row.need, user, error)


def _agendable(row: Need, user: User) -> None:
    if row.state != NeedState.OPEN:
        raise ValidationError(f"现在是“{row.get_state_display()}”，没人认领的才上季度会。")
    if waits_for_meeting(row):
        raise ValidationError("已经列入季度会议题了。")


PASSING_ACTS = (
    Act(
        "refer",
        "转给更合适的单位",
        "转过去",
        "已转给对方，等答复",
        "exchange.refer_need",
        lambda row, user, form: actions.refer_need(row, by=user, **form.referral()),
        ReferForm,
        "对方接受以前，您单位是首接单位，继续负责；对方可以说明理由谢绝。",
        no="先不转",
        ready=_passable,
    ),
    Act(
        "propose",
        "商请认领",
        "发给单位",
        "已发给单位，等答复",
        "exchange.propose_unit",
        lambda row, user, form: actions.propose_unit(row, by=user, **form.cleaned_data),
        ProposeForm,
        "商请不是指派：单位接受了才算认领，谢绝要写明理由。",
        no="先不商请",
        ready=_proposable,
    ),
    Act(
        "put_on_agenda",
        "列入季度会议题",
        "列入议题",
        "已列入季度会议题",
        "exchange.put_on_agenda",
        lambda row, user, form: actions.put_on_agenda(row, by=user, **form.cleaned_data),
        PutOnForm,
        "过了认领时限、商请过也没有单位接的会自动列入；这里可以提前列。开会以前有单位认领了，就不用议了。",
        no="先不上会",
        ready=_agendable,
    ),
)
ANSWER = "接受就是认领，按类别的时限办；谢绝以后，转来的单位和工委会看到理由，再找别的单位。"
ANSWER_REFERRAL = Act(
    "answer_referral",
    "这项需求转给您单位，接不接？",
    "答复",
    "已答复，对方会看到",
    "exchange.answer_referral",
    lambda row, user, form: actions.answer_referral(row, by=user, **form.answered()),
    AnswerAskingForm,
    ANSWER,
    no="再看看",
    ready=_unanswered_referral,
    lost=_taken,
)
ANSWER_PROPOSAL = Act(
    "answer_proposal",
    "工委商请您单位认领，接不接？",
    "答复",
    "已答复，工委会看到",
    "exchange.answer_proposal",
    lambda row, user, form: actions.answer_proposal(row, by=user, **form.answered()),
    AnswerAskingForm,
    ANSWER,
    no="再看看",
    ready=_unanswered_proposal,
    lost=_taken,
)


# What a unit of the city or the province said to the office, by telephone or letter.
NOTE_ANSWER = replace(
    ANSWER_PROPOSAL,
    title="对方怎么答复的？",
    yes="记下答复",
    done="已记下对方的答复",
    text="这家单位没有账号，您替它记。接受就是它认领了，后面的对接、办结也由工委替它记；谢绝以后再找别的单位。",
    no="还没答复",
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def referral_answer(request: Request, pk: int) -> HttpResponse:
    """The asked unit's answer to a need that was passed on to it."""
    rows = referrals_visible_to(request.user).select_related("need", "from_unit", "to_unit")
    return _answer(request, ANSWER_REFERRAL, get_object_or_404(rows, pk=pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_answer(request: Request, pk: int) -> HttpResponse:
    """The asked unit's answer to the committee."""
    match = _proposal(request, pk)
    spoken_for = can(request.user, "exchange.write_to_unit", match)
    return _answer(request, NOTE_ANSWER if spoken_for else ANSWER_PROPOSAL, match)


@login_required
@require_safe
def proposal_letter(request: Request, pk: int) -> FileResponse:
    """商请函: the letter to a unit of the city or the province that was asked, as a Word file."""
    match = _proposal(request, pk)
    require(request.user, "exchange.write_to_unit", match)
    if request.method == "GET":
        actions.take_letter(match, by=request.user)
    content = asking_letter(match, by=request.user)
    name = f"商请函 {match.unit} {match.need.number}.docx"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name)


def _proposal(request: Request, pk: int) -> Match:
    rows = proposals_visible_to(request.user)
    return get_object_or_404(
        rows.select_related("need_item__need__organization", "unit", "offer_item__offer"), pk=pk
    )


def _answer(request: Request, act: Act, row: Referral | Match) -> HttpResponse:
    return run(request, act, row, page=_page_of_need, back=reverse("exchange.need", args=[row.need.pk]))


def _page_of_need(
    request: Request, row: Any, opened: Opened | None = None, status: int = 200
) -> HttpResponse:
    return need_page(request, fetch_need(request, row.need.pk), opened, status)
