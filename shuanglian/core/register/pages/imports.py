"""Import: choose a file, say which column is which where it is unclear, look at what it would do, correct, write.

Nothing is written before somebody has looked. Long files are worked on by jobs; the page asks again by itself until they
are done, or when it is reloaded, and one press gives them up.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from shuanglian.core import actions
from shuanglian.core.access import require
from shuanglian.core.models import ImportBatch, ImportRow, ImportState
from shuanglian.core.queries import imports_of
from shuanglian.core.register import progress, staging, table, workbook
from shuanglian.core.register.columns import Choice, Column, Link
from shuanglian.core.register.declare import Register
from shuanglian.core.register.pages.frame import TYPED_WRONG, XLSX, send, show, wants_part
from shuanglian.core.register.plan import CHANGED, KINDS, NEW, TWICE, WRONG, reasons_of
from shuanglian.core.register.sheet import write_failed

SHOWN = 100  # rows on a page
RECENT = 5  # earlier imports on the first page
WORKING = (ImportState.CHECKING, ImportState.WAITING, ImportState.UNDOING)
MOST_CHOICES = 500  # words offered while a wrong cell is typed
SAMPLES = 3  # values beside a column that is to be matched
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
    context = {
        "error": error,
        "most": workbook.MOST_ROWS,
        "largest": workbook.LARGEST // 1024 // 1024,
        "recent": imports_of(request.user, register.slug).exclude(state=ImportState.DROPPED)[:RECENT],
    }
    return show(request, register, "import", context, TYPED_WRONG if error else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview_page(request: HttpRequest, register: Register, batch: int) -> HttpResponse:
    """Look at what the file would do; or what is being done with it; or what became of it."""
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
@require_http_methods(["GET", "HEAD", "POST"])
def map_page(request: HttpRequest, register: Register, batch: int) -> HttpResponse:
    """Say by hand which column of the sheet is which of ours."""
    _require(request, register)
    mine = _mine(request, register, batch)
    if mine.state not in (ImportState.OPEN, ImportState.UNCLEAR):
        return redirect(register.url("preview", mine.pk))
    if request.method != "POST" or "look" in request.POST:
        return _mapping(request, register, mine)
    try:
        first, places = _chosen(request, register)
        actions.map_import(mine, register, first, places, by=request.user)
    except ValidationError as refused:
        mine.refresh_from_db()
        return _mapping(request, register, mine, "；".join(refused.messages), TYPED_WRONG)
    return redirect(register.url("preview", mine.pk))


@login_required
@require_safe
def wrong_rows_page(request: HttpRequest, register: Register, batch: int) -> FileResponse:
    """Exactly the rows that were not or cannot be written, with their reasons, ready to be corrected and imported."""
    _require(request, register)
    mine = _mine(request, register, batch)
    heads = mine.layout.get("heads", [])
    file = write_failed(register.sheet_title, heads, _failed(mine))
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
    """One of the buttons: 取消, 重新校对, 导入, 停下来, 撤回."""
    do = request.POST.get("do", "")
    here = redirect(register.url("preview", batch.pk))
    if do == "drop":
        actions.drop_import(batch, by=request.user)
        messages.success(request, "已取消导入，什么也没有写入")
        return redirect(register.url("list"))
    if do == "stop":
        return _stop(request, register, batch)
    if do == "undo":
        return _undo(request, register, batch)
    if fixes := _fixes(request):
        batch = actions.fix_import(batch, register, fixes, by=request.user)
        if do == "write" and batch.state == ImportState.OPEN:
            raise ValidationError("改过的内容已经重新校对，请看一遍下面的结果，然后导入")
    elif do == "write":
        seen = {
            kind: int(text) for kind in KINDS if (text := request.POST.get(f"seen-{kind}", "")).isdecimal()
        }
        only_valid = request.POST.get("mode") != "all"
        actions.confirm_import(batch, register, seen=seen, only_valid=only_valid, by=request.user)
    return here


def _stop(request: HttpRequest, register: Register, batch: ImportBatch) -> HttpResponse:
    left = actions.stop_import(batch, by=request.user)
    if left.state == ImportState.DROPPED:
        messages.success(request, "已取消导入，什么也没有写入")
        return redirect(register.url("list"))
    if left.state in WORKING:
        messages.success(request, "正在停下来，什么也不会写入")
    elif left.state == ImportState.OPEN:
        messages.success(request, "已停下来，什么也没有写入")
    return redirect(register.url("preview", batch.pk))


def _undo(request: HttpRequest, register: Register, batch: ImportBatch) -> HttpResponse:
    hindrances = actions.undo_import(batch, register, by=request.user)
    batch.refresh_from_db()
    if hindrances:
        batch.layout["hindrances"] = hindrances
        return _preview(request, register, batch, status=TYPED_WRONG)
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
    if batch.state in WORKING:
        heard = progress.heard(actions.job_name(batch))
        name = "_working" if wants_part(request) else "working"
        return show(request, register, name, {"batch": batch, "heard": heard}, status)
    if wants_part(request):
        return HttpResponse(headers={"HX-Redirect": register.url("preview", batch.pk)})
    if batch.state == ImportState.UNCLEAR:
        return redirect(register.url("map", batch.pk))
    if batch.state != ImportState.OPEN:
        return show(request, register, "imported", _result(batch, error), status)
    context = {"batch": batch, "error": error or batch.problem, **_shown(request, register, batch)}
    return show(request, register, "preview", context, status)


def _result(batch: ImportBatch, error: str) -> dict[str, Any]:
    failed = [(number, reason) for number, _, reason in _failed(batch, SHOWN)]
    return {"batch": batch, "error": error, "failed": failed, "can_undo": actions.can_undo(batch)}


def _shown(request: HttpRequest, register: Register, batch: ImportBatch) -> dict[str, Any]:
    counts = batch.counts
    wanted = request.GET.get("show", "")
    kind = (
        wanted if counts.get(wanted) else next((k for k in (WRONG, TWICE, CHANGED, NEW) if counts[k]), "same")
    )
    last = max(1, -(-counts[kind] // SHOWN))
    asked = request.GET.get("page", "")
    page = min(max(int(asked) if asked.isdecimal() and len(asked) < 7 else 1, 1), last)
    columns = [column for column in table.writable(register) if column.key in batch.layout["places"]]
    rows = ImportRow.objects.filter(batch=batch, kind=kind)[(page - 1) * SHOWN : page * SHOWN]
    lines = [_line(batch, row, columns) for row in rows]
    return {
        "counts": counts,
        "kind": kind,
        "page": page,
        "last": last,
        "lines": lines,
        "columns": columns,
        "choices": _choices(columns, lines, request.user),
        "total": sum(counts.values()),
        "writes": counts[NEW] + counts[CHANGED],
    }


def _line(batch: ImportBatch, row: ImportRow, columns: list[Column]) -> dict[str, Any]:
    """A staged row as the preview shows it."""
    places, fixes = batch.layout["places"], batch.fixes.get(str(row.number), {})
    stored, cells = staging.as_cells(row.cells), {}
    for column in columns:
        place = places[column.key]
        cell = stored[place] if place < len(stored) else ""
        cells[column.key] = column.typed(fixes.get(column.key, cell))
    wrong = {key: {"reason": reason, "suggestion": guess} for key, (reason, guess) in row.wrong.items()}
    return {
        "number": row.number,
        "kind": row.kind,
        "cells": cells,
        "wrong": {} if row.kind == TWICE else wrong,
        "changes": row.changes,
        "twin": row.twin,
    }


def _choices(columns: list[Column], lines: list[dict[str, Any]], user: Any) -> dict[str, list[str]]:
    """The words that may stand in the columns that are wrong on this page, where they are few."""
    wrong = {key for line in lines for key in line["wrong"]}
    found: dict[str, list[str]] = {}
    for column in columns:
        if column.key in wrong and isinstance(column, Choice):
            found[column.key] = list(column.names().values())
        elif column.key in wrong and isinstance(column, Link):
            found[column.key] = sorted({str(target) for target in column.known(user).values()})
    return {key: words for key, words in found.items() if len(words) <= MOST_CHOICES}


def _failed(batch: ImportBatch, most: int | None = None) -> Iterator[tuple[int, list[Any], str]]:
    """Number, cells and reason of the rows that are not written, in the order of the sheet."""
    rows = ImportRow.objects.filter(batch=batch, kind__in=(WRONG, TWICE)).order_by("number")
    for row in rows[:most] if most else rows.iterator(chunk_size=2_000):
        reasons = {key: reason for key, (reason, _) in row.wrong.items()}
        yield row.number, staging.as_cells(row.cells), reasons_of(row.kind, row.twin, reasons)


def _mapping(
    request: HttpRequest, register: Register, batch: ImportBatch, error: str = "", status: int = 200
) -> HttpResponse:
    """The page of columns: ours, with a choice of theirs and what stands in them."""
    sheet = staging.sample_of(batch)
    first, places = _guessed(request, register, batch)
    width = max((len(row) for row in sheet.head), default=0)
    heads = sheet.head[first - 1] if 0 < first <= len(sheet.head) else []
    theirs = []
    for place in range(width):
        values = [row[place] for row in sheet.head[first:] if place < len(row) and row[place]]
        head = heads[place] if place < len(heads) else ""
        theirs.append({"place": place, "head": head, "values": list(dict.fromkeys(values))[:SAMPLES]})
    context = {
        "batch": batch,
        "error": error or batch.problem,
        "first": first,
        "theirs": [one for one in theirs if one["head"] or one["values"]],
        "ours": [(column, places.get(column.key)) for column in table.writable(register)],
        "rows": list(enumerate(sheet.head[: staging.SAMPLE], start=1)),
    }
    return show(request, register, "map", context, status)


def _guessed(request: HttpRequest, register: Register, batch: ImportBatch) -> tuple[int, dict[str, int]]:
    """What was chosen on the page, or what is known of the sheet."""
    if request.method == "POST":
        return _chosen(request, register)
    asked = request.GET.get("first", "")
    first = int(asked) if asked.isdecimal() and len(asked) < 4 else batch.layout["first"]
    return first, batch.layout.get("places") or staging.guess(batch, register, request.user, first)


def _chosen(request: HttpRequest, register: Register) -> tuple[int, dict[str, int]]:
    texts = {column.key: request.POST.get(f"at-{column.key}", "") for column in table.writable(register)}
    places = {key: int(text) for key, text in texts.items() if text.isdecimal() and len(text) < 5}
    first = request.POST.get("first", "")
    return int(first) if first.isdecimal() and len(first) < 4 else 0, places
