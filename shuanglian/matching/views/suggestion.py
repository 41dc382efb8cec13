"""Where suggestions stand: on the page of a need, of an offer, on a unit's desk, and beside the field of the category.

Each is a part that the page fetches, and a page of its own without scripts; none of them can hold a page up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from shuanglian.accounts.choices import COMMITTEE, Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.access import can, require
from shuanglian.directory.models import PartnerUnit
from shuanglian.exchange.choices import CLAIMABLE, Visibility
from shuanglian.exchange.models import Need, Offer
from shuanglian.exchange.queries import needs_visible_to, offers_visible_to
from shuanglian.matching import actions
from shuanglian.matching.forms import DeclineForm
from shuanglian.matching.queries import category_of, needs_for, suggestions_for
from shuanglian.matching.queries.facts import telling
from shuanglian.matching.queries.serving import offers_of_units
from shuanglian.matching.queries.suggestion import OfferSuggestion, category_name, has_open_line

MOST_TEXT = 1000
MOST_REASON = 200  # characters of the reason that staff give when they ask a unit
SEE_OTHER, UNPROCESSABLE = 303, 422


class Request(HttpRequest):
    """A request behind ``login_required``."""

    user: User
    htmx: HtmxDetails


@dataclass(frozen=True, slots=True)
class Press:
    """What one press on a suggestion leads to: the form of an act that the exchange has."""

    text: str
    href: str
    tone: str = "soft"


@login_required
@require_safe
def need_suggestions(request: Request, pk: int) -> HttpResponse:
    """哪些共享资源合适: offers and units for one need, with reasons."""
    need = _need(request, pk)
    if not has_open_line(need):
        return _part(request, "promised", "哪些共享资源合适", {"need": need, "active": "needs"})
    found = suggestions_for(request.user, need)
    may = _Acts(request.user, need)
    context = {
        "need": need,
        "found": found,
        "category": category_name(found.category),
        "offers": [(one, may.on_offer(one), may.decline(one)) for one in found.offers],
        "above": [(one, may.on_offer(one), may.decline(one)) for one in found.above],
        "near": [(one, may.on_offer(one), may.decline(one)) for one in found.near],
        "units": [(one, may.on_unit(one.unit, "")) for one in found.units],
        "anybody": may.ask_anybody(),
        "by_hand": may.staff,
        "telling": telling,
        "active": "needs",
    }
    return _part(request, "suggestions", "哪些共享资源合适", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: Request, pk: int, offer_pk: int) -> HttpResponse:
    """这项不合适, with the reason."""
    need = _need(request, pk)
    offer = get_object_or_404(offers_visible_to(request.user).select_related("unit"), pk=offer_pk)
    if not _Acts(request.user, need).may_decline(offer):
        require(request.user, "matching.decline_suggestion")
    form = DeclineForm(request.POST if request.method == "POST" else None)
    back = reverse("exchange.need", args=[need.pk])
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline_suggestion(need, offer, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "记下了，这项需求不再推荐这项资源")
            if request.htmx:
                answer: HttpResponse = HttpResponseClientRedirect(back)
                return answer
            return HttpResponseRedirect(back, status=SEE_OTHER)
    context = {"need": need, "offer": offer, "form": form, "back": back, "active": "needs"}
    template = "matching/_decline.html" if request.htmx else "matching/decline.html"
    return render(request, template, context, status=UNPROCESSABLE if form.errors else 200)


@login_required
@require_safe
def offer_needs(request: Request, pk: int) -> HttpResponse:
    """能帮上哪些需求: open needs for which this offer is suggested."""
    offer = get_object_or_404(offers_visible_to(request.user).select_related("unit"), pk=pk)
    require(request.user, "matching.view_served_need", offer)
    found = needs_for(request.user, [offer])
    context = {"found": _with_claims(request.user, found), "several": False, "active": "offers"}
    return _part(request, "served", "能帮上哪些需求", context)


@login_required
@require_safe
def unit_needs(request: Request) -> HttpResponse:
    """本单位的资源能帮上的: open needs for which an offer of the user's units is suggested."""
    units = request.user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    found = needs_for(request.user, list(offers_of_units(units)))
    context = {"found": _with_claims(request.user, found), "several": True, "active": "home"}
    return _part(request, "served", "本单位的资源能帮上的", context)


@login_required
@require_safe
def category_hint(request: Request) -> HttpResponse:
    """Beside the field 类别: another category that what was typed speaks for more clearly; otherwise nothing."""
    text, posted = (request.GET.get(name, "").replace("\0", "") for name in ("detail", "category"))
    code = category_of(request.user, text.strip()[:MOST_TEXT], posted) if text.strip() else ""
    context = {"code": code, "name": category_name(code), "posted": posted}
    return render(request, "matching/_category.html", context)


class _Acts:
    """Which acts of the exchange a user reaches from the suggestions for one need."""

    def __init__(self, user: User, need: Need) -> None:
        self.user, self.need = user, need
        self.is_open = need.state in CLAIMABLE
        self.staff = user.holds(*COMMITTEE)
        self.units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
        self.asks = can(user, "exchange.contest_need", need)  # speaks for the organisation that asks
        self.passable = self.is_open and need.visibility != Visibility.STAFF

    def on_offer(self, one: OfferSuggestion) -> Press | None:
        """Claim with one's own offer, ask or pass on to its unit, or book it."""
        unit = one.offer.unit
        if self.is_open and unit.pk in self.units and can(self.user, "exchange.claim_need", self.need):
            return self._press(
                "用这项资源认领", "exchange.claim", self.need.pk, unit=unit.pk, offer_item=one.item.pk
            )
        if self.asks and can(self.user, "exchange.book_offer"):
            words = f"用于需求 {self.need.number}：{self.need}"
            return self._press("预约这项资源", "exchange.offer_book", one.offer.pk, words=words)
        why = "；".join(reason.text for reason in one.reasons if reason.kind == "yes")
        return self.on_unit(unit, f"共享资源“{one.offer}”对得上：{why}"[:MOST_REASON])

    def on_unit(self, unit: PartnerUnit, why: str) -> Press | None:
        """Ask a unit, or pass the need on to it."""
        if not self.passable or unit.pk in self.units:
            return None
        if self.staff:
            why = why or f"这件事在您单位的职能范围内，请看能不能认领“{self.need}”。"
            return self._press("商请这家单位", "exchange.propose", self.need.pk, unit=unit.pk, reason=why)
        if self.units and not unit.is_outside and can(self.user, "exchange.refer_need", self.need):
            return self._press("转给这家单位", "exchange.refer", self.need.pk, to_unit=unit.pk, reason=why)
        return None

    def ask_anybody(self) -> Press | None:
        """转人工: staff choose a unit themselves."""
        if not (self.passable and self.staff):
            return None
        return self._press("自己挑单位商请", "exchange.propose", self.need.pk)

    def decline(self, one: OfferSuggestion) -> str:
        """Where this user says that an offer does not fit; empty when it is not his to say."""
        if not self.may_decline(one.offer):
            return ""
        return reverse("matching.decline", args=[self.need.pk, one.offer.pk])

    def may_decline(self, offer: Offer) -> bool:
        """The office and the two sides, while the need is open."""
        return self.is_open and (self.staff or self.asks or offer.unit_id in self.units)

    def _press(self, text: str, view: str, pk: int, **given: object) -> Press:
        query = urlencode({name: value for name, value in given.items() if value != ""})
        return Press(text, f"{reverse(view, args=[pk])}?{query}" if query else reverse(view, args=[pk]))


def _with_claims(user: User, found: Iterable[Any] | None) -> list[tuple[Any, str]] | None:
    """Each need with the address of claiming it by the offer; None while nothing can be said."""
    if found is None:
        return None
    units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    return [
        (
            one,
            f"{reverse('exchange.claim', args=[one.need.pk])}?unit={one.offer.unit_id}&offer_item={one.item}"
            if one.offer.unit_id in units
            else "",
        )
        for one in found
    ]


def _need(request: Request, pk: int) -> Need:
    rows = needs_visible_to(request.user).select_related("division", "organization")
    need = get_object_or_404(rows.prefetch_related("items"), pk=pk)
    require(request.user, "matching.view_suggestion", need)
    return need


def _part(request: Request, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    """The part for a page that asks for it, or a page of its own."""
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, f"matching/_{name}.html", context)
    return render(
        request, "matching/part.html", {**context, "title": title, "part": f"matching/_{name}.html"}
    )
