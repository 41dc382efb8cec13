"""意见建议: a box for everybody, signed in or not; whoever is signed in sees the answers here."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from shuanglian.accounts.models import User
from shuanglian.core.actions import send_suggestion
from shuanglian.core.queries import suggestions_of
from shuanglian.web.forms import SuggestionForm

MOST_AN_HOUR = 5
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """Say something about the platform; at most five times an hour from one account or one address.

    An address that a proxy reports counts only as far as proxies are configured (``SHUANGLIAN_PROXIES``).
    """
    user = request.user if isinstance(request.user, User) else None
    form = SuggestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _within_measure(request, user):
            form.add_error(None, "您刚才已经提了几条，请过一小时再提；急事请打 12345。")
        elif _sent(form, user):
            text = "收到了，5 个工作日内答复。" + ("答复会发到您的消息里。" if user else "")
            messages.info(request, text)
            return redirect("web.suggest")
    mine = suggestions_of(user)[:SHOWN] if user else []
    return render(
        request, "web/suggest.html", {"form": form, "mine": mine}, status=422 if form.errors else 200
    )


def _sent(form: SuggestionForm, user: User | None) -> bool:
    county = user.county if user else settings.SHUANGLIAN_COUNTY
    try:
        send_suggestion(by=user, county=county, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _within_measure(request: HttpRequest, user: User | None) -> bool:
    key = f"suggest:{user.pk if user else get_adapter().get_client_ip(request)}"
    cache.add(key, 0, 3600)
    return cache.incr(key) <= MOST_AN_HOUR
