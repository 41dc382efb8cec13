"""The narrowed list as the ledger's workbook or as CSV, at once or by a job, and the empty ledger to fill in offline."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from shuanglian.core import actions
from shuanglian.core.access import require
from shuanglian.core.clock import now, today
from shuanglian.core.models import Export, ExportState
from shuanglian.core.queries import exports_of
from shuanglian.core.register import ask, exporting, sheet
from shuanglian.core.register.declare import Register
from shuanglian.core.register.pages.frame import CSV, TYPED_WRONG, XLSX, send, show, wants_part
from shuanglian.core.register.pages.list import filled
from shuanglian.core.render import query

TYPES = {"xlsx": XLSX, "csv": CSV}
LISTED = 20  # earlier files on a page
STUCK = dt.timedelta(minutes=10)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export_page(request: HttpRequest, register: Register) -> HttpResponseBase:
    """Every row that meets the conditions of the address, in its order; it is written into the exporter's history.

    A long list is asked for by POST and made by a job; a link to it only says so.
    """
    require(request.user, register.permission("view"))
    require(request.user, register.permission("export"))
    params = filled(request.GET)
    asked = ask.read(register, params, request.user)
    form = "csv" if "csv" in (request.POST.get("as"), request.GET.get("as")) else "xlsx"
    count = asked.rows().order_by()[: sheet.MOST_ROWS + 1].count()
    if count > sheet.MOST_ROWS:
        return _long(request, register, asked, form)
    actions.record_export(register, count, exporting.words_of(asked, params), by=request.user)
    write = sheet.write_csv if form == "csv" else sheet.write_xlsx
    file = write(register, exporting.rows_of(asked), request.user)
    return send(file, f"{register.sheet_title}{today():%Y-%m-%d}.{form}", TYPES[form])


@login_required
@require_safe
def exports_page(request: HttpRequest, register: Register) -> HttpResponse:
    """The files this user had made from this register."""
    require(request.user, register.permission("export"))
    return show(request, register, "exports", {"exports": exports_of(request.user, register.slug)[:LISTED]})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exported_page(request: HttpRequest, register: Register, export: int) -> HttpResponse:
    """How far it has come, and the file; a press gives it up. The page asks again by itself, or when it is reloaded."""
    mine = _mine(request, register, export)
    if request.method == "POST":
        actions.drop_export(mine, by=request.user)
        messages.success(request, "已取消")
        return redirect(register.url("exports"))
    unfinished = mine.state in actions.UNFINISHED
    context = {
        "export": mine,
        "unfinished": unfinished,
        "stuck": unfinished and now() - mine.updated > STUCK,
        "gone": mine.state == ExportState.READY and not _is_kept(mine),
    }
    return show(request, register, "_exported" if wants_part(request) else "exported", context)


@login_required
@require_safe
def exported_file_page(request: HttpRequest, register: Register, export: int) -> HttpResponseBase:
    """The file, for who asked for it, while it is kept."""
    mine = _mine(request, register, export)
    if not _is_kept(mine):
        return redirect(register.url("exported", mine.pk))
    day = mine.updated.date()
    name = f"{register.sheet_title}{day:%Y-%m-%d}.{mine.form}"
    return send(actions.stored(mine.path).open("rb"), name, TYPES[mine.form])


@login_required
@require_safe
def template_page(request: HttpRequest, register: Register) -> FileResponse:
    """The ledger without rows: headings to fill in, then import."""
    require(request.user, register.permission("view"))
    file = sheet.write_xlsx(register, register.model._default_manager.none(), request.user)
    return send(file, f"{register.sheet_title}（空表）.xlsx", XLSX)


def _long(request: HttpRequest, register: Register, asked: ask.Asked, form: str) -> HttpResponse:
    total = asked.rows().order_by().count()
    address = query(filled(request.GET), page=None, open=None, **{"as": None})
    context: dict[str, Any] = {"total": total, "form": form, "address": address, "refused": ""}
    if total > sheet.MOST_IN_FILE:
        context["refused"] = f"一个文件最多 {sheet.MOST_IN_FILE:,} 行，请加条件缩小范围"
    elif request.method == "POST":
        try:
            export = actions.order_export(register, address, form, total=total, by=request.user)
            return redirect(register.url("exported", export.pk))
        except ValidationError as error:
            context["refused"] = "；".join(error.messages)
    return show(request, register, "export_long", context, TYPED_WRONG if context["refused"] else 200)


def _mine(request: HttpRequest, register: Register, key: int) -> Export:
    """One of the user's own; anybody else's is absent."""
    require(request.user, register.permission("view"))
    require(request.user, register.permission("export"))
    found = exports_of(request.user, register.slug).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _is_kept(export: Export) -> bool:
    kept = export.state == ExportState.READY and export.expires is not None and export.expires > now()
    return kept and actions.stored(export.path).exists()
