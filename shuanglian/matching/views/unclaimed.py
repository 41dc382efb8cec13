"""撮合台: staff ask units to take on needs nobody claimed; one look at the whole before anything is sent."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.asked import page_number, row_key
from shuanglian.core.clock import today
from shuanglian.directory.models import PartnerUnit
from shuanglian.directory.queries import in_alliance
from shuanglian.exchange import actions
from shuanglian.exchange.choices import CLAIMABLE, Occasion
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.need import needs_visible_to
from shuanglian.exchange.queries.reply import replies_for
from shuanglian.matching.queries.unclaimed import NARROW, console
from shuanglian.matching.views.request import Request

UNIT, REASON = "unit-", "reason-"  # names of the fields of one need, before its number
MOST_AT_ONCE = 50
MOST_REASON = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """One need with the unit staff want to ask, and why. ``refused`` says why it could not be sent."""

    need: Need
    unit: PartnerUnit
    reason: str
    refused: str = ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unclaimed_page(request: Request) -> HttpResponse:
    """The console; POST shows what was chosen once more, and with ``send`` it goes out."""
    require(request.user, "exchange.propose_unit")
    if request.method != "POST":
        return _console(request)
    wishes = _wishes(request, request.user)
    if not wishes:
        messages.error(request, "先给要商请的需求选一个单位")
        return redirect(request.get_full_path())
    if "send" not in request.POST:
        context: dict[str, Any] = {"wishes": wishes, "unit": UNIT, "reason": REASON, "active": "console"}
        return render(request, "matching/unclaimed_check.html", context)
    refused = [wish for wish in (_send(wish, request.user) for wish in wishes) if wish.refused]
    sent = len(wishes) - len(refused)
    if sent:
        messages.success(request, f"已发给单位 {sent} 项，等答复")
    if not refused:
        return redirect("matching.unclaimed")
    context = {"refused": refused, "sent": sent, "active": "console"}
    return render(request, "matching/refused.html", context, status=409)


def _console(request: Request) -> HttpResponse:
    narrow = request.GET.get("is", "")
    page = request.GET.get("page", "")
    context: dict[str, Any] = {
        "console": console(
            request.user,
            narrow if narrow in NARROW else "",
            page_number(page),
        ),
        "narrow_names": NARROW,
        "replies": replies_for(request.user, Occasion.PROPOSE),
        "unit": UNIT,
        "reason": REASON,
        "most_reason": MOST_REASON,
        "active": "console",
    }
    return render(request, "matching/unclaimed.html", context)


def _wishes(request: HttpRequest, user: User) -> list[Wish]:
    """What was chosen, in the order of the page; ``only`` takes one need of all that were chosen."""
    only = request.POST.get("only", "")
    chosen = {
        row_key(name.removeprefix(UNIT)): row_key(str(value))
        for name, value in request.POST.items()
        if name.startswith(UNIT) and value and only in ("", name.removeprefix(UNIT))
    }
    needs = needs_visible_to(user).filter(pk__in=list(chosen)[:MOST_AT_ONCE], state__in=CLAIMABLE)
    found = {need.pk: need for need in needs.select_related("organization")}
    members = PartnerUnit.objects.filter(in_alliance(today()), county=user.county)
    units = members.in_bulk(chosen.values())
    return [
        Wish(found[need], units[unit], request.POST.get(f"{REASON}{need}", "").strip()[:MOST_REASON])
        for need, unit in chosen.items()
        if need in found and unit in units
    ]


def _send(wish: Wish, user: User) -> Wish:
    try:
        actions.propose_unit(wish.need, by=user, unit=wish.unit, reason=wish.reason)
    except ValidationError as error:
        return Wish(wish.need, wish.unit, wish.reason, "；".join(error.messages))
    except PermissionDenied:
        return Wish(wish.need, wish.unit, wish.reason, "您不能办这一项")
    return wish
