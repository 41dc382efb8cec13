"""撮合台: the plan, working it out again, and the decisions of staff about its lines. Each act answers with the console.

With htmx the console is swapped in its place, with what was just done said above it; without scripts the same forms
return to the page they came from.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from shuanglian.core.access import require
from shuanglian.core.asked import page_number, row_key
from shuanglian.exchange.models import NeedItem, OfferItem
from shuanglian.exchange.queries import needs_visible_to, offers_visible_to
from shuanglian.matching import actions
from shuanglian.matching.queries.console import changes, console
from shuanglian.matching.queries.placed import SHOW
from shuanglian.matching.queries.why import comparison
from shuanglian.matching.views.request import Request, wants_part

OFFER = "offer-"  # name of the field of a line, before its number
NONE = "0"  # its value for 先不分派
Act = Callable[[Request, NeedItem], str]


@login_required
@require_safe
def console_page(request: Request) -> HttpResponse:
    """The console; for htmx its changing part."""
    require(request.user, "exchange.propose_unit")
    return _console(request, request.GET)


@login_required
@require_POST
def recompute(request: Request) -> HttpResponse:
    """重新计算."""
    plan = actions.make_plan(request.user.county, by=request.user)
    said = "正在后台计算，算完就更新" if plan.waiting_since else "已重新计算"
    return _answer(request, said)


@login_required
@require_POST
def line_act(request: Request, pk: int, name: str) -> HttpResponse:
    """One decision about one line."""
    require(request.user, "exchange.propose_unit")
    item = get_object_or_404(NeedItem, pk=pk, need__in=needs_visible_to(request.user))
    try:
        said = LINE_ACTS[name](request, item)
    except ValidationError as error:
        return _answer(request, "；".join(error.messages), refused=True)
    return _answer(request, said)


@login_required
@require_safe
def why(request: Request, pk: int) -> HttpResponse:
    """The reasons for what serves a line, beside those for its first choice: a part for htmx, else a page."""
    require(request.user, "exchange.propose_unit")
    found = comparison(request.user, pk)
    if found is None:
        raise Http404
    page = "matching/_why_row.html" if wants_part(request) else "matching/why.html"
    return render(request, page, {"why": found, "active": "console", "back": _back(request)})


@login_required
@require_safe
def changes_page(request: Request) -> HttpResponse:
    """What staff decided about the plan, newest first."""
    require(request.user, "exchange.propose_unit")
    return render(request, "matching/changes.html", {"changes": changes(request.user), "active": "console"})


# ---- decisions ----


def _change(request: Request, item: NeedItem) -> str:
    value = request.POST.get(f"{OFFER}{item.pk}", "")
    if value == NONE:
        actions.change_line(item, None, by=request.user)
        return f"“{item.need}”先不分派"
    chosen = actions.change_line(item, _offer_item(request, value), by=request.user)
    return f"“{item.need}”已改派" if chosen else f"“{item.need}”已改回建议"


def _lock(request: Request, item: NeedItem) -> str:
    actions.lock_line(item, by=request.user)
    return f"“{item.need}”已锁定，重新计算也不变"


def _release(request: Request, item: NeedItem) -> str:
    actions.release_line(item, by=request.user)
    return f"“{item.need}”不再固定，按建议来"


def _bar(request: Request, item: NeedItem) -> str:
    actions.bar_offer(item, _offer_item(request, request.POST.get("bar", "")), by=request.user)
    return f"不再给“{item.need}”建议这一项，已重新计算"


def _unbar(request: Request, item: NeedItem) -> str:
    actions.unbar_offers(item, by=request.user)
    return f"“{item.need}”不再排除，已重新计算"


LINE_ACTS: Mapping[str, Act] = {
    "change": _change,
    "lock": _lock,
    "release": _release,
    "bar": _bar,
    "unbar": _unbar,
}


def _offer_item(request: Request, text: str) -> OfferItem:
    """The offer's line that was chosen, when the user may see it.

    Raises:
        ValidationError: nonsense, or it is gone.
    """
    found = OfferItem.objects.filter(pk=row_key(text), offer__in=offers_visible_to(request.user)).first()
    if found is None:
        raise ValidationError("这项资源已经没有了，请重新计算。")
    return found


# ---- answers ----


def _console(
    request: Request, wish: Mapping[str, Any], said: str = "", *, refused: bool = False
) -> HttpResponse:
    show, unit = str(wish.get("show", "")), str(wish.get("unit", ""))
    context = {
        "console": console(
            request.user,
            show if show in SHOW else "",
            page_number(str(wish.get("page", ""))),
            row_key(unit),
        ),
        "show_names": SHOW,
        "told": said,
        "refused": refused,
        "field": OFFER,
        "active": "console",
    }
    page = "matching/_console.html" if wants_part(request) else "matching/console.html"
    return render(request, page, context)


def _answer(request: Request, said: str, *, refused: bool = False) -> HttpResponse:
    """The console as it is now, or the way back to it."""
    if wants_part(request):
        return _console(request, request.POST, said, refused=refused)
    (messages.warning if refused else messages.success)(request, said)
    return redirect(_back(request))


def _back(request: Request) -> str:
    """The page of ours that the form came from."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if ours else reverse("matching.console")
