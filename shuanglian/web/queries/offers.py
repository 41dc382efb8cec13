"""Short lists of offers that can be booked today, each with what is left of it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from shuanglian.core.clock import today
from shuanglian.core.dictionary import names
from shuanglian.core.render import qty
from shuanglian.exchange.choices import Period
from shuanglian.exchange.models import Offer, OfferItem
from shuanglian.exchange.queries import bookable_on, offers_visible_to, remaining

LOOKED_AT = 20  # newest offers whose capacity is worked out

_PERIODS: dict[str, str] = {
    Period.TOTAL: "",
    Period.YEAR: "本年",
    Period.QUARTER: "本季",
    Period.MONTH: "本月",
}


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer in a short list."""

    title: str
    href: str
    unit: str
    category: str
    left: str


def open_offers(user: Any) -> QuerySet[Offer]:
    """Offers that somebody may see and that can be booked today."""
    return bookable_on(offers_visible_to(user), today())


def serving(offers: QuerySet[Offer], towns: Any) -> QuerySet[Offer]:
    """Those of ``offers`` that serve one of the townships, or all of them."""
    served = Offer.divisions.through._default_manager.filter(offer_id=OuterRef("pk"))
    return offers.filter(~Exists(served) | Exists(served.filter(division_id__in=towns)))


def newest_offers(offers: QuerySet[Offer], most: int) -> list[OfferLine]:
    """The newest of ``offers`` with something left; two queries whatever their number."""
    newest = offers.order_by("-published_at", "-pk").values("pk")[:LOOKED_AT]
    lines = OfferItem.objects.filter(offer__in=newest, position=1).select_related("offer__unit")
    items = list(lines.order_by("-offer__published_at", "-offer_id"))
    left = remaining(items, today())
    return [_line(item, left[item.pk]) for item in items if left[item.pk] > 0][:most]


def _line(item: OfferItem, left: Decimal) -> OfferLine:
    offer = item.offer
    return OfferLine(
        title=str(offer),
        href=reverse("exchange.offer", args=(offer.pk,)),
        unit=offer.unit.short_name or offer.unit.name,
        category=names("need_category").get(offer.category, ""),
        left=f"{_PERIODS[offer.period]}还能约 {qty(left)} {item.measure}",
    )
