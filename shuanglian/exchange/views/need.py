"""The hall of needs and the page of one need. The acts on it are in ``moving``, ``passing`` and ``limit``."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from shuanglian.accounts.choices import COMMITTEE, Role, Scope
from shuanglian.core.access import can
from shuanglian.core.calendar import DueDate
from shuanglian.core.dictionary import names
from shuanglian.core.register import index
from shuanglian.exchange import actions
from shuanglian.exchange.choices import (
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
from shuanglian.exchange.forms.hall import need_wish
from shuanglian.exchange.forms.need import AcceptForm, MessageForm
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.counting import MOST
from shuanglian.exchange.queries.detail import NeedDetail, need_detail, unit_messages
from shuanglian.exchange.queries.hall import FACETS, SORTS, hall
from shuanglian.exchange.queries.link import links_of
from shuanglian.exchange.queries.need import needs_visible_to
from shuanglian.exchange.views.act import Opened, Request, wants_part
from shuanglian.exchange.views.card import (
    confirm_buttons,
    due_card,
    held_cards,
    link_buttons,
    owns,
    stays_inside,
)
from shuanglian.exchange.views.inside import inside_parts
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
    return render(request, "exchange/_hall.html" if wants_part(request) else "exchange/needs.html", context)


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
        "stage_tone": _stage_tone(detail),
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
        "links": [(one, link_buttons(one, row, user)) for one in links_of(row, user)],
        "skipped": skipped_words,
        "guessed_years": sorted({y for limit in detail.limits for y in limit.worked_out.guessed_years}),
        "behalf": _behalf(row) if inside else "",
        "stays_inside": signed_in and user.holds(*COMMITTEE) and stays_inside(row),
        "contested": row.state == NeedState.CLOSED and any(r.contests for r in detail.reopenings),
        "is_booking": row.source == Source.OFFER,
        "panels": index.panels_of(user, row),
        "active": "needs",
        **inside_parts(detail, user, inside=inside),
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


def _behalf(row: Need) -> str:
    """代录: who typed it, and whose word it is."""
    if row.raised_by_id == row.entered_by_id:
        return ""
    raised = row.raised_by.name if row.raised_by else row.contact_name or row.organization.name
    return f"{row.entered_by.name}录入，{raised}提出"


def _stage_text(detail: NeedDetail) -> str:
    if detail.need.state == NeedState.CLOSED and detail.closure:
        return str(detail.closure)
    return detail.need.get_state_display()


def _stage_tone(detail: NeedDetail) -> str:
    if detail.need.state == NeedState.CLOSED and detail.closure:
        return detail.closure.tone
    return TONE_OF_STATE.get(detail.need.state, "")


def _steps_at(detail: NeedDetail) -> int:
    """The step the row of six stands at; beyond the last when everything is done."""
    if detail.closure and detail.need.state == NeedState.CLOSED and not detail.closure.was_done:
        return _step_reached(detail)
    step = STEP_OF_STATE[detail.need.state]
    rated = detail.finished and all(h.feedback for h in detail.finished)
    return step + 1 if detail.need.state == NeedState.CLOSED and (rated or not detail.finished) else step


def _step_reached(detail: NeedDetail) -> int:
    """How far a need came that ended without being done; nothing is ticked that never happened."""
    if any(h.commitment.contacted_on or h.done for h in detail.held):
        return STEP_OF_STATE[NeedState.IN_PROGRESS]
    if detail.held:
        return STEP_OF_STATE[NeedState.CLAIMED]
    return STEP_OF_STATE[NeedState.OPEN if detail.need.opened_at else NeedState.SUBMITTED]


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
