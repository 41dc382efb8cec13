"""Which offers a person may see, and which can be booked today."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from shuanglian.accounts.choices import Role, Scope
from shuanglian.core.clock import today
from shuanglian.directory.models import Organization, PartnerUnit
from shuanglian.exchange.choices import Availability, OfferState, Visibility
from shuanglian.exchange.models import Offer
from shuanglian.exchange.queries.need import COUNTY_WIDE


def offers_visible_to(user: Any) -> QuerySet[Offer]:
    """The committee sees all, a unit its own, everybody signed in what is published to the alliance or publicly."""
    if not user.is_authenticated:
        return public_offers_anywhere()
    offers = Offer.objects.filter(county=user.county)
    mine = Q(state=OfferState.DRAFT, entered_by=user)
    if user.holds(*COUNTY_WIDE):
        return offers.filter(~Q(state=OfferState.DRAFT) | mine)
    seen = mine | Q(state=OfferState.PUBLISHED, visibility__in=(Visibility.PUBLIC, Visibility.ALLIANCE))
    if units := user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER):
        seen |= Q(unit_id__in=units)
    return offers.filter(seen)


def public_offers_anywhere() -> QuerySet[Offer]:
    """What anybody may read without signing in."""
    return Offer.objects.filter(state=OfferState.PUBLISHED, visibility=Visibility.PUBLIC)


def bookable_on(offers: QuerySet[Offer], day: dt.date) -> QuerySet[Offer]:
    """Those of ``offers`` that take new promises on a day: published, open, within their dates."""
    return offers.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(standing=True) | Q(valid_until=None) | Q(valid_until__gte=day),
        state=OfferState.PUBLISHED,
        availability=Availability.OPEN,
    )


def out_of_reach(offer: Offer, organization: Organization) -> str:
    """Why an organisation cannot use an offer: it serves other townships. Empty when it can."""
    towns = list(offer.divisions.order_by("code"))
    if not towns or organization.division_id in {town.pk for town in towns}:
        return ""
    named = "、".join(town.name for town in towns)
    return f"这项资源只服务{named}，{organization}在{organization.division}。可以作为需求提出来。"


def place_of(unit: PartnerUnit) -> str:
    """Where a unit is: its township; the city or the province it belongs to; empty when nobody said."""
    if unit.is_outside:
        return f"{unit.get_level_display()}单位"
    return unit.division.name if unit.division else ""


def a_year_on(offer: Offer) -> dt.date:
    """One year from the present end, or from today when that is over: what 续期一年 means."""
    last = max(offer.valid_until or today(), today())
    return last + dt.timedelta(days=365)


def lapsed(offer: Offer, day: dt.date) -> bool:
    """Whether the offer's validity has ended: it is hidden and takes no new promise; old ones stand."""
    return not offer.standing and offer.valid_until is not None and offer.valid_until < day
