"""The two-way account of an organisation: on the screen, on one sheet before a visit, and as a part of its own page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from shuanglian.core.access import require
from shuanglian.core.clock import today
from shuanglian.directory.models import Organization
from shuanglian.directory.queries import organizations_visible_to, survivor_of
from shuanglian.web.queries.account import ON_PAPER, account_of
from shuanglian.web.views.request import Request


@login_required
@require_safe
def account(request: Request, pk: int) -> HttpResponse:
    """Everything, each line with the way to its record."""
    if (survivor := survivor_of(pk, request.user)) is not None:
        return redirect("web.account", survivor.pk)
    return _shown(request, pk, "web/account.html")


@login_required
@require_safe
def account_print(request: Request, pk: int) -> HttpResponse:
    """One sheet of A4: what to know before a visit, with room for notes."""
    return _shown(request, pk, "web/account_print.html")


@login_required
@require_safe
def account_part(request: Request, pk: int) -> HttpResponse:
    """The part on the organisation's own page: the figures and the two ways on. Opened by itself, the whole account."""
    if not request.htmx:
        return redirect("web.account", pk)
    return _shown(request, pk, "web/_account.html")


def _shown(request: Request, pk: int, template: str) -> HttpResponse:
    rows = organizations_visible_to(request.user).select_related("division", "checked_by")
    row: Any = get_object_or_404(rows, pk=pk)
    organization: Organization = row
    require(request.user, "directory.view_account", organization)
    context = {
        "account": account_of(organization, request.user),
        "on_paper": ON_PAPER,
        "today": today(),
        "active": "organizations",
    }
    return render(request, template, context)
