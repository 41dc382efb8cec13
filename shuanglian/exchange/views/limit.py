"""Acts on a running time limit: more days, standing still, going on; they happen on the page of the need."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from shuanglian.accounts.models import User
from shuanglian.exchange import actions
from shuanglian.exchange.forms.fields import BareForm
from shuanglian.exchange.forms.limit import ExtendForm, StopForm
from shuanglian.exchange.models import Deadline
from shuanglian.exchange.queries.need import needs_visible_to
from shuanglian.exchange.views.act import Act, Opened, Request, run
from shuanglian.exchange.views.need import fetch_need, need_page


def _runs(row: Deadline, user: User) -> None:
    if row.met_on or row.dropped_on:
        raise ValidationError("这个时限已经结束了。")


def _ticks(row: Deadline, user: User) -> None:
    _runs(row, user)
    if row.stops.filter(ends=None).exists():
        raise ValidationError("已经暂停计时了。")


def _stands(row: Deadline, user: User) -> None:
    _runs(row, user)
    if not row.stops.filter(ends=None).exists():
        raise ValidationError("现在没有暂停计时。")


LIMIT_ACTS = (
    Act(
        "extend",
        "延期",
        "延期",
        "已延期，新的日期在页面上",
        "exchange.change_deadline",
        lambda row, user, form: actions.extend_deadline(row, by=user, **form.cleaned_data),
        ExtendForm,
        "延期的天数和理由会列在“这个日期怎么算出来的”里。",
        no="先不延期",
        ready=_runs,
    ),
    Act(
        "stop",
        "暂停计时",
        "暂停计时",
        "已暂停计时",
        "exchange.change_deadline",
        lambda row, user, form: actions.stop_clock(row, by=user, **form.cleaned_data),
        StopForm,
        "等企业补充的这几天不算在时限里；企业补充以后，请点“恢复计时”。",
        no="先不暂停",
        ready=_ticks,
    ),
    Act(
        "resume",
        "恢复计时",
        "恢复计时",
        "已恢复计时，日期往后顺延了暂停的工作日",
        "exchange.change_deadline",
        lambda row, user, form: actions.resume_clock(row, by=user),
        BareForm,
        "暂停了几个工作日，到期日期就往后顺延几个工作日。",
        no="还在等",
        ready=_stands,
    ),
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def limit_act(request: Request, pk: int, act: Act) -> HttpResponse:
    """One of ``LIMIT_ACTS`` on a time limit."""
    rows = Deadline.objects.filter(need__in=needs_visible_to(request.user))
    row = get_object_or_404(rows.select_related("need", "commitment", "rule"), pk=pk)
    return run(request, act, row, page=_page_of_need, back=reverse("exchange.need", args=[row.need_id]))


def _page_of_need(
    request: Request, row: Any, opened: Opened | None = None, status: int = 200
) -> HttpResponse:
    return need_page(request, fetch_need(request, row.need_id), opened, status)
