"""The narrowed list as the ledger's workbook or as CSV, and the empty ledger to fill in without a network."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from shuanglian.core import actions
from shuanglian.core.access import require
from shuanglian.core.clock import today
from shuanglian.core.register import ask, listing, sheet
from shuanglian.core.register.declare import Register
from shuanglian.core.register.pages.frame import CSV, XLSX, send, show


@login_required
@require_safe
def export_page(request: HttpRequest, register: Register) -> HttpResponseBase:
    """Every row that meets the conditions of the address, in its order; it is written into the exporter's history."""
    require(request.user, register.permission("view"))
    require(request.user, register.permission("export"))
    asked = ask.read(register, request.GET, request.user)
    rows = asked.rows()
    count = rows.order_by()[: sheet.MOST_ROWS + 1].count()
    if count > sheet.MOST_ROWS:
        sentence = (
            f"一次最多导出 {sheet.MOST_ROWS} {register.counter}，现在的条件下更多。请加条件缩小范围，再导出。"
        )
        return show(request, register, "too_many", {"sentence": sentence}, status=422)
    words = "、".join(chip.text for chip in listing.in_force(asked, request.GET))
    actions.record_export(register, count, words, by=request.user)
    found = ask.with_relations(register, asked.ordered(rows), register.sheet_columns()).iterator(
        chunk_size=500
    )
    name = f"{register.sheet_title}{today():%Y-%m-%d}"
    if request.GET.get("as") == "csv":
        return send(sheet.write_csv(register, found, request.user), f"{name}.csv", CSV)
    return send(sheet.write_xlsx(register, found, request.user), f"{name}.xlsx", XLSX)


@login_required
@require_safe
def template_page(request: HttpRequest, register: Register) -> FileResponse:
    """The ledger without rows: headings to fill in, then import."""
    require(request.user, register.permission("view"))
    file = sheet.write_xlsx(register, register.model._default_manager.none(), request.user)
    return send(file, f"{register.sheet_title}（空表）.xlsx", XLSX)
