"""The list, and the two personal settings on it: which columns, and lists to come back to."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from shuanglian.core import actions
from shuanglian.core.access import require
from shuanglian.core.asked import row_key
from shuanglian.core.queries import chosen_columns, saved_views
from shuanglian.core.register import acting, ask, listing
from shuanglian.core.register.columns import Column
from shuanglian.core.register.declare import Register
from shuanglian.core.register.pages.frame import allowed, show, wants_part
from shuanglian.core.render import query

KEPT = ("is",)  # parameters the filter form carries along


@login_required
@require_safe
def list_page(request: HttpRequest, register: Register) -> HttpResponse:
    """The rows this user may see, narrowed and sorted by the address."""
    require(request.user, register.permission("view"))
    params = filled(request.GET)
    asked = ask.read(register, params, request.user)
    chosen = shown_columns(register, request.user)
    found = listing.listing(asked, params, chosen)
    bars, more = listing.bars(asked, found)
    response = show(
        request,
        register,
        "_card" if wants_part(request) else "list",
        {
            "asked": asked,
            "listing": found,
            "params": params,
            "bars": bars,
            "more": more,
            "chips": listing.in_force(asked, params),
            "conditions": listing.conditions(asked, params, found),
            "views": saved_views(request.user, register.slug),
            "kept": [(name, value) for name in KEPT for value in params.getlist(name)],
            "choosable": choosable(register),
            "chosen": {column.key for column in chosen},
            "bulk": acting.bulk(register, request.user),
            "allowed": allowed(request, register),
            "help": register.help_for(request.user),
            "here": query(params, page=None, open=None),
        },
    )
    response["Vary"] = "HX-Request-Type, Cookie"
    if wants_part(request):
        response["HX-Push-Url"] = register.url("list") + query(params)
    return response


@login_required
@require_POST
def columns_page(request: HttpRequest, register: Register) -> HttpResponse:
    """Keep which columns to show, or go back to the usual ones."""
    keys = [] if "reset" in request.POST else request.POST.getlist("column")
    actions.choose_columns(register, keys, by=request.user)
    return redirect(_back(request, register))


@login_required
@require_POST
def view_page(request: HttpRequest, register: Register) -> HttpResponse:
    """Keep the present conditions under a name, or forget a kept one."""
    if "drop" in request.POST:
        _drop(request, register)
        return redirect(_back(request, register))
    try:
        kept = query(QueryDict(request.POST.get("here", "").lstrip("?")), page=None, open=None)
        actions.save_view(register, request.POST.get("name", ""), kept, by=request.user)
        messages.success(request, "已存为常用")
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect(_back(request, register))


def _drop(request: HttpRequest, register: Register) -> None:
    view = saved_views(request.user, register.slug).filter(pk=row_key(request.POST["drop"])).first()
    if view is None:
        raise Http404
    actions.drop_view(view, by=request.user)


def _back(request: HttpRequest, register: Register) -> str:
    """The list with the conditions it had; only the query of the address is taken from the form."""
    return register.url("list") + query(QueryDict(request.POST.get("here", "").lstrip("?")), open=None)


def filled(params: QueryDict) -> QueryDict:
    """The parameters that say something: a filter form sends its empty fields along."""
    kept = QueryDict(mutable=True)
    for name, values in params.lists():
        if said := [value for value in values if value]:
            kept.setlist(name, said)
    return kept


def choosable(register: Register) -> list[Column]:
    """The columns a person may show or hide: all but the one that names the row."""
    return [column for column in register.columns if column.key != register.heading]


def shown_columns(register: Register, user: Any) -> list[Column]:
    """The columns beside the heading: those the user chose, else the declared ones."""
    chosen = set(chosen_columns(user, register.slug))
    if not chosen:
        return [c for c in choosable(register) if c.shown and c.key != register.under]
    return [c for c in choosable(register) if c.key in chosen]
