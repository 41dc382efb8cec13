"""What the views of matching read from a request."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from shuanglian.accounts.models import User

MOST_PAGES = 10_000


class Request(HttpRequest):
    """A request behind ``login_required``: somebody is signed in."""

    user: User
    htmx: HtmxDetails


def page_number(wish: Mapping[str, Any]) -> int:
    """The page asked for; nonsense is the first one."""
    text = str(wish.get("page", ""))
    return min(max(int(text), 1), MOST_PAGES) if text.isdecimal() and len(text) < 9 else 1


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part of the page; when it restores history it needs the whole."""
    return bool(request.htmx) and not request.htmx.history_restore_request
