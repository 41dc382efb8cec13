"""What the views of matching read from a request."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from shuanglian.accounts.models import User


class Request(HttpRequest):
    """A request behind ``login_required``: somebody is signed in."""

    user: User
    htmx: HtmxDetails


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part of the page; when it restores history it needs the whole."""
    return bool(request.htmx) and not request.htmx.history_restore_request
