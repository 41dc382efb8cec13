"""The pages that say what went wrong; named in the settings and the address table."""

import logging
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense."""
    return render(request, "errors/bad_request.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this account may not do that."""
    return render(request, "errors/forbidden.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: absent, or hidden from this account, which must look the same."""
    return render(request, "errors/not_found.html", status=404)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the cross-site guard: nearly always a page that was left open too long."""
    return render(request, "errors/stale_form.html", status=403)


def fault(request: HttpRequest) -> HttpResponse:
    """500, with the number that stands in the log. Rendered without the request: the database may be down."""
    number = getattr(request, "fault", "")
    if not number:
        number = secrets.token_hex(2).upper()
        log.error("fault %s at %s", number, request.path)
    context = {"number": number, "office": settings.SHUANGLIAN_OFFICE}
    return HttpResponse(render_to_string("errors/fault.html", context), status=500)
