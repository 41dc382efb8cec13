"""The pages of the exchange that are not registers: halls, details, posting, and the small acts on them."""

from django.http import Http404, HttpRequest, HttpResponse


def page(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A page that is being written."""
    raise Http404
