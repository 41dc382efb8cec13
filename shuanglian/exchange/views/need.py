"""The hall of needs, the page of one need, and the acts on it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuanglian.accounts.choices import COMMITTEE, Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.access import can
from shuanglian.core.calendar import DueDate
from shuanglian.core.dictionary import names
from shuanglian.core.register import index
from shuanglian.exchange import actions
from shuanglian.exchange.choices import (
    CLAIMABLE,
    ICON_OF_CATEGORY,
    ICON_OF_OTHERS,
    STEP_OF_STATE,
    STEPS,
    TONE_OF_STATE,
    CommitmentState,
    MessageKind,
    NeedState,
    Source,
)
from shuanglian.exchange.forms.commitment import ClaimForm
from shuanglian.exchange.forms.hall import need_wish
from shuanglian.exchange.forms.need import (
    AcceptForm,
    AttachForm,
    CloseForm,
    MessageForm,
    ReopenForm,
    ReturnForm,
    WithdrawForm,
)
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.detail import NeedDetail, need_detail, unit_messages
from shuanglian.exchange.queries.hall import FACETS, MOST, SORTS, hall, similar_needs
from shuanglian.exchange.queries.ledger import lines_of
from shuanglian.exchange.queries.need import needs_visible_to
from shuanglian.exchange.states import NEED
from shuanglian.exchange.views.act import TAKEN, Act, Lost, Opened, Request, run
from shuanglian.exchange.views.card import confirm_buttons, due_card, held_cards, owns
from shuanglian.exchange.views.story import story

# ---- the hall ----


@require_safe
def needs(request: Request) -> HttpResponse:
    """需求大厅: for everybody; who is not signed in reads the public needs."""
    wish = need_wish(request.GET)
    context = {
        "hall": hall(request.user, wish),
        "sorts": SORTS,
        "facet_names": FACETS,
        "most": MOST,
        "may_claim": request.user.is_authenticated and request.user.holds(Role.PARTNER_HANDLER),
        "may_post": can(request.user, "exchange.add_need") if request.user.is_authenticated else False,
        "active": "needs",
    }
    part = request.htmx and request.htmx.target == "hall"
    return render(request, "exchange/_hall.html" if part else "exchange/needs.html", context)


# ---- the page of one need ----


def fetch_need(request: Request, pk: int) -> Need:
    """The need, when this user may see it; absent and hidden are the same 404."""
    rows = needs_visible_to(request.user).select_related(
        "organization__division", "division", "branch", "raised_by", "entered_by"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def need(request: Request, pk: int) -> HttpResponse:
    """One need with everything about it that this user may see."""
    return need_page(request, fetch_need(request, pk))


def need_page(request: Request, row: Need, opened: Opened | None = None, status: int = 200) -> HttpResponse:
    """The page of a need, with the form of an act open on it or not."""
    user, detail = request.user, need_detail(row)
    return render(
        request, "exchange/need.html", need_context(detail, user) | {"opened": opened}, status=status
    )


def need_context(detail: NeedDetail, user: Any) -> dict[str, Any]:
    """What the page's templates show to this user."""
    row = detail.need
    signed_in = user.is_authenticated

    def may(permission: str) -> bool:
        return bool(signed_in and can(user, permission, row))

    inside = may("exchange.read_talk_of_need")
    internal = signed_in and user.holds(*COMMITTEE)
    messages = unit_messages(detail.messages, internal=internal) if inside else []
    cards = held_cards(detail, user)
    return {
        "detail": detail,
        "need": row,
        "organization": row.organization,
        "organization_href": _register_href(row, user),
        "category": names("need_category").get(row.category, row.category or "类别还没填"),
        "category_icon": ICON_OF_CATEGORY.get(row.category, ICON_OF_OTHERS),
        "stage_step": STEP_OF_STATE[row.state],
        "stage_tone": TONE_OF_STATE.get(row.state, ""),
        "stage_text": _stage_text(detail),
        "steps_at": _steps_at(detail),
        "step_names": STEPS,
        "card": due_card(detail, user),
        "held": [c for c in cards if inside or c.held.commitment.state != CommitmentState.WITHDRAWN],
        "to_confirm": [
            (c.held, confirm_buttons(c.held.waiting.delivery.pk))
            for c in cards
            if c.asks_receiver and c.held.waiting
        ],
        "to_rate": [c for c in cards if c.rate and owns(detail, user)],
        "progress_notes": _progress_notes(messages),
        "talk": [m for m in messages if m.kind != MessageKind.PROGRESS],
        "message_form": MessageForm(about=row, user=user)
        if may("exchange.talk_about_need") and row.number
        else None,
        "inside": inside,
        "phone_shown": owns(detail, user),
        "may_ask_phone": may("exchange.see_contact"),
        "shows_files": may("exchange.read_files_of_need"),
        "may_attach": may("exchange.attach_to_need") and row.state != NeedState.CLOSED,
        "accept_form": AcceptForm(about=row, user=user)
        if row.state == NeedState.SUBMITTED and may("exchange.accept_need")
        else None,
        "own_units": user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER) if signed_in else [],
        "story": story(detail, inside=inside),
        "limits": detail.limits,
        "skipped": skipped_words,
        "is_booking": row.source == Source.OFFER,
        "active": "needs",
    }


def skipped_words(due: DueDate) -> str:
    """The days that do not count, a run of days with one reason in one piece: 10月1日至8日（国庆）."""
    runs: list[list[Any]] = []
    for day, reason in due.skipped:
        if runs and runs[-1][2] == reason and (day - runs[-1][1]).days == 1:
            runs[-1][1] = day
        else:
            runs.append([day, day, reason])
    return "、".join(_run(first, last, reason) for first, last, reason in runs)


def _run(first: Any, last: Any, reason: str) -> str:
    start = f"{first.month}月{first.day}日"
    if first == last:
        return f"{start}（{reason}）"
    end = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
    return f"{start}至{end}（{reason}）"


def _stage_text(detail: NeedDetail) -> str:
    if detail.need.state == NeedState.CLOSED and detail.closure:
        return detail.closure.get_outcome_display()
    return detail.need.get_state_display()


def _steps_at(detail: NeedDetail) -> int:
    """The step the row of six stands at; beyond the last when everything is done."""
    step = STEP_OF_STATE[detail.need.state]
    rated = detail.finished and all(h.feedback for h in detail.finished)
    return step + 1 if detail.need.state == NeedState.CLOSED and (rated or not detail.finished) else step


def _progress_notes(messages: list[Any]) -> dict[int, list[Any]]:
    notes: dict[int, list[Any]] = {}
    for message in messages:
        if message.kind == MessageKind.PROGRESS and message.commitment_id is not None:
            notes.setdefault(message.commitment_id, []).append(message)
    return notes


def _register_href(row: Need, user: Any) -> str:
    register = index.by_model.get(type(row.organization))
    if register is None or not user.is_authenticated or not can(user, register.permission("view")):
        return ""
    return str(register.href(row.organization))


@login_required
@require_POST
def phone(request: Request, pk: int) -> HttpResponse:
    """看完整号码: for the two sides and staff; who looked is written down."""
    row = fetch_need(request, pk)
    actions.look_at_contact(row, by=request.user)
    context = need_context(need_detail(row), request.user) | {"phone_shown": True, "opened": None}
    return render(request, "exchange/_phone.html" if request.htmx else "exchange/need.html", context)


# ---- acts ----


def _claim_lost(row: Need, user: User, error: ValidationError) -> Lost:
    """刚被…认领了, with the way on; when it was not a claim that came first, the refusal's own words."""
    holders = row.commitments.filter(state=CommitmentState.ACTIVE).select_related("unit").order_by("-pk")
    units = "、".join(dict.fromkeys(c.unit.name for c in holders))
    near = similar_needs(row, user)
    first = f"这项需求刚被{units}认领了。" if units else f"{error.messages[0]}"
    more = f"您可以留言，或看看相近的 {len(near)} 项。" if near else "您可以留言问问。"
    links = [(f"{n.title}（{n.organization}）", reverse("exchange.need", args=[n.pk])) for n in near]
    return Lost(first + more, links)


def _claim_ready(row: Need, user: User) -> None:
    if row.state not in CLAIMABLE or not any(line.open > 0 for line in lines_of(row.pk)):
        raise ValidationError(f"这项需求现在是“{row.get_state_display()}”，不能认领。", code=TAKEN)


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
        ready=lambda row, user: NEED.check(row, "withdraw", by=user, note="-"),
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
        ready=lambda row, user: NEED.check(row, "close", by=user, note="-"),
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
        ready=lambda row, user: NEED.check(row, "reopen", by=user, note="-"),
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
        lost=_claim_lost,
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
    back = reverse("exchange.need", args=[pk])
    return run(request, act, fetch_need(request, pk), page=need_page, back=back)
