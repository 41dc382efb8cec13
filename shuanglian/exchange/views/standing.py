"""What the page of an offer adds: who stands in line and where, renewing it with one press, and whom it is for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from shuanglian.accounts.choices import COMMITTEE, Scope
from shuanglian.core.clock import today
from shuanglian.core.render import qty
from shuanglian.exchange.models import Offer
from shuanglian.exchange.queries.asking import organizations_to_ask_for
from shuanglian.exchange.queries.ledger import kept
from shuanglian.exchange.queries.offer import a_year_on, out_of_reach
from shuanglian.exchange.queries.shelf import ENDING_DAYS, OfferDetail
from shuanglian.exchange.queries.waiting import Place, line_of, standing_in
from shuanglian.exchange.views.act import Lost
from shuanglian.exchange.views.card import Button


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place in line of one of the user's organisations, with what he may do about it."""

    place: Place
    buttons: list[Button]


def standing_parts(detail: OfferDetail, user: Any, *, inside: bool) -> dict[str, Any]:
    """The user's own places; for the unit and the committee the whole line, which names the others."""
    if not user.is_authenticated:
        return {"places": [], "line": [], "in_line": 0, "kept": ""}
    line = line_of(detail.offer)
    own = set(user.scope_ids(Scope.ORGANIZATION))
    mine = [PlaceCard(p, place_buttons(p)) for p in line if p.waiting.organization_id in own]
    office = user.holds(*COMMITTEE)
    whole = [PlaceCard(p, place_buttons(p, size=" btn-sm") if office else []) for p in line] if inside else []
    return {"places": mine, "line": whole, "in_line": len(line), "kept": _kept(detail, line)}


def _kept(detail: OfferDetail, line: list[Place]) -> str:
    """How much is kept now for who was asked, in words; empty when nothing is."""
    if not any(place.is_asked for place in line):
        return ""
    amounts = kept([item for item, _ in detail.items], today())
    return "、".join(f"{qty(amounts[i.pk])} {i.measure}" for i, _ in detail.items if amounts[i.pk])


def in_line_already(offer: Offer, user: Any) -> Lost | None:
    """For who would stand in line again: where his organisation stands, and the way out. ``None``: he may.

    Who speaks for several may while one of them does not stand yet; the office stands for anybody.
    """
    if user.holds(*COMMITTEE):
        return None
    own = organizations_to_ask_for(user)
    standing = standing_in(offer, own)
    if not standing or own.exclude(pk__in=standing).exists():
        return None
    asked = set(standing.values_list("pk", flat=True))
    places = [place for place in line_of(offer) if place.waiting.organization_id in asked]
    named = len(places) > 1
    words = [f"{p.waiting.organization if named else ''}{p.words}" for p in places]
    ways = [
        (f"{button.text}{f'（{p.waiting.organization}）' if named else ''}", button.href)
        for p in places
        for button in place_buttons(p)
    ]
    return Lost(f"您已经在排队：{'；'.join(words)}。", ways)


def place_buttons(place: Place, size: str = "") -> list[Button]:
    """Take the place that was offered; leave the line."""
    pk = place.waiting.pk
    words = "不要了" if place.is_asked else "不排了"
    leave = Button(words, reverse("exchange.leave_line", args=[pk]), f"btn-line{size}")
    if not place.is_asked:
        return [leave]
    return [Button("要，预约", reverse("exchange.take_place", args=[pk]), f"btn-primary{size}"), leave]


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
