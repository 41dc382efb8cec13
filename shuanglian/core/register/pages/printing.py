"""The narrowed list as a page to print: A4 across, no menu, every row; it is written into the history like an export."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shuanglian.core import actions
from shuanglian.core.access import require
from shuanglian.core.register import ask, exporting, paper
from shuanglian.core.register.declare import Register
from shuanglian.core.register.pages.frame import TYPED_WRONG, show
from shuanglian.core.register.pages.list import filled, shown_columns
from shuanglian.core.register.sheet import unit_line
from shuanglian.core.render import query


@login_required
@require_safe
def print_page(request: HttpRequest, register: Register) -> HttpResponse:
    """``cols`` is all or shown; without it the whole ledger when it is narrow enough."""
    require(request.user, register.permission("view"))
    require(request.user, register.permission("export"))
    params = filled(request.GET)
    asked = ask.read(register, params, request.user)
    whole = register.sheet_columns()
    wanted = params.get("cols", "all" if len(whole) <= paper.MANY_COLUMNS else "shown")
    columns = paper.columns_of(register, shown_columns(register, request.user), everything=wanted == "all")
    count = asked.rows().order_by()[: paper.MOST_ROWS + 1].count()
    here = query(params, page=None, open=None, cols=None)
    context = {
        "here": here,
        "whole": wanted == "all",
        "asked": asked,
        "unit_line": unit_line("打印日期"),
        "conditions": exporting.words_of(asked, params),
        "refused": "",
    }
    if count > paper.MOST_ROWS:
        context["refused"] = (
            f"一次最多打印 {paper.MOST_ROWS} {register.counter}，请加条件缩小范围，或者导出 Excel"
        )
        return show(request, register, "print", context, TYPED_WRONG)
    context["paper"] = paper.printed(exporting.rows_of(asked, columns), columns, request.user)
    if request.method == "GET":
        actions.record_print(register, count, str(context["conditions"]), by=request.user)
    return show(request, register, "print", context)
