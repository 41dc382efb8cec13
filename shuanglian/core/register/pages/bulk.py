"""One act on many rows: ask first where one row would ask, then say what was done and what could not be, and why."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from shuanglian.core.access import require
from shuanglian.core.asked import row_key
from shuanglian.core.register import acting, ask
from shuanglian.core.register.declare import Register
from shuanglian.core.register.pages.frame import TYPED_WRONG, show
from shuanglian.core.register.pages.list import filled
from shuanglian.core.render import query


@login_required
@require_POST
def bulk_page(request: HttpRequest, register: Register) -> HttpResponse:
    """The chosen rows are in ``row``, the act in ``do``; ``sure`` says that the question was answered.

    With ``all`` every row that meets the conditions of the list is meant; then it is always asked first.
    """
    require(request.user, register.permission("view"))
    back = register.url("list") + query(QueryDict(request.POST.get("here", "").lstrip("?")), open=None)
    pressed = acting.button(register, request.POST.get("do", ""))
    if pressed is None or not pressed.act.bulk:
        raise Http404
    everything = "all" in request.POST
    keys = _all(request, register) if everything else _chosen(request)
    if not keys or len(keys) > acting.MOST_ROWS:
        messages.error(
            request, "请先勾选要办的行" if not keys else f"一次最多 {acting.MOST_ROWS} 行，请少选一些"
        )
        return redirect(back)
    rows = list(register.rows(request.user).filter(pk__in=keys))
    context: dict[str, Any] = {"button": pressed, "rows": rows, "lost": len(keys) - len(rows), "back": back}
    context["here"] = request.POST.get("here", "")
    form = acting.question(
        pressed, request.user, request.POST if "sure" in request.POST else None, request.FILES
    )
    if (pressed.asks or everything) and "sure" not in request.POST:
        return show(request, register, "bulk", {**context, "form": form})
    if form is not None and not form.is_valid():
        return show(request, register, "bulk", {**context, "form": form}, TYPED_WRONG)
    outcome = acting.press_many(register, pressed, rows, getattr(form, "cleaned_data", {}), by=request.user)
    if not outcome.refused and not context["lost"]:
        messages.success(request, f"已{pressed.label} {outcome.done} {register.counter}")
        return redirect(back)
    return show(request, register, "bulk_done", {**context, "outcome": outcome})


def _chosen(request: HttpRequest) -> set[int]:
    return set(map(row_key, request.POST.getlist("row"))) - {0}


def _all(request: HttpRequest, register: Register) -> set[int]:
    here = filled(QueryDict(request.POST.get("here", "").lstrip("?")))
    rows = ask.read(register, here, request.user).rows().order_by()
    return set(rows.values_list("pk", flat=True)[: acting.MOST_ROWS + 1])
