"""What the views of the shell read from a request."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from shuanglian.accounts.models import User

MOST_PAGES = 10_000


class Request(HttpRequest):
    """A request behind ``login_required``: somebody is signed in."""

    user: User
    htmx: HtmxDetails


def page_number(request: HttpRequest) -> int:
    """The page asked for; nonsense is the first one."""
    text = request.GET.get("page", "")
    return min(max(int(text), 1), MOST_PAGES) if text.isdecimal() and len(text) < 9 else 1
