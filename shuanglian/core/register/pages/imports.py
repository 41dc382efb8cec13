"""Import: choose a file, look at what it would do, correct, write. Which column is which is said in ``mapping``.

Nothing is written before somebody has looked. Long files are worked on by jobs; the page asks again by itself until they
are done, or when it is reloaded, and one press gives them up.
"""

import re
from collections.abc import Container, Iterator, Sequence
from typing import Any, TypeAlias

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from shuanglian.core import actions
from shuanglian.core.access import require
from shuanglian.core.asked import number_of_rows
from shuanglian.core.models import ImportBatch, ImportRow, ImportState
from shuanglian.core.queries import imports_of
from shuanglian.core.register import progress
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports import staging, table, workbook
from shuanglian.core.register.imports.line import KINDS, TWICE, WRONG, reasons_of
from shuanglian.core.register.imports.said import NOWHERE, Said
from shuanglian.core.register.messy import as_text
from shuanglian.core.register.pages.frame import TYPED_WRONG, XLSX, send, show, wants_part
from shuanglian.core.register.pages.preview import SHOWN, shown
from shuanglian.core.register.sheet import write_failed

MOST_TYPED = 500  # characters of a corrected cell
RECENT = 5  # earlier imports on the first page
WORKING = (ImportState.CHECKING, ImportState.WAITING, ImportState.UNDOING)
Failed: TypeAlias = tuple[int, list[Any], str]  # number, cells, reason
_FIX = re.compile(r"fix-(\d{1,6})-(\w{1,80})")
_ALIKE = re.compile(r"alike-(\d{1,2})-(\w{1,80})")


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
    heads, rows = [*mine.layout.get("heads", [])], _failed(register, mine)
    places = mine.layout.get("places", {})
    absent = [key for key, place in places.items() if place == NOWHERE]  # said, since the sheet lacks them
    if absent:
        rows = _with_said(Said(mine, places), absent, rows, len(heads))
        heads += [register.column(key).heading for key in absent]
    file = write_failed(register.sheet_title, heads, rows)
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
    known = {column.key for column in table.writable(register)}
    fixes, alike = _fixes(request, known), _alike(request, known)
    if fixes or alike:
        batch = actions.fix_import(batch, register, fixes, alike=alike, by=request.user)
        if do == "write" and batch.state == ImportState.OPEN:
            raise ValidationError("改过的内容已经重新校对，请看一遍下面的结果，然后导入")
    elif do == "write":
        seen = {kind: number_of_rows(request.POST.get(f"seen-{kind}", "")) for kind in KINDS}
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


def _fixes(request: HttpRequest, known: Container[str]) -> dict[str, dict[str, str]]:
    """What was typed into wrong cells: only those that differ from what stood there."""
    fixes: dict[str, dict[str, str]] = {}
    for name, value in request.POST.items():
        found = _FIX.fullmatch(name)
        if not found or found[2] not in known or not isinstance(value, str):
            continue
        if value != request.POST.get(f"was-{found[1]}-{found[2]}", ""):
            fixes.setdefault(found[1], {})[found[2]] = typed(value)
    return fixes


def _alike(request: HttpRequest, known: Container[str]) -> dict[str, dict[str, str]]:
    """What was typed for texts that are wrong in many rows: column → text in the sheet → what it means."""
    alike: dict[str, dict[str, str]] = {}
    for name, value in request.POST.items():
        found = _ALIKE.fullmatch(name)
        if not found or found[2] not in known or not isinstance(value, str):
            continue
        text = as_text(request.POST.get(f"text-{found[1]}-{found[2]}", ""))
        if text and value.strip() not in ("", text):
            alike.setdefault(found[2], {})[text] = typed(value)
    return alike


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
    context = {"batch": batch, "error": error or batch.problem, **shown(request, register, batch)}
    return show(request, register, "preview", context, status)


def _result(register: Register, batch: ImportBatch, error: str) -> dict[str, Any]:
    failed = [(number, reason) for number, _, reason in _failed(register, batch, SHOWN)]
    return {"batch": batch, "error": error, "failed": failed, "can_undo": actions.can_undo(batch)}


def _with_said(said: Said, absent: Sequence[str], rows: Iterator[Failed], width: int) -> Iterator[Failed]:
    """The rows with what was said of columns that their sheet lacks, so that it need not be said again."""
    for number, cells, reason in rows:
        counts = said.of(number, cells)
        told = [counts.get(key, "") for key in absent]
        yield number, [*cells[:width], *[""] * (width - len(cells)), *told], reason


def typed(text: str) -> str:
    """What was typed into a field, as far as it is kept."""
    return text.replace("\0", "")[:MOST_TYPED]


def number_in(text: str) -> int:
    """A small number in an address or a form, -1 when there is none."""
    return int(text) if text.isdecimal() and len(text) < 5 else -1


def _failed(register: Register, batch: ImportBatch, most: int | None = None) -> Iterator[Failed]:
    """Number, cells and reason of the rows that are not written, in the order of the sheet."""
    heads = {column.key: column.heading for column in table.writable(register)}
    rows = ImportRow.objects.filter(batch=batch, kind__in=(WRONG, TWICE)).order_by("number")
    for row in rows[:most] if most else rows.iterator(chunk_size=2_000):
        reasons = {key: _in_column(heads.get(key, ""), reason) for key, (reason, _) in row.wrong.items()}
        yield row.number, staging.as_cells(row.cells), reasons_of(row.kind, row.twin, reasons)


def _in_column(heading: str, reason: str) -> str:
    """A reason away from its cell: it says in which column."""
    return reason if not heading or reason.startswith(heading) else f"{heading}：{reason}"
