"""Import, where the headings are not clear: which sheet, which row holds the headings, which column is which of ours."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from shuanglian.core import actions
from shuanglian.core.models import ImportBatch, ImportState
from shuanglian.core.register.columns import Choice, Column, Link
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports import staging, table
from shuanglian.core.register.imports.headings import letters
from shuanglian.core.register.imports.said import NOWHERE
from shuanglian.core.register.pages.frame import TYPED_WRONG, show
from shuanglian.core.register.pages.imports import mine_of, number_in, require_import, typed

SAMPLES = 3  # values beside a column that is to be matched


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def map_page(request: HttpRequest, register: Register, batch: int) -> HttpResponse:
    """Say by hand which column of the sheet is which of ours."""
    require_import(request, register)
    mine = mine_of(request, register, batch)
    if mine.state not in (ImportState.OPEN, ImportState.UNCLEAR):
        return redirect(register.url("preview", mine.pk))
    if request.method != "POST" or "look" in request.POST:
        return _mapping(request, register, mine)
    try:
        first, places = _chosen(request, register)
        everywhere = {c.key: text for c in _same_for_all(register) if (text := _all(request, c))}
        actions.map_import(mine, register, first, places, everywhere=everywhere, by=request.user)
    except ValidationError as refused:
        mine.refresh_from_db()
        return _mapping(request, register, mine, "；".join(refused.messages), TYPED_WRONG)
    return redirect(register.url("preview", mine.pk))


def _mapping(
    request: HttpRequest, register: Register, batch: ImportBatch, error: str = "", status: int = 200
) -> HttpResponse:
    """The page of columns: ours, with a choice of theirs and what stands in them."""
    sheet = staging.sample_of(batch)
    first, places = _guessed(request, register, batch)
    width = max((len(row) for row in sheet.head), default=0)
    heads = sheet.head[first - 1] if 0 < first <= len(sheet.head) else []
    same, theirs = _same_for_all(register), []
    for place in range(width):
        values = [row[place] for row in sheet.head[first:] if place < len(row) and row[place]]
        head = heads[place] if place < len(heads) else ""
        called = letters(place)
        theirs.append(
            {
                "place": place,
                "letters": called,
                "head": head,
                "values": list(dict.fromkeys(values))[:SAMPLES],
            }
        )
    context = {
        "batch": batch,
        "error": error or batch.problem,
        "first": first,
        "theirs": [one for one in theirs if one["head"] or one["values"]],
        "ours": [
            (column, places.get(column.key), _everywhere(request, batch, column, first))
            if column in same and column.key not in places
            else (column, places.get(column.key), None)
            for column in table.writable(register)
        ],
        "rows": list(enumerate(sheet.head[: staging.SAMPLE], start=1)),
    }
    return show(request, register, "map", context, status)


def _guessed(request: HttpRequest, register: Register, batch: ImportBatch) -> tuple[int, dict[str, int]]:
    """What was chosen on the page, or what is known of the sheet."""
    if request.method == "POST":
        return _chosen(request, register)
    asked = number_in(request.GET.get("first", ""))
    first = asked if asked >= 0 else batch.layout["first"]
    known = batch.layout.get("places") or staging.guess(batch, register, request.user, first)
    return first, {key: place for key, place in known.items() if place != NOWHERE}


def _chosen(request: HttpRequest, register: Register) -> tuple[int, dict[str, int]]:
    texts = {
        column.key: number_in(request.POST.get(f"at-{column.key}", "")) for column in table.writable(register)
    }
    places = {key: place for key, place in texts.items() if place >= 0}
    return max(number_in(request.POST.get("first", "")), 0), places


def _same_for_all(register: Register) -> list[Column]:
    """The columns for which one word may be said for all rows: new rows need them, and the words are known."""
    return [c for c in table.writable(register) if c.required and isinstance(c, (Choice, Link))]


def _everywhere(request: HttpRequest, batch: ImportBatch, column: Column, first: int) -> dict[str, Any]:
    """The words that all rows may have in a column the sheet lacks, and the one that was chosen or stands in its titles."""
    told = batch.layout.get("chosen", {}).get("all", {}).get(column.key, "")
    chosen = _all(request, column) or told or staging.everywhere(batch, column, request.user, first)
    if isinstance(column, Choice):
        return {"chosen": chosen, "words": list(column.names().values())}
    return {"chosen": chosen, "words": sorted({str(one) for one in column.known(request.user).values()})}


def _all(request: HttpRequest, column: Column) -> str:
    return typed(request.POST.get(f"all-{column.key}", ""))
