"""The worklist of organisations that may have been entered twice, and where the addresses of merged ones lead."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.register.pages import detail_page
from shuanglian.directory import actions
from shuanglian.directory.models import Organization
from shuanglian.directory.queries import (
    alike_to,
    duplicates_visible_to,
    find_organization,
    organizations_visible_to,
    survivor_of,
)
from shuanglian.directory.registers.organizations import ORGANIZATIONS

SHOWN = 30  # pairs on a page
MERGE = "directory.merge_organizations"


class Request(HttpRequest):
    """A request behind ``login_required``: somebody is signed in."""

    user: User


@login_required
@require_safe
def duplicates(request: Request) -> HttpResponse:
    """Every pair nobody has decided on, each with what to do about it."""
    require(request.user, MERGE)
    pages = Paginator(duplicates_visible_to(request.user), SHOWN)
    context = {"page": pages.get_page(request.GET.get("page", "")), "active": ORGANIZATIONS.slug}
    return render(request, "directory/duplicates.html", context)


@login_required
@require_safe
def alike(request: Request, pk: int) -> HttpResponse:
    """The part on an organisation's own page: what looks like it, and a way to name another by hand."""
    row = organization_of(request, pk)
    context = {"row": row, "found": alike_to(row, request.user)}
    return render(request, "directory/_alike.html", context)


@login_required
@require_POST
def apart(request: Request, pk: int, other: int) -> HttpResponse:
    """不是同一家: one press, remembered."""
    first, second = organization_of(request, pk), organization_of(request, other)
    actions.tell_apart(first, second, by=request.user)
    messages.success(request, f"记下了：{first}和{second}不是同一家")
    return redirect("directory.duplicates")


@login_required
@require_safe
def merge_find(request: Request, pk: int) -> HttpResponse:
    """The other one, typed by name or code; on to the page that shows both."""
    row = organization_of(request, pk)
    typed = request.GET.get("q", "").strip()[:60]
    other = find_organization(request.user, typed)
    if other is None or other.pk == row.pk:
        messages.error(
            request,
            f"没有找到另一家“{typed}”，请照台账写全称或统一社会信用代码"
            if typed
            else "请写另一家的名称或信用代码",
        )
        return redirect(ORGANIZATIONS.href(row))
    return redirect("directory.merge", row.pk, other.pk)


@login_required
@require_safe
def organization(request: Request, pk: int) -> HttpResponse:
    """The page of an organisation; a merged one's old address leads to the one that stays."""
    survivor = survivor_of(pk, request.user)
    if survivor is not None:
        return redirect(ORGANIZATIONS.href(survivor))
    answer: HttpResponse = detail_page(request, register=ORGANIZATIONS, pk=pk)
    return answer


def organization_of(request: Request, pk: int) -> Organization:
    """An organisation among those the user may see, for somebody who may merge.

    Raises:
        Http404, PermissionDenied: hidden or absent; not the committee.
    """
    row: Any = get_object_or_404(organizations_visible_to(request.user), pk=pk)
    require(request.user, MERGE, row)
    found: Organization = row
    return found
