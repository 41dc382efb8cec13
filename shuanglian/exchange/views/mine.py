"""我的需求、我的资源、我的对接: one page, one part for each side somebody works on."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role
from shuanglian.core.access import can
from shuanglian.exchange.queries.mine import asking, entered, giving
from shuanglian.exchange.views.act import Request
from shuanglian.exchange.views.standing import renewals


@login_required
@require_safe
def mine(request: Request) -> HttpResponse:
    """What this person has to do and what is under way for his organisations and units."""
    user = request.user
    asks, gives = user.holds(*ENTERPRISE_SIDE), user.holds(Role.PARTNER_HANDLER)
    types_for_others = not asks and can(user, "exchange.add_need")
    given = giving(user) if gives else None
    context = {
        "asking": asking(user) if asks else None,
        "giving": given,
        "renewals": [(offer, renewals(offer)[0]) for offer in given.lapsing] if given else [],
        "entered": entered(user) if types_for_others else None,
        "may_post": can(user, "exchange.add_need"),
        "active": "mine",
    }
    return render(request, "exchange/mine.html", context)
