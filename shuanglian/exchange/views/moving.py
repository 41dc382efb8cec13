"""The acts on a need: let in, sent back, withdrawn, closed, contested, claimed, talked about."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from shuanglian.accounts.models import User
from shuanglian.core.access import can
from shuanglian.exchange import actions
from shuanglian.exchange.choices import CLAIMABLE, CommitmentState, MessageKind, Occasion
from shuanglian.exchange.forms.commitment import ClaimForm
from shuanglian.exchange.forms.need import (
    AcceptForm,
    AttachForm,
    CloseForm,
    ContestForm,
    MessageForm,
    ReopenForm,
    ReturnForm,
    WithdrawForm,
)
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.ending import contestable, was_contested
from shuanglian.exchange.queries.hall import similar_needs
from shuanglian.exchange.queries.ledger import lines_of
from shuanglian.exchange.queries.need import needs_visible_to
from shuanglian.exchange.states import NEED
from shuanglian.exchange.views.act import TAKEN, Act, Lost, Request, run
from shuanglian.exchange.views.need import fetch_need, need_page


def claim_lost(row: Need, user: User, error: ValidationError) -> Lost:
    """刚被…认领了, with the way on; when it was not a claim that came first, the refusal's own words."""
    holders = row.commitments.filter(state=CommitmentState.ACTIVE).select_related("unit").order_by("-pk")
    units = "、".join(dict.fromkeys(c.unit.name for c in holders))
    near = similar_needs(row, user)
    first = f"这项需求刚被{units}认领了。" if units else f"{error.messages[0]}"
    more = f"您可以留言，或看看相近的 {len(near)} 项。" if near else "您可以留言问问。"
    links = [(f"{n.title}（{n.organization}）", reverse("exchange.need", args=[n.pk])) for n in near]
    return Lost(first + more, links)


def _claim_ready(row: Need, user: User) -> None:
    open_to_user = can(user, "exchange.over_commit", row) or any(line.open > 0 for line in lines_of(row.pk))
    if row.state not in CLAIMABLE or not open_to_user:
        raise ValidationError(f"这项需求现在是“{row.get_state_display()}”，不能认领。", code=TAKEN)


def _withdraw_ready(row: Need, user: User) -> None:
    actions.require_answers(row)
    NEED.check(row, "withdraw", by=user, note="-")


def _close_ready(row: Need, user: User) -> None:
    actions.require_answers(row)
    NEED.check(row, "close", by=user, note="-")


def _reopen_ready(row: Need, user: User) -> None:
    NEED.check(row, "reopen", by=user, note="-")
    if not can(user, "exchange.close_need", row) and contestable(row) and was_contested(row):
        raise ValidationError("已经提过一次异议，工委也答复了。还有新情况，请另提一项需求。")


def _contest_ready(row: Need, user: User) -> None:
    if not contestable(row):
        raise ValidationError("只有工委答复“暂不能办”或“转其他渠道办理”的，才能提异议。")
    _reopen_ready(row, user)


def _attach(row: Need, user: User, form: Any) -> None:
    for upload in form.cleaned_data["uploads"]:
        actions.attach_file(row, by=user, upload=upload)


def _say(row: Need, user: User, form: Any) -> None:
    internal = form.cleaned_data.get("internal")
    kind = MessageKind.INTERNAL if internal else MessageKind.MESSAGE
    actions.send_message(row, by=user, body=form.cleaned_data["body"], kind=kind)


NEED_ACTS = (
    Act(
        "accept",
        "受理并开放",
        "受理并开放",
        "已受理，需求公布到大厅了",
        "exchange.accept_need",
        lambda row, user, form: actions.accept_need(row, by=user, **form.cleaned_data),
        AcceptForm,
        "公布以后单位就能认领。类别和公开范围不对可以先改。",
        ready=lambda row, user: NEED.check(row, "accept", by=user),
    ),
    Act(
        "return",
        "退回补充？",
        "退回企业",
        "已退回，请企业补充",
        "exchange.accept_need",
        lambda row, user, form: actions.return_need(row, by=user, note=form.cleaned_data["note"]),
        ReturnForm,
        "企业补充以后可以再提交，编号不变。",
        no="先不退回",
        tone="danger-line",
        occasion=Occasion.RETURN,
        ready=lambda row, user: NEED.check(row, "return", by=user, note="-"),
    ),
    Act(
        "withdraw",
        "撤回这项需求？",
        "撤回需求",
        "需求已撤回",
        "exchange.withdraw_need",
        lambda row, user, form: actions.withdraw_need(row, by=user, note=form.cleaned_data["note"]),
        WithdrawForm,
        "撤回后不再有人认领，正在办的单位会收到通知。以后还可以重新办理。",
        no="先不撤回",
        tone="danger-line",
        ready=_withdraw_ready,
    ),
    Act(
        "close",
        "结束办理？",
        "结束办理",
        "已结束办理",
        "exchange.close_need",
        lambda row, user, form: actions.close_need(row, by=user, **form.cleaned_data),
        CloseForm,
        "暂时办不了，说清理由也是一种答复。还在办的认领会一起结束，以后可以重新办理。",
        no="先不结束",
        occasion=Occasion.CLOSE,
        ready=_close_ready,
    ),
    Act(
        "reopen",
        "重新办理这项需求？",
        "重新办理",
        "已重新公布，等单位认领",
        "exchange.reopen_need",
        lambda row, user, form: actions.reopen_need(row, by=user, note=form.cleaned_data["note"]),
        ReopenForm,
        "需求会重新公布到大厅，原来的经过都保留。",
        ready=_reopen_ready,
    ),
    Act(
        "contest",
        "对这个答复有异议？",
        "提出异议",
        "异议已提出，需求重新公布",
        "exchange.contest_need",
        lambda row, user, form: actions.reopen_need(row, by=user, note=form.cleaned_data["note"]),
        ContestForm,
        "工委和原来的单位会看到您的理由，需求重新公布到大厅。异议只能提一次。",
        no="先不提",
        ready=_contest_ready,
    ),
    Act(
        "claim",
        "认领这项需求",
        "确认认领",
        "已认领，请在 3 个工作日内联系企业",
        "exchange.claim_need",
        lambda row, user, form: actions.claim(row, by=user, **form.terms()),
        ClaimForm,
        "认领后企业会看到您单位和您的姓名、电话。3 个工作日内没有联系企业，会提醒您单位。",
        no="先不认领",
        ready=_claim_ready,
        lost=claim_lost,
    ),
    Act(
        "message",
        "写留言",
        "发送",
        "留言已发出",
        "exchange.talk_about_need",
        _say,
        MessageForm,
        no="先不发",
        place="#talk",
    ),
    Act(
        "attach",
        "上传材料",
        "上传材料",
        "材料已上传",
        "exchange.attach_to_need",
        _attach,
        AttachForm,
        "企业、认领单位和工委可以下载。",
        no="先不上传",
        is_upload=True,
        place="#files",
    ),
)


@login_required
@require_http_methods(["GET", "POST"])
def need_act(request: Request, pk: int, act: Act) -> HttpResponse:
    """One of ``NEED_ACTS`` on a need."""
    row = fetch_need(request, pk) if request.method != "POST" else _plain(request, pk)
    return run(request, act, row, page=need_page, back=reverse("exchange.need", args=[pk]))


def _plain(request: Request, pk: int) -> Need:
    """The need without what its page shows around it: a press usually leads elsewhere."""
    return get_object_or_404(needs_visible_to(request.user), pk=pk)
