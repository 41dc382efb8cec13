"""What may be asked of the halls. Anything that makes no sense is left out; an address never fails."""

from django.http import QueryDict

from shuanglian.core.asked import page_number
from shuanglian.exchange.queries import counting, hall, shelf

LONGEST = 60  # characters of a search


def need_wish(params: QueryDict) -> hall.Wish:
    """The question in the address of the hall of needs."""
    return hall.Wish(
        q=_text(params.get("q", "")),
        chosen={facet: _values(params.getlist(facet)) for facet in hall.FACETS},
        quick=_known(params.get("quick", ""), hall.QUICK),
        sort=_known(params.get("sort", ""), hall.SORTS) or "new",
        page=_page(params.get("page", "")),
    )


def offer_wish(params: QueryDict) -> shelf.OfferWish:
    """The question in the address of the hall of offers."""
    return shelf.OfferWish(
        q=_text(params.get("q", "")),
        categories=_values(params.getlist("category")),
        quick=_known(params.get("quick", ""), shelf.QUICK),
        sort=_known(params.get("sort", ""), shelf.SORTS) or "new",
        page=_page(params.get("page", "")),
    )


def _text(value: str) -> str:
    return "".join(c for c in value if c.isprintable()).strip()[:LONGEST]


def _values(values: list[str]) -> tuple[str, ...]:
    cleaned = (_text(v)[:12] for v in values[:30])
    return tuple(dict.fromkeys(v for v in cleaned if v))


def _known(value: str, known: dict[str, str]) -> str:
    return value if value in known else ""


def _page(value: str) -> int:
    return min(page_number(value), counting.MOST // hall.PAGE)
