"""The part on a partner unit's own page: how much it has taken on."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from shuanglian.core.access import require
from shuanglian.directory.queries import units_visible_to
from shuanglian.web.queries.capacity import capacity_of
from shuanglian.web.views.request import Request


@login_required
@require_safe
def capacity(request: Request, pk: int) -> HttpResponse:
    """This month's promises beside the ceiling, and what the unit shares."""
    unit: Any = get_object_or_404(units_visible_to(request.user), pk=pk)
    require(request.user, "exchange.view_offer")
    context = {"unit": unit, "capacity": capacity_of(unit, request.user)}
    return render(request, "web/_capacity.html", context)
