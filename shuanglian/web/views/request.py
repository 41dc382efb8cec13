"""What the views of the shell read from a request."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from shuanglian.accounts.models import User


class Request(HttpRequest):
    """A request behind ``login_required``: somebody is signed in."""

    user: User
    htmx: HtmxDetails
