"""消息: what somebody was told, morning by morning, and how he wants to be told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuanglian.core.actions import choose_paces, read_all_notices, read_notice
from shuanglian.core.asked import page_number
from shuanglian.core.notify import kinds, notices_of, unread
from shuanglian.core.queries import paces_of, told
from shuanglian.web.forms import PaceForm
from shuanglian.web.views.request import Request

PAGE = 30
MOST = 1000  # older ones are no news any more


@login_required
@require_safe
def notices(request: Request) -> HttpResponse:
    """What one was told so far, the newest day first."""
    total = notices_of(request.user)[:MOST].count()
    last = max(1, -(-total // PAGE))
    page = min(page_number(request.GET.get("page", "")), last)
    context = {
        "days": told(request.user, (page - 1) * PAGE, PAGE),
        "page": page,
        "last": last,
        "new": unread(request.user),
        "kinds": {code: kind.name for code, kind in kinds.items()},
        "active": "notices",
    }
    return render(request, "web/notices.html", context)


@login_required
@require_POST
def notice_read(request: Request, pk: int) -> HttpResponse:
    """Open a notice: it counts as read, and its page opens."""
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    read_notice(notice, by=request.user)
    return redirect(notice.address)


@login_required
@require_POST
def notices_read(request: Request) -> HttpResponse:
    """全部标为已读."""
    count = read_all_notices(by=request.user)
    messages.success(request, f"{count} 条消息已标为已读" if count else "没有未读的消息")
    return redirect("web.notices")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: Request) -> HttpResponse:
    """How one wants to be told of each kind of thing."""
    form = PaceForm(request.POST or None, paces=paces_of(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            choose_paces(form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, "提醒方式已保存")
            return redirect("web.notices")
    status = 422 if form.errors else 200
    return render(request, "web/notice_settings.html", {"form": form, "active": "notices"}, status=status)
