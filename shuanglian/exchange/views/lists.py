"""印发的清单: the issues of both lists, their files, and for staff the issuing of the next one."""

from collections.abc import Callable
from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from shuanglian.core.access import can, require
from shuanglian.core.clock import today
from shuanglian.exchange import actions
from shuanglian.exchange.choices import ListKind
from shuanglian.exchange.models import ListIssue
from shuanglian.exchange.papers import list_excel, list_title, list_word
from shuanglian.exchange.queries.issues import MOST, issues_visible_to
from shuanglian.exchange.queries.lists import HEADINGS, list_rows, public_rows, quarter_start
from shuanglian.exchange.views.act import Request

PREVIEWED = 10
WHOLE, PUBLIC = "internal", "public"
EDITIONS = {WHOLE: "内部版", PUBLIC: "公开版"}
FORMS: dict[str, Callable[..., bytes]] = {"docx": list_word, "xlsx": list_excel}
# What a preview shows of a row: the columns that tell which one it is.
TELLING = {
    ListKind.NEEDS: ("需求编号", "提出单位", "需求标题", "公开范围", "状态"),
    ListKind.OFFERS: ("资源编号", "提供单位", "资源名称", "有效期至", "状态"),
}


@require_safe
def lists(request: Request) -> HttpResponse:
    """Both lists with their issues. Anybody may take the public edition, staff also the internal one."""
    issues = issues_visible_to(request.user)
    whole = _may_issue(request)
    context = {
        "kinds": [(kind, kind.label, issues.filter(kind=kind)[:MOST]) for kind in ListKind],
        "may_issue": whole,
        "editions": EDITIONS if whole else {PUBLIC: EDITIONS[PUBLIC]},
        "active": "lists",
    }
    return render(request, "exchange/lists.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def list_new(request: Request, kind: str) -> HttpResponse:
    """What the next issue would hold; with POST it is issued and never changes again."""
    require(request.user, "exchange.issue_list")
    if kind not in ListKind.values:
        raise Http404
    if request.method == "POST":
        try:
            issue = actions.issue_list(kind, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, f"{list_title(issue)}第 {issue.version} 期已印发")
        return redirect("exchange.lists")
    day = today()
    rows = list_rows(kind, request.user.county, first=quarter_start(day), last=day)
    places = [HEADINGS[kind].index(heading) for heading in TELLING[ListKind(kind)]]
    context = {
        "title": f"《{ListKind(kind).label}》",
        "headings": TELLING[ListKind(kind)],
        "rows": [[row[place] for place in places] for row in rows[:PREVIEWED]],
        "total": len(rows),
        "public": len(public_rows(kind, rows)),
        "day": day,
        "active": "lists",
    }
    return render(request, "exchange/list_new.html", context)


@require_safe
def list_file(request: Request, pk: int, edition: str, form: str) -> FileResponse:
    """An issue as a Word file or a workbook, for whom its edition is meant."""
    if form not in FORMS or edition not in EDITIONS or (edition == WHOLE and not _may_issue(request)):
        raise Http404
    issue: ListIssue = get_object_or_404(issues_visible_to(request.user).defer(None), pk=pk)
    data = FORMS[form](issue, public=edition == PUBLIC)
    name = f"{issue.get_kind_display()}第{issue.version}期（{EDITIONS[edition]}）.{form}"
    return FileResponse(BytesIO(data), as_attachment=True, filename=name)


def _may_issue(request: Request) -> bool:
    return request.user.is_authenticated and can(request.user, "exchange.issue_list")
