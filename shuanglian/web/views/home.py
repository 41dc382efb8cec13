"""Home, one list of the desk, search, explanations."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from shuanglian.accounts.choices import ADMINISTRATORS, COMMITTEE, Role
from shuanglian.accounts.models import User
from shuanglian.core.access import can
from shuanglian.core.clock import SHANGHAI, now
from shuanglian.exchange.queries.counting import MOST, figure
from shuanglian.web.queries.condition import calendar_warning, condition
from shuanglian.web.queries.desk import FOLLOWS_ALL, desk_of, section_of, strip_of
from shuanglian.web.queries.enterprise import WAITING, contacts, own_needs, usable_offers
from shuanglian.web.queries.figures import newest_needs, steps_for
from shuanglian.web.queries.menu import works_for_enterprise
from shuanglian.web.queries.offers import newest_offers, open_offers
from shuanglian.web.queries.own import own_organizations
from shuanglian.web.queries.search import cleaned, search
from shuanglian.web.queries.section import LISTED, SHOWN, Filled
from shuanglian.web.queries.time_limits import rules_in_force

NEWEST = 5
SUITED = "本单位的资源能帮上的"
NOON, EVENING = 12, 18
WEEKDAYS = "一二三四五六日"

# ---- home ----


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The public home, the enterprise's home, or the desk."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "web/portal.html", _portal(user))
    if works_for_enterprise(user):
        return render(request, "web/enterprise.html", _enterprise(user))
    return render(request, "web/desk.html", _desk(user))


def _portal(user: Any) -> dict[str, Any]:
    offers = open_offers(user)
    steps = steps_for(user)
    return {
        "steps": steps,
        "needs_count": figure(sum(step.count for step in steps), MOST),
        "offers_count": offers.count(),
        "needs": newest_needs(user),
        "offers": newest_offers(offers, NEWEST),
    }


def _enterprise(user: User) -> dict[str, Any]:
    return {
        "waiting": Filled(WAITING, *WAITING.fill(user, SHOWN)),
        "needs": own_needs(user),
        "offers": usable_offers(user),
        "contacts": contacts(user),
        "own": own_organizations(user),
    }


def _desk(user: User) -> dict[str, Any]:
    desk = desk_of(user)
    moment = now().astimezone(SHANGHAI)
    hello = "上午好" if moment.hour < NOON else ("下午好" if moment.hour < EVENING else "晚上好")
    return {
        "hello": hello,
        "day": f"{moment.month}月{moment.day}日 星期{WEEKDAYS[moment.weekday()]}",
        "sections": desk,
        "strip": strip_of(desk),
        "is_late": any(one.is_late for one in desk),
        "steps": steps_for(user) if user.holds(*FOLLOWS_ALL) else [],
        "panels": [(SUITED, reverse("matching.unit_needs"))] if user.holds(Role.PARTNER_HANDLER) else [],
        "may_post": can(user, "exchange.add_need"),
        "may_offer": user.holds(Role.PARTNER_HANDLER) and can(user, "exchange.add_offer"),
        "findings": condition() if user.holds(Role.SYSADMIN) else [],
        "calendar": calendar_warning(user.county) if user.holds(*COMMITTEE) else "",
        "administers": user.holds(*ADMINISTRATORS),
    }


@require_safe
@login_required
def desk_list(request: HttpRequest, key: str) -> HttpResponse:
    """One list of one's own desk in full."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    filled = section_of(user, key)
    if filled is None:
        raise Http404
    return render(request, "web/desk_list.html", {"filled": filled, "listed": LISTED})


# ---- search and explanations ----


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What the signed-in (or anybody) may see of what was typed."""
    question = cleaned(request.GET.get("q", ""))
    return render(
        request, "web/search.html", {"question": question, "groups": search(request.user, question)}
    )


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """How claiming, time limits and confirming work, with the days in force."""
    limits = rules_in_force(settings.SHUANGLIAN_COUNTY)
    return render(request, "web/rules.html", {"rules": limits})


@require_safe
def explanation(request: HttpRequest, template: str) -> HttpResponse:
    """A page of words: help, accessibility, privacy."""
    return render(request, template, {})
