"""Every request acts as somebody: the role chosen in the session, and an end to sessions left alone.

Who has a first password, or an administrator's password older than ninety days, changes it before anything else; an
administrator whose second factor was switched off sets one up.
A session ends after thirty idle minutes, an administrator's after fifteen (handbook 3.8). Who comes back later is sent
to the sign-in page with a sentence and with the way back; what was half typed the browser has kept.
"""

import datetime as dt
import logging
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from shuanglian.accounts import passwords
from shuanglian.accounts.choices import ADMINISTRATORS
from shuanglian.accounts.models import User
from shuanglian.accounts.queries import audience_of, has_second_factor
from shuanglian.core.cipher import UnreadableError
from shuanglian.core.clock import now
from shuanglian.core.wording import speaking_to

log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]

ACTING = "acting"  # session key: the assignment chosen, absent for all of them
SEEN = "seen"  # session key: when the session was last renewed, in seconds
RENEW_SECONDS = 60
ADMINISTRATOR_SECONDS = 15 * 60
ADMINISTRATOR_PASSWORD = dt.timedelta(days=passwords.ADMINISTRATOR_DAYS)
WAYS_OUT = ("account_change_password", "account_set_password", "account_logout", "account_reauthenticate")


class ActingRole:
    """Sets ``user.acting`` and whom pages speak to, renews the session once a minute, ends the idle one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with speaking_to(lambda: audience_of(request.user)):
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        ended = _ended(request)
        if not request.user.is_authenticated:
            return _shown_the_door(request, self.get_response(request), ended)
        request.user.act_as(request.session.get(ACTING))
        _renew(request)
        first = _what_comes_first(request.user, request.path)
        return _sent_to(request, first) if first else self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A second factor that this server has no key for is said on a page; everything else goes its way."""
        if not isinstance(exception, UnreadableError):
            return None
        log.error("no key of FACTOR_KEYS opens a second factor")
        return render(request, "mfa/unreadable.html", status=503)


def _ended(request: HttpRequest) -> bool:
    """Whether this browser was signed in and its session is over; an administrator's idle one is ended here."""
    if not request.user.is_authenticated:
        return bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and request.session.is_empty()
    seen = request.session.get(SEEN)
    limit = ADMINISTRATOR_SECONDS if request.user.holds(*ADMINISTRATORS) else settings.SESSION_COOKIE_AGE
    if seen is None or now().timestamp() - seen <= limit:
        return False
    logout(request)
    return True


def _renew(request: HttpRequest) -> None:
    moment = int(now().timestamp())
    if moment - request.session.get(SEEN, 0) >= RENEW_SECONDS:
        request.session[SEEN] = moment


def _what_comes_first(user: User, path: str) -> str:
    """Where this person has to go before anything else; empty when nowhere."""
    if why := _why_change_password(user, path):
        return f"{reverse('account_change_password')}?why={why}"
    if not user.must_have_second_factor or has_second_factor(user):
        return ""
    on_the_way = {reverse(name) for name in ("mfa_activate_totp", *WAYS_OUT)}
    return "" if path in on_the_way else f"{reverse('mfa_activate_totp')}?why=lost"


def _why_change_password(user: User, path: str) -> str:
    """``first`` or ``old`` when this person has to change the password now and is not on the way to it."""
    if path in {reverse(name) for name in WAYS_OUT}:
        return ""
    if user.must_change_password:
        return "first"
    if user.password_set is None or not user.holds(*ADMINISTRATORS):
        return ""
    return "old" if now() - user.password_set > ADMINISTRATOR_PASSWORD else ""


def _shown_the_door(request: HttpRequest, response: HttpResponse, ended: bool) -> HttpResponse:
    """A redirect to the sign-in page learns the sentence to say and a way back that can be read again."""
    door = reverse("account_login")
    parts = urlsplit(response.get("Location", ""))
    if not isinstance(response, HttpResponseRedirect) or parts.path != door or request.path == door:
        return response
    asked = dict(parse_qsl(parts.query))
    if request.method != "GET" or _by_htmx(request):
        asked["next"] = _page_of(request)
    if ended:
        asked["expired"] = "1"
    return _sent_to(request, f"{door}?{urlencode(asked)}" if asked else door)


def _sent_to(request: HttpRequest, target: str) -> HttpResponse:
    """The whole page goes there: a redirect inside a fragment would paint one page into another."""
    return (
        HttpResponse(headers={"HX-Redirect": target}) if _by_htmx(request) else HttpResponseRedirect(target)
    )


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _page_of(request: HttpRequest) -> str:
    """The page a form or fragment was sent from: a form's own address often cannot be opened."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
