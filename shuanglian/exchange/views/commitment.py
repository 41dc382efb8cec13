"""Acts on a promise and on what was delivered; they all happen on the page of the need."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from shuanglian.accounts.models import User
from shuanglian.exchange import actions
from shuanglian.exchange.choices import CommitmentState, NeedState, Occasion
from shuanglian.exchange.forms.commitment import (
    AnswerForm,
    ConfirmForm,
    CorrectForm,
    DeclineForm,
    DeliverForm,
    EndForm,
    ProgressForm,
    RateForm,
    ShrinkForm,
    WithdrawCommitmentForm,
)
from shuanglian.exchange.models import Commitment, Confirmation, Delivery
from shuanglian.exchange.queries.commitment import commitments_visible_to
from shuanglian.exchange.queries.ledger import effective, promise_of
from shuanglian.exchange.states import COMMITMENT
from shuanglian.exchange.views.act import Act, Opened, Request, run
from shuanglian.exchange.views.need import fetch_need, need_page


def _is_active(row: Commitment, user: User) -> None:
    if row.state != CommitmentState.ACTIVE:
        raise ValidationError(f"这项对接现在是“{row.get_state_display()}”，不能再办理。")


def _can_deliver(row: Commitment, user: User) -> None:
    _is_active(row, user)
    if promise_of(row).deliverable <= 0:
        raise ValidationError("已经报过办结了，正在等提出单位确认。")


def _may_be_corrected(row: Delivery, user: User) -> None:
    if row.commitment.need.state == NeedState.CLOSED:
        raise ValidationError("需求已经办结，要先重新办理才能更正。")
    if effective(row) <= 0:
        raise ValidationError("这一笔已经全部减去了。")


def _is_unsaid(row: Delivery, user: User) -> None:
    if Confirmation.objects.filter(delivery=row).exists():
        raise ValidationError("这一笔已经确认过了。")
    if row.commitment.state != CommitmentState.ACTIVE:
        raise ValidationError("这项对接已经结束，不用再确认。")


COMMITMENT_ACTS = (
    Act(
        "accept",
        "接受预约",
        "接受预约",
        "已接受，请按约定的日期办",
        "exchange.answer_commitment",
        lambda row, user, form: actions.accept_booking(row, by=user, note=form.cleaned_data["note"]),
        AnswerForm,
        ready=lambda row, user: COMMITMENT.check(row, "accept", by=user),
    ),
    Act(
        "decline",
        "谢绝这次预约？",
        "谢绝",
        "已谢绝，企业会看到理由",
        "exchange.answer_commitment",
        lambda row, user, form: actions.decline_booking(row, by=user, note=form.cleaned_data["note"]),
        DeclineForm,
        "企业可以改个时间再约，或者作为需求提出来。",
        no="再看看",
        tone="danger-line",
        ready=lambda row, user: COMMITMENT.check(row, "decline", by=user, note="-"),
        occasion=Occasion.DECLINE,
    ),
    Act(
        "progress",
        "写办理进展",
        "保存进展",
        "进展已记下，企业看得到",
        "exchange.deliver_commitment",
        lambda row, user, form: actions.note_progress(row, by=user, body=form.cleaned_data["body"]),
        ProgressForm,
        no="先不写",
        ready=_is_active,
    ),
    Act(
        "deliver",
        "报办结",
        "报办结",
        "已报办结，等企业确认",
        "exchange.deliver_commitment",
        lambda row, user, form: actions.record_delivery(row, by=user, **form.facts()),
        DeliverForm,
        "企业会收到确认的请求；过了确认时限没有回话，记为“逾期未确认”。",
        no="还没办完",
        ready=_can_deliver,
    ),
    Act(
        "shrink",
        "减少认领数量？",
        "减少数量",
        "数量已减少，减下来的重新开放",
        "exchange.withdraw_commitment",
        lambda row, user, form: actions.shrink_commitment(row, by=user, **form.cleaned_data),
        ShrinkForm,
        "减下来的部分马上重新开放认领；企业和工委会收到通知。",
        no="先不减少",
        ready=_is_active,
    ),
    Act(
        "withdraw",
        "撤回认领？",
        "撤回认领",
        "认领已撤回，需求重新开放",
        "exchange.withdraw_commitment",
        lambda row, user, form: actions.withdraw_commitment(row, by=user, note=form.cleaned_data["note"]),
        WithdrawCommitmentForm,
        "没有办的部分马上重新开放，别的单位可以认领；已经办成的不变。企业和工委会收到通知。",
        no="先不撤回",
        tone="danger-line",
        ready=lambda row, user: COMMITMENT.check(row, "withdraw", by=user, note="-"),
    ),
    Act(
        "rate",
        "评价一下",
        "提交评价",
        "谢谢，评价已记下",
        "exchange.rate_commitment",
        lambda row, user, form: actions.give_feedback(row, by=user, **form.cleaned_data),
        RateForm,
        "评价只看事办得怎么样，每一方只评一次。",
        no="先不评价",
    ),
    Act(
        "end",
        "到此为止，不用再找了？",
        "到此为止",
        "需求已结束，结果是“部分解决”",
        "exchange.confirm_commitment",
        lambda row, user, form: actions.end_here(row, by=user, note=form.cleaned_data["note"]),
        EndForm,
        "已经办成的算数，剩下的不再等人认领。以后还可以重新办理。",
        no="还要接着找",
    ),
)

CONFIRM = Act(
    "confirm",
    "办得怎么样？",
    "提交确认",
    "已确认，谢谢您",
    "exchange.confirm_commitment",
    lambda row, user, form: actions.confirm_delivery(row, by=user, **form.cleaned_data),
    ConfirmForm,
    no="再看看",
    ready=_is_unsaid,
    subject=lambda row: row.commitment,
)

CORRECT = Act(
    "correct",
    "更正办理数量",
    "更正",
    "已更正，企业和工委看得到",
    "exchange.correct_delivery",
    lambda row, user, form: actions.correct_delivery(
        row, by=user, less=form.cleaned_data["quantity"], note=form.cleaned_data["note"]
    ),
    CorrectForm,
    "原来那一笔不改，另记一笔减下来的；减下来的部分算还没有办。",
    no="先不更正",
    ready=_may_be_corrected,
    subject=lambda row: row.commitment,
)


@login_required
@require_http_methods(["GET", "POST"])
def commitment_act(request: Request, pk: int, act: Act) -> HttpResponse:
    """One of ``COMMITMENT_ACTS`` on a promise."""
    rows = commitments_visible_to(request.user).select_related(
        "need__organization", "need_item", "unit", "offer_item__offer"
    )
    row = get_object_or_404(rows, pk=pk)
    return run(request, act, row, page=_page_of_need, back=reverse("exchange.need", args=[row.need_id]))


@login_required
@require_http_methods(["GET", "POST"])
def delivery_confirm(request: Request, pk: int) -> HttpResponse:
    """The receiver's word on a delivery."""
    return _about_delivery(request, CONFIRM, pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_correct(request: Request, pk: int) -> HttpResponse:
    """A delivery that was reported too high is put right."""
    return _about_delivery(request, CORRECT, pk)


def _about_delivery(request: Request, act: Act, pk: int) -> HttpResponse:
    seen = Delivery.objects.filter(commitment__in=commitments_visible_to(request.user), corrects=None)
    row = get_object_or_404(seen.select_related("commitment__need", "commitment__need_item"), pk=pk)
    back = reverse("exchange.need", args=[row.commitment.need_id])
    return run(request, act, row, page=_page_of_need, back=back)


def _page_of_need(
    request: Request, row: Any, opened: Opened | None = None, status: int = 200
) -> HttpResponse:
    need_id = row.commitment.need_id if isinstance(row, Delivery) else row.need_id
    return need_page(request, fetch_need(request, need_id), opened, status)
