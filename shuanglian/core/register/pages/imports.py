"""Import: choose a file, look at what it would do, correct, write. Nothing is written before somebody has looked."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from shuanglian.core import actions
from shuanglian.core.access import require
from shuanglian.core.models import ImportBatch, ImportState
from shuanglian.core.queries import imports_of
from shuanglian.core.register import workbook
from shuanglian.core.register.declare import Register
from shuanglian.core.register.pages.frame import TYPED_WRONG, XLSX, send, show
from shuanglian.core.register.plan import CHANGED, KINDS, NEW, WRONG, Plan, plan_of
from shuanglian.core.register.sheet import write_failed

SHOWN = 100  # rows on the preview
_FIX = re.compile(r"fix-(\d{1,6})-(\w{1,80})")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, register: Register) -> HttpResponse:
    """Choose a file."""
    _require(request, register)
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise ValidationError("请先选择一个 Excel 文件")
            batch = actions.open_import(register, upload, by=request.user)
            return redirect(register.url("preview", batch.pk))
        except ValidationError as refused:
            error = "；".join(refused.messages)
    context = {"error": error, "most": workbook.MOST_ROWS, "largest": workbook.LARGEST // 1024 // 1024}
    return show(request, register, "import", context, TYPED_WRONG if error else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview_page(request: HttpRequest, register: Register, batch: int) -> HttpResponse:
    """Look at what the file would do; or what became of it."""
    _require(request, register)
    mine = _mine(request, register, batch)
    if request.method != "POST":
        return _preview(request, register, mine)
    try:
        return _act(request, register, mine)
    except ValidationError as refused:
        mine.refresh_from_db()
        return _preview(request, register, mine, "；".join(refused.messages), TYPED_WRONG)


@login_required
@require_safe
def wrong_rows_page(request: HttpRequest, register: Register, batch: int) -> FileResponse:
    """Exactly the rows that were not or cannot be written, with their reasons, ready to be corrected and imported."""
    _require(request, register)
    mine = _mine(request, register, batch)
    plan = plan_of(mine, register, request.user)
    reasons = mine.wrong or {str(line.number): line.reasons for line in plan.of(WRONG)}
    found = plan.found
    rows = ((number, cells, reasons[str(number)]) for number, cells in found.rows if str(number) in reasons)
    file = write_failed(register.sheet_title, list(found.heads), rows)
    return send(file, f"{register.sheet_title}（要修改的行）.xlsx", XLSX)


def _require(request: HttpRequest, register: Register) -> None:
    if not register.is_importable:
        raise Http404
    require(request.user, register.permission("view"))
    require(request.user, register.permission("add" if register.create else "change"))


def _mine(request: HttpRequest, register: Register, key: int) -> ImportBatch:
    found = imports_of(request.user, register.slug).filter(pk=key).exclude(state=ImportState.DROPPED).first()
    if found is None:
        raise Http404
    return found


def _act(request: HttpRequest, register: Register, batch: ImportBatch) -> HttpResponse:
    """One of the buttons of the preview: 取消, 重新校对, 导入."""
    do = request.POST.get("do", "")
    if do == "drop":
        actions.drop_import(batch, by=request.user)
        messages.success(request, "已取消导入，什么也没有写入")
        return redirect(register.url("list"))
    if fixes := _fixes(request):
        actions.fix_import(batch, fixes, by=request.user)
    if do != "write":
        return redirect(register.url("preview", batch.pk))
    if fixes:
        raise ValidationError("改过的内容已经重新校对，请看一遍下面的结果，然后导入")
    seen = {kind: int(text) for kind in KINDS if (text := request.POST.get(f"seen-{kind}", "")).isdecimal()}
    only_valid = request.POST.get("mode") != "all"
    actions.confirm_import(batch, register, seen=seen, only_valid=only_valid, by=request.user)
    return redirect(register.url("preview", batch.pk))


def _fixes(request: HttpRequest) -> dict[str, dict[str, str]]:
    """What was typed into wrong cells: only those that differ from what stood there."""
    fixes: dict[str, dict[str, str]] = {}
    for name, value in request.POST.items():
        found = _FIX.fullmatch(name)
        if found and isinstance(value, str) and value != request.POST.get(f"was-{found[1]}-{found[2]}", ""):
            fixes.setdefault(found[1], {})[found[2]] = value[:500]
    return fixes


def _preview(
    request: HttpRequest, register: Register, batch: ImportBatch, error: str = "", status: int = 200
) -> HttpResponse:
    if batch.state != ImportState.OPEN:
        return show(request, register, "imported", {"batch": batch, "failed": _failed(batch)}, status)
    try:
        plan = plan_of(batch, register, request.user)
    except ValidationError as refused:
        context = {"error": "；".join(refused.messages), "most": workbook.MOST_ROWS}
        context["largest"] = workbook.LARGEST // 1024 // 1024
        return show(request, register, "import", context, TYPED_WRONG)
    return show(
        request, register, "preview", {"batch": batch, "error": error, **_shown(request, plan)}, status
    )


def _shown(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    counts = plan.counts
    wanted = request.GET.get("show", "")
    kind = wanted if wanted in KINDS else next((k for k in (WRONG, CHANGED, NEW) if counts[k]), "same")
    lines = plan.of(kind)
    return {
        "plan": plan,
        "counts": counts,
        "kind": kind,
        "lines": lines[:SHOWN],
        "hidden": max(0, len(lines) - SHOWN),
        "columns": plan.columns,
        "total": len(plan.lines),
        "writes": counts[NEW] + counts[CHANGED],
    }


def _failed(batch: ImportBatch) -> list[tuple[str, str]]:
    return list(batch.wrong.items())[:SHOWN]
