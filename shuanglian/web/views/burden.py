"""填报负担 and the registry of fields: how much is asked of whom, and where each answer comes from."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shuanglian.core.clock import today
from shuanglian.web.queries.burden import FILLINGS, burden_of, months
from shuanglian.web.queries.fields import Source, fields_of
from shuanglian.web.queries.menu import sees_burden
from shuanglian.web.views.request import Request


@login_required
@require_safe
def burden(request: Request) -> HttpResponse:
    """One month by role and by form; nonsense is this month."""
    _require(request)
    choices = months(today())
    wanted = request.GET.get("month", "")
    first = next((day for day in choices if f"{day:%Y-%m}" == wanted), choices[0])
    context = {"burden": burden_of(request.user.county, first), "months": choices, "active": "burden"}
    return render(request, "web/burden.html", context)


@login_required
@require_safe
def fields(request: Request) -> HttpResponse:
    """Every field of every form people fill in during their work, with its source."""
    _require(request)
    groups = [(filling.title, fields_of(filling.form)) for filling in FILLINGS if filling.form]
    context = {"groups": groups, "sources": Source, "active": "burden"}
    return render(request, "web/fields.html", context)


def _require(request: Request) -> None:
    """Who answers for what is asked of others.

    Raises:
        PermissionDenied: everybody else.
    """
    if not sees_burden(request.user):
        raise PermissionDenied
