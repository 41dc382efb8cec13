"""查漏补缺: what is missing, kind by kind, and one kind in full."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shuanglian.core.asked import page_number
from shuanglian.directory.queries import townships
from shuanglian.exchange.queries.counting import MOST
from shuanglian.web.queries.gaps import PAGE, gap_of, gaps_of, silent_in
from shuanglian.web.queries.menu import sees_gaps
from shuanglian.web.queries.section import LISTED
from shuanglian.web.views.request import Request


@login_required
@require_safe
def gaps(request: Request) -> HttpResponse:
    """Every kind of gap with its first rows."""
    _require(request)
    return render(request, "web/gaps.html", {"gaps": gaps_of(request.user), "active": "gaps"})


@login_required
@require_safe
def gap(request: Request, key: str) -> HttpResponse:
    """One kind with as many rows as a page takes; the register behind it has all of them."""
    _require(request)
    if key == "silent":
        return _silent(request)
    found = gap_of(request.user, key, LISTED)
    if found is None:
        raise Http404
    return render(
        request,
        "web/gap.html",
        {"found": found, "listed": LISTED, "towns": [], "page": 1, "last": 1, "active": "gaps"},
    )


def _silent(request: Request) -> HttpResponse:
    """Those nobody was in touch with have no register: page by page, of one township or of all."""
    towns = list(townships(request.user.county))
    town = next((one for one in towns if str(one.pk) == request.GET.get("town", "")), None)
    page = min(page_number(request.GET.get("page", "")), MOST // PAGE)
    found = silent_in(request.user, town.pk if town else None, page)
    context = {
        "found": found,
        "listed": PAGE,
        "towns": towns,
        "town": town,
        "page": page if page <= found.last else 1,
        "last": found.last,
        "active": "gaps",
    }
    return render(request, "web/gap.html", context)


def _require(request: Request) -> None:
    """Who may read organisations beyond his own.

    Raises:
        PermissionDenied: enterprises, units, administrators.
    """
    if not sees_gaps(request.user):
        raise PermissionDenied
