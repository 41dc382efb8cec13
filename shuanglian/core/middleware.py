"""What every answer carries (security headers), and what a refusal looks like (a plain sentence, never a traceback)."""

import logging
import secrets
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)


class SecurityHeaders:
    """The strict content policy of the house on every answer, and no caching of pages that people signed in for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CSP)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if response.get("Content-Type", "").startswith("text/html"):
            response.setdefault("Cache-Control", "no-store, private")
        return response


class PlainSentences:
    """An action's refusal that no form caught becomes a page with its sentences (422), and a crash a number (500)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer refusals; give a crash a short number that stands in the log as well."""
        if isinstance(exception, ValidationError):
            return render(request, "errors/refused.html", {"sentences": exception.messages}, status=422)
        if isinstance(exception, (Http404, PermissionDenied, SuspiciousOperation)):
            return None
        request.fault = secrets.token_hex(2).upper()  # type: ignore[attr-defined]
        log.error("fault %s at %s", request.fault, request.path)  # type: ignore[attr-defined]
        return None
