"""Import: choose a file, look at what it would do, correct, write. Which column is which is said in ``mapping``.

Nothing is written before somebody has looked. Long files are worked on by jobs; the page asks again by itself until they
are done, or when it is reloaded, and one press gives them up.
"""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
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
from shuanglian.core.register.cells import NOTHING, ColumnReader
from shuanglian.core.register.columns import Choice, Column, Link, YesNo
from shuanglian.core.register.declare import Register
from shuanglian.core.register.messy import CellError, plain
from shuanglian.core.register.pages.frame import TYPED_WRONG, XLSX, send, show, wants_part
from shuanglian.core.register.plan import CHANGED, KINDS, NEW, TWICE, WRONG, reasons_of
from shuanglian.core.register.sheet import write_failed

SHOWN = 100  # rows on a page
RECENT = 5  # earlier imports on the first page
WORKING = (ImportState.CHECKING, ImportState.WAITING, ImportState.UNDOING)
MOST_CHOICES = 500  # words offered while a wrong cell is typed
_FIX = re.compile(r"fix-(\d{1,6})-(\w{1,80})")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, register: Register) -> HttpResponse:
    """Choose a file."""
    require_import(request, register)
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
    require_import(request, register)
    mine = mine_of(request, register, batch)
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
    require_import(request, register)
    mine = mine_of(request, register, batch)
    heads = mine.layout.get("heads", [])
    file = write_failed(register.sheet_title, heads, _failed(register, mine))
    return send(file, f"{register.sheet_title}（要修改的行）.xlsx", XLSX)


def require_import(request: HttpRequest, register: Register) -> None:
    """404 where nothing comes from sheets; refused to those who may neither add nor change."""
    if not register.is_importable:
        raise Http404
    require(request.user, register.permission("view"))
    require(request.user, register.permission("add" if register.create else "change"))


def mine_of(request: HttpRequest, register: Register, key: int) -> ImportBatch:
    """The import of this number, when this user brought it; 404 otherwise."""
    found = imports_of(request.user, register.slug).filter(pk=key).exclude(state=ImportState.DROPPED).first()
    if found is None:
        raise Http404
    return found


def _act(request: HttpRequest, register: Register, batch: ImportBatch) -> HttpResponse:
    """One of the buttons: 取消, 重新校对, 导入, 停下来, 撤回, 看这一张工作表."""
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
    if "sheet" in request.POST:
        actions.turn_import(batch, register, number_in(request.POST.get("sheet", "")), by=request.user)
        return here
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
        return show(request, register, "imported", _result(register, batch, error), status)
    context = {"batch": batch, "error": error or batch.problem, **_shown(request, register, batch)}
    return show(request, register, "preview", context, status)


def _result(register: Register, batch: ImportBatch, error: str) -> dict[str, Any]:
    failed = [(number, reason) for number, _, reason in _failed(register, batch, SHOWN)]
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
    readers = [ColumnReader(register, c, batch.layout["places"][c.key], request.user) for c in columns]
    lines = [_line(batch, row, readers) for row in rows]
    missing = [c.heading for c in table.writable(register) if c.required and c not in columns]
    return {
        "counts": counts,
        "kind": kind,
        "page": page,
        "last": last,
        "lines": lines,
        "missing": missing if counts[WRONG] else [],
        "columns": columns,
        "choices": _choices(columns, lines, request.user),
        "total": sum(counts.values()),
        "writes": counts[NEW] + counts[CHANGED],
    }


def _line(batch: ImportBatch, row: ImportRow, readers: list[ColumnReader]) -> dict[str, Any]:
    """A staged row as the preview shows it: what would be written, and what stands in the sheet where that reads otherwise."""
    fixes, stored = batch.fixes.get(str(row.number), {}), staging.as_cells(row.cells)
    wrong = {} if row.kind == TWICE else row.wrong
    cells: dict[str, str] = {}
    typed: dict[str, str] = {}
    for reader in readers:
        key = reader.column.key
        cell = fixes.get(key, stored[reader.place] if reader.place < len(stored) else "")
        cells[key] = text = reader.column.typed(cell)
        if key not in wrong and (said := _said(reader, cell)) is not None:
            cells[key] = said
            if plain(said) != plain(text).replace(",", "") and not isinstance(reader.column, YesNo):
                typed[key] = text
    return {
        "number": row.number,
        "kind": row.kind,
        "cells": cells,
        "typed": typed,
        "wrong": {key: {"reason": reason, "suggestion": guess} for key, (reason, guess) in wrong.items()},
        "changes": row.changes,
        "twin": row.twin,
    }


def _said(reader: ColumnReader, cell: Any) -> str | None:
    """A cell in the words of the ledger; nothing where it cannot be read."""
    value = reader.read(cell) if cell not in ("", None) else NOTHING
    if value is NOTHING:
        return ""
    if isinstance(value, CellError):
        return None
    plainly = isinstance(value, (dt.date, int, float, Decimal))
    return reader.column.typed(value) if plainly else reader.column.words(value)


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


def number_in(text: str) -> int:
    """A small number in an address or a form, -1 when there is none."""
    return int(text) if text.isdecimal() and len(text) < 5 else -1


def _failed(
    register: Register, batch: ImportBatch, most: int | None = None
) -> Iterator[tuple[int, list[Any], str]]:
    """Number, cells and reason of the rows that are not written, in the order of the sheet."""
    heads = {column.key: column.heading for column in table.writable(register)}
    rows = ImportRow.objects.filter(batch=batch, kind__in=(WRONG, TWICE)).order_by("number")
    for row in rows[:most] if most else rows.iterator(chunk_size=2_000):
        reasons = {key: _in_column(heads.get(key, ""), reason) for key, (reason, _) in row.wrong.items()}
        yield row.number, staging.as_cells(row.cells), reasons_of(row.kind, row.twin, reasons)


def _in_column(heading: str, reason: str) -> str:
    """A reason away from its cell: it says in which column."""
    return reason if not heading or reason.startswith(heading) else f"{heading}：{reason}"
