"""Standing in line for an offer: taking the place when asked, and leaving the line; on the page of the offer."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from shuanglian.accounts.models import User
from shuanglian.exchange import actions
from shuanglian.exchange.choices import STANDING, Availability, WaitingState
from shuanglian.exchange.forms.fields import BareForm
from shuanglian.exchange.forms.offer import TakePlaceForm, WaitForm
from shuanglian.exchange.models import Offer, Waiting
from shuanglian.exchange.queries.shelf import offer_rows
from shuanglian.exchange.queries.waiting import waiting_visible_to
from shuanglian.exchange.views.act import TAKEN, Act, Lost, Opened, Request, run
from shuanglian.exchange.views.offer import fetch_offer, offer_page
from shuanglian.exchange.views.standing import in_line_already, require_reach


def _stands(row: Waiting, user: User) -> None:
    if row.state not in STANDING:
        raise ValidationError("已经不在排队了。")


def _is_full(row: Offer, user: User) -> None:
    if in_line_already(row, user):
        raise ValidationError("已经在排队了，轮到时会告诉您。", code=TAKEN)
    (shown,) = offer_rows(Offer.objects.filter(pk=row.pk))
    if shown.bookable:
        raise ValidationError("现在还有名额，可以直接预约，不用排队。")
    if shown.state_text != Availability.USED_UP.label:
        raise ValidationError(f"这项资源现在是“{shown.state_text}”，不能排队。")
    require_reach(row, user)


def _is_asked(row: Waiting, user: User) -> None:
    _stands(row, user)
    if row.state != WaitingState.ASKED:
        raise ValidationError("还没有轮到，轮到时会告诉您。")


WAIT = Act(
    "wait",
    "约满了，排队等候",
    "排队",
    "已排上队，轮到时会告诉您",
    "exchange.book_offer",
    lambda row, user, form: actions.join_waiting(by=user, **form.wished()),
    WaitForm,
    "有名额空出来时按先后问您要不要，2 个工作日内答复；不会不问就替您约上。",
    no="先不排",
    ready=_is_full,
    lost=lambda row, user, error: in_line_already(row, user) or Lost(error.messages[0]),
    subject=lambda row: None,
)
WAITING_ACTS = (
    Act(
        "take_place",
        "预约空出来的名额",
        "要，预约",
        "已发出预约，等单位答复",
        "exchange.answer_waiting",
        lambda row, user, form: actions.take_place(row, by=user, **form.cleaned_data),
        TakePlaceForm,
        "单位在 2 个工作日内答复，您在“我的需求”里能看到。",
        no="再想想",
        ready=_is_asked,
    ),
    Act(
        "leave_line",
        "不排了？",
        "不排了",
        "已退出排队",
        "exchange.answer_waiting",
        lambda row, user, form: actions.leave_waiting(row, by=user),
        BareForm,
        "退出以后，后面的往前移；以后还想要，要从最后重新排。",
        no="接着排",
        tone="danger-line",
        ready=_stands,
    ),
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def waiting_act(request: Request, pk: int, act: Act) -> HttpResponse:
    """One of ``WAITING_ACTS`` on a place in line."""
    rows = waiting_visible_to(request.user).select_related("offer_item__offer", "organization")
    row = get_object_or_404(rows, pk=pk)
    back = reverse("exchange.mine") if act.name == "take_place" else _offer(row)  # as after every booking
    return run(request, act, row, page=_page_of_offer, back=back)


def _page_of_offer(
    request: Request, row: Any, opened: Opened | None = None, status: int = 200
) -> HttpResponse:
    return offer_page(request, fetch_offer(request, row.offer_item.offer_id), opened, status)


def _offer(row: Waiting) -> str:
    return reverse("exchange.offer", args=[row.offer_item.offer_id])
