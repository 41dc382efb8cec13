"""The hall of shared offers, and all that the page of one offer shows. A fixed number of queries for any length."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.urls import reverse

from shuanglian.core.audit import history
from shuanglian.core.clock import today
from shuanglian.core.dictionary import names
from shuanglian.core.models import Entry
from shuanglian.core.render import date_text, qty
from shuanglian.exchange.choices import (
    ICON_OF_CATEGORY,
    ICON_OF_OTHERS,
    Availability,
    CommitmentState,
    OfferState,
    Period,
)
from shuanglian.exchange.models import Commitment, Offer, OfferItem
from shuanglian.exchange.queries.commitment import commitments_visible_to
from shuanglian.exchange.queries.counting import MOST
from shuanglian.exchange.queries.hall import PAGE, Option, summary_of
from shuanglian.exchange.queries.ledger import remaining
from shuanglian.exchange.queries.offer import bookable_on, lapsed, offers_visible_to, place_of

ENDING_DAYS = 30
QUICK = {
    "free": "现在可预约",
    "standing": "长期有效",
    "ending": f"{ENDING_DAYS} 天内到期",
    "review": "待审核",
}
SORTS = {"new": "最新公布", "end": "快到期的在前"}
MOST_TOWNS = 2  # named in a list; more are counted
LISTED = (OfferState.PUBLISHED, OfferState.SUBMITTED, OfferState.RETURNED)


@dataclass(frozen=True, slots=True)
class OfferWish:
    """What somebody asks the hall of offers for."""

    q: str = ""
    categories: tuple[str, ...] = ()
    quick: str = ""
    sort: str = "new"
    page: int = 1

    @property
    def is_narrow(self) -> bool:
        """Whether any condition is set."""
        return bool(self.q or self.quick or self.categories)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as a list shows it."""

    pk: int
    number: str
    title: str
    summary: str
    unit: str
    place: str
    category: str
    category_icon: str
    left_text: str
    until: str
    state_text: str
    state_tone: str
    bookable: bool
    towns: tuple[str, ...] = ()  # the only townships it serves; empty: all of them

    @property
    def href(self) -> str:
        """Where the offer's page is."""
        return reverse("exchange.offer", args=[self.pk])

    @property
    def served(self) -> str:
        """The townships it is for, in few words; empty when it is for the whole county."""
        named = "、".join(self.towns[:MOST_TOWNS])
        return f"{named}等 {len(self.towns)} 个乡镇" if len(self.towns) > MOST_TOWNS else named

    def is_for(self, town: str) -> bool:
        """Whether an organisation of a township may book it; an unknown township is left to the form."""
        return not town or not self.towns or town in self.towns


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of the hall of offers with everything around it."""

    wish: OfferWish
    rows: list[OfferRow]
    total: int
    quick: list[Option]
    categories: list[Option]

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-min(self.total, MOST) // PAGE))


@dataclass(frozen=True, slots=True)
class OfferDetail:
    """One offer with what is left of it and who booked it, as far as the user may see."""

    offer: Offer
    row: OfferRow
    items: list[tuple[OfferItem, Decimal]]  # with what is left today
    bookings: list[Commitment]  # newest first
    used: int  # how often it was promised, ever
    entries: list[Entry]  # oldest first


def shelf_offers(user: Any) -> QuerySet[Offer]:
    """What the hall lists for a user: within its dates; what its own unit keeps back or let lapse is on its own page."""
    valid = Q(standing=True) | Q(valid_until=None) | Q(valid_until__gte=today())
    return offers_visible_to(user).filter(valid, state__in=LISTED)


def shelf(user: Any, wish: OfferWish) -> Shelf:
    """One page of what a user asked for."""
    found = shelf_offers(user).filter(_said(wish.q))
    categories = Q(category__in=wish.categories) if wish.categories else Q()
    narrowed = found.filter(categories, _quick(wish.quick))
    order = (F("valid_until").asc(nulls_last=True), "-pk") if wish.sort == "end" else ("-published_at", "-pk")
    start = (wish.page - 1) * PAGE
    return Shelf(
        wish=wish,
        rows=offer_rows(narrowed.order_by(*order)[start : start + PAGE]),
        total=narrowed.order_by()[: MOST + 1].count(),
        quick=_quick_options(found.filter(categories), wish),
        categories=_category_options(found.filter(_quick(wish.quick)), wish),
    )


def offer_rows(offers: QuerySet[Offer]) -> list[OfferRow]:
    """Offers as rows; four queries whatever their number."""
    lines = Prefetch("items", OfferItem.objects.select_related("offer"))
    found = list(offers.select_related("unit", "unit__division").prefetch_related(lines, "divisions"))
    left = remaining([item for offer in found for item in offer.items.all()], today())
    return [_row(offer, list(offer.items.all()), left) for offer in found]


def offer_detail(offer: Offer, user: Any, *, inside: bool) -> OfferDetail:
    """All about an offer; ``inside`` adds its history (for its unit and the committee)."""
    (row,) = offer_rows(Offer.objects.filter(pk=offer.pk))
    items = list(offer.items.select_related("offer"))
    left = remaining(items, today())
    held = Commitment.objects.filter(offer_item__offer=offer)
    mine = commitments_visible_to(user).filter(offer_item__offer=offer)
    return OfferDetail(
        offer=offer,
        row=row,
        items=[(item, left[item.pk]) for item in items],
        bookings=list(mine.select_related("need__organization", "need_item", "unit").order_by("-pk")[:50]),
        used=held.exclude(state=CommitmentState.WITHDRAWN).count(),
        entries=list(history(offer).order_by("pk")) if inside else [],
    )


def similar_offers(offer: Offer, user: Any, most: int = 3) -> list[OfferRow]:
    """Offers of the same category that can be booked today."""
    rows = bookable_on(offers_visible_to(user), today()).filter(category=offer.category).exclude(pk=offer.pk)
    return [row for row in offer_rows(rows.order_by("-published_at", "-pk")[: most * 2]) if row.bookable][
        :most
    ]


def per_period(offer: Offer) -> str:
    """每月, 每年, or 有效期内: for how long the quantity counts."""
    return str(Period(offer.period).label)


def _said(q: str) -> Q:
    found = Q()
    for word in q.split()[:5]:
        found &= (
            Q(title__icontains=word)
            | Q(detail__icontains=word)
            | Q(number__istartswith=word)
            | Q(unit__name__icontains=word)
            | Q(unit__short_name__icontains=word)
            | Q(unit__initials__startswith=word.lower())
        )
    return found


def _quick(name: str) -> Q:
    day = today()
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    conditions: Mapping[str, Q] = {
        "free": begun & Q(state=OfferState.PUBLISHED, availability=Availability.OPEN),
        "standing": Q(standing=True),
        "ending": Q(standing=False, valid_until__lte=day + dt.timedelta(days=ENDING_DAYS)),
        "review": Q(state=OfferState.SUBMITTED),
    }
    return conditions.get(name, Q())


def _quick_options(offers: QuerySet[Offer], wish: OfferWish) -> list[Option]:
    counts = offers.aggregate(**{f"n_{name}": Count("pk", filter=_quick(name)) for name in QUICK})
    return [
        Option(name, text, counts[f"n_{name}"], wish.quick == name)
        for name, text in QUICK.items()
        if counts[f"n_{name}"] or name != "review" or wish.quick == name
    ]


def _category_options(offers: QuerySet[Offer], wish: OfferWish) -> list[Option]:
    counts = dict(offers.order_by().values_list("category").annotate(n=Count("pk")))
    return [
        Option(code, text, counts.get(code, 0), code in wish.categories)
        for code, text in names("need_category").items()
        if code in counts or code in wish.categories
    ]


def _row(offer: Offer, items: list[OfferItem], left: Mapping[int, Decimal]) -> OfferRow:
    over = lapsed(offer, today())
    any_left = any(left[item.pk] > 0 for item in items)
    text, tone = _state(offer, over=over, any_left=any_left)
    return OfferRow(
        pk=offer.pk,
        number=offer.number,
        title=offer.title,
        summary=summary_of(offer.title, offer.detail),
        unit=offer.unit.short_name or offer.unit.name,
        place=place_of(offer.unit),
        category=names("need_category").get(offer.category, offer.category),
        category_icon=ICON_OF_CATEGORY.get(offer.category, ICON_OF_OTHERS),
        left_text=_left(offer, items, left) if offer.state == OfferState.PUBLISHED and not over else "",
        until="长期有效"
        if offer.standing
        else f"{date_text(offer.valid_until)}前有效"
        if offer.valid_until
        else "",
        state_text=text,
        state_tone=tone,
        bookable=text == Availability.OPEN.label,
        towns=tuple(town.name for town in sorted(offer.divisions.all(), key=lambda town: town.code)),
    )


def _state(offer: Offer, *, over: bool, any_left: bool) -> tuple[str, str]:
    if offer.state != OfferState.PUBLISHED:
        return offer.get_state_display(), "warn" if offer.state == OfferState.SUBMITTED else ""
    if over:
        return "已过有效期", ""
    if offer.availability == Availability.PAUSED:
        return str(Availability.PAUSED.label), ""
    if offer.valid_from and offer.valid_from > today():
        return f"{date_text(offer.valid_from)}起可预约", ""
    if not any_left or offer.availability == Availability.USED_UP:
        return str(Availability.USED_UP.label), ""
    return str(Availability.OPEN.label), "teal"


def _left(offer: Offer, items: Iterable[OfferItem], left: Mapping[int, Decimal]) -> str:
    span = {Period.MONTH: "本月", Period.QUARTER: "本季", Period.YEAR: "今年"}.get(Period(offer.period), "")
    return "、".join(f"{span}还剩 {qty(max(left[i.pk], Decimal(0)))} {i.measure}" for i in items)
