"""发给单位确认: one look at the whole, then the units are asked. What could not be sent is named with the reason."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from shuanglian.core.access import require
from shuanglian.core.asked import row_key
from shuanglian.matching import actions
from shuanglian.matching.actions.sending import MOST_AT_ONCE, Sent
from shuanglian.matching.queries.console import sendable
from shuanglian.matching.queries.placed import plan_standing
from shuanglian.matching.queries.rows import Row
from shuanglian.matching.views.request import Request

LINE = "line-"  # name of the field of a line, before its number; its value is the offer's line that was shown
MOST_WORDS = 100


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: Request) -> HttpResponse:
    """GET shows what would go out, with POST it goes out."""
    require(request.user, "exchange.propose_unit")
    if request.method != "POST":
        rows, total = sendable(request.user, MOST_AT_ONCE)
        units = Counter(row.chosen.unit for row in rows if row.chosen)
        context = {"rows": rows, "total": total, "units": units, "line": LINE, "active": "console"}
        return render(request, "matching/send.html", {**context, "most_words": MOST_WORDS})
    wanted = {
        row_key(name.removeprefix(LINE)): row_key(str(value))
        for name, value in request.POST.items()
        if name.startswith(LINE)
    }
    wanted = {line: item for line, item in wanted.items() if line and item}
    if not wanted:
        messages.error(request, "一项都没选，没有发出去")
        return redirect("matching.send")
    return _send(request, wanted)


def _send(request: Request, wanted: dict[int, int]) -> HttpResponse:
    """Send what still is as it was shown; what somebody changed meanwhile waits for another look."""
    now = plan_standing(request.user).lines
    changed = {line.pk for line in now if line.pk in wanted and line.item != wanted[line.pk]}
    if changed:
        messages.warning(request, f"有 {len(changed)} 项刚被改派，没有发，请再看一遍")
    rows = {row.pk: row for row in sendable(request.user, MOST_AT_ONCE, wanted)[0]}
    more = request.POST.get("words", "").strip()[:MOST_WORDS]
    words = {pk: _words(rows.get(pk), more) for pk in wanted}
    asked = {pk: item for pk, item in wanted.items() if pk not in changed}
    done = actions.send_lines(asked, by=request.user, words=words)
    _tell(request, done)
    if not done.refused:
        return redirect("matching.console")
    context = {"refused": done.refused, "sent": done.sent, "active": "console"}
    return render(request, "matching/not_sent.html", context, status=409)


def _words(row: Row | None, more: str) -> str:
    """What the unit reads: which offer was thought of, and what staff add. A line that left the plan has no row."""
    if row is None or row.chosen is None:
        return f"请看能不能认领。{more}"
    return f"您单位的“{row.chosen.title}”和这项需求{row.chosen.words}，请看能不能认领。{more}"


def _tell(request: Request, done: Sent) -> None:
    if done.sent:
        outside = f"；{done.outside} 项是市级、省级单位，请您去联系，都在“待我办理”里" if done.outside else ""
        messages.success(request, f"已发给单位 {done.sent} 项，等答复{outside}")
    elif done.before and not done.refused:
        messages.info(request, "这些已经发过了，正在等单位答复")
