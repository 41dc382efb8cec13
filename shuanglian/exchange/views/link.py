"""Linking a need to another one, taking that back, and splitting one off."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from shuanglian.accounts.models import User
from shuanglian.core.access import can
from shuanglian.exchange import actions
from shuanglian.exchange.actions.splitting import require_splittable
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.forms.fields import BareForm
from shuanglian.exchange.forms.link import RelateForm, SplitForm
from shuanglian.exchange.models import Need, NeedLink
from shuanglian.exchange.queries.link import links_visible_to
from shuanglian.exchange.views.act import Act, Opened, Request, run
from shuanglian.exchange.views.need import fetch_need, need_page


def _linkable(row: Need, user: User) -> None:
    if row.state == NeedState.DRAFT:
        raise ValidationError("还没有提交，不能关联。")


def _splittable(row: Need, user: User) -> None:
    require_splittable(row)
    if row.items.count() > 1 and not row.items.filter(commitments=None).exists():
        raise ValidationError("每一行都有单位认领过，不能再分出去。")


LINK_ACTS = (
    Act(
        "relate",
        "关联另一项需求",
        "关联",
        "已关联，两项需求的页面上都看得到",
        "exchange.relate_need",
        lambda row, user, form: actions.relate_needs(row, by=user, other=form.cleaned_data["other"]),
        RelateForm,
        "能看到另一项的人，才看得到这个关联。关联错了可以取消。",
        no="先不关联",
        ready=_linkable,
    ),
    Act(
        "split",
        "从这项里分出一条",
        "分出一条",
        "已分出一条，另立了一项需求",
        "exchange.split_need",
        lambda row, user, form: actions.split_need(row, by=user, **form.cleaned_data),
        SplitForm,
        "提出单位、联系人、公开范围和期望时间照原来的。两项需求互相看得到。",
        no="先不分",
        ready=_splittable,
    ),
)
REMOVE = Act(
    "link_remove",
    "取消这个关联？",
    "取消关联",
    "已取消关联",
    "exchange.relate_need",
    lambda row, user, form: actions.unrelate_needs(row, by=user),
    BareForm,
    "两项需求都还在，只是不再互相指着。以后可以重新关联。",
    no="先不取消",
    tone="danger-line",
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link_remove(request: Request, pk: int) -> HttpResponse:
    """取消关联, from the end that the user may change."""
    rows = links_visible_to(request.user).select_related("need", "other")
    row = get_object_or_404(rows, pk=pk)
    ends = [need for need in (row.need, row.other) if can(request.user, "exchange.relate_need", need)]
    if not ends:
        raise PermissionDenied
    act = replace(REMOVE, subject=lambda link: ends[0])
    return run(request, act, row, page=_page_of_need, back=reverse("exchange.need", args=[ends[0].pk]))


def _page_of_need(
    request: Request, row: NeedLink, opened: Opened | None = None, status: int = 200
) -> HttpResponse:
    return need_page(request, fetch_need(request, row.need_id), opened, status)
