"""How the suggestions fared: figures by category and by reason, each of which opens its records."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shuanglian.core.access import can, require
from shuanglian.matching.queries.fared import (
    STATES,
    WORDS,
    declined_by_reason,
    fared_by_category,
    last_fitted,
)


@login_required
@require_safe
def fared(request: HttpRequest) -> HttpResponse:
    """A line for each category, and the reasons why suggestions were declined."""
    require(request.user, "matching.review_suggestions")
    context = {
        "lines": fared_by_category(request.user),
        "states": STATES,
        "words": WORDS,
        "reasons": declined_by_reason(request.user),
        "fitted": last_fitted(),
        "active": "console" if can(request.user, "exchange.propose_unit") else "fared",
    }
    return render(request, "matching/fared.html", context)
