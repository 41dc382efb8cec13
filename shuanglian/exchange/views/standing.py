"""What the page of an offer adds: who stands in line and where, renewing it with one press, and whom it is for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from shuanglian.accounts.choices import COMMITTEE, Scope
from shuanglian.core.clock import today
from shuanglian.exchange.models import Offer
from shuanglian.exchange.queries.asking import organizations_to_ask_for
from shuanglian.exchange.queries.offer import a_year_on, out_of_reach
from shuanglian.exchange.queries.shelf import ENDING_DAYS, OfferDetail
from shuanglian.exchange.queries.waiting import Place, line_of
from shuanglian.exchange.views.card import Button


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place in line of one of the user's organisations, with what he may do about it."""

    place: Place
    buttons: list[Button]


def standing_parts(detail: OfferDetail, user: Any, *, inside: bool) -> dict[str, Any]:
    """The user's own places; for the unit and the committee the whole line, which names the others."""
    if not user.is_authenticated:
        return {"places": [], "line": [], "in_line": 0}
    line = line_of(detail.offer)
    own = set(user.scope_ids(Scope.ORGANIZATION))
    mine = [PlaceCard(p, place_buttons(p)) for p in line if p.waiting.organization_id in own]
    return {"places": mine, "line": line if inside else [], "in_line": len(line)}


def place_buttons(place: Place) -> list[Button]:
    """Take the place that was offered; leave the line."""
    pk = place.waiting.pk
    leave = Button("不要了" if place.is_asked else "不排了", reverse("exchange.leave_line", args=[pk]))
    if not place.is_asked:
        return [leave]
    return [Button("要，预约", reverse("exchange.take_place", args=[pk]), "btn-primary"), leave]


def require_reach(offer: Offer, user: Any) -> None:
    """Say at once that an offer is for other townships, to who speaks for one organisation alone.

    Raises:
        ValidationError: with the reason.
    """
    own = list(organizations_to_ask_for(user)[:2]) if not user.holds(*COMMITTEE) else []
    if len(own) == 1 and (fault := out_of_reach(offer, own[0])):
        raise ValidationError(fault)


def renewals(offer: Offer) -> list[Button]:
    """续期: one press for a year when the end is near; another day by the form."""
    if offer.standing:
        return []
    href = reverse("exchange.offer_renew", args=[offer.pk])
    if offer.valid_until is None or offer.valid_until > today() + dt.timedelta(days=ENDING_DAYS):
        return [Button("续期", href, "btn-line")]
    day = a_year_on(offer)
    return [
        Button("续期一年", href, "btn-line", post=True, name="valid_until", value=day.isoformat()),
        Button("续到别的日期", href, "btn-ghost"),
    ]
