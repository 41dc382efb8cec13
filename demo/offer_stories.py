"""How offers and their bookings went, in the manner of ``need_stories``."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from demo import words
from demo.bookings import Booked
from demo.cast import Cast
from demo.days import Pace
from demo.need_steps import Step
from demo.offers import Shared
from shuanglian.accounts.models import User
from shuanglian.exchange import actions
from shuanglian.exchange.choices import Satisfaction, Verdict
from shuanglian.exchange.models import Commitment, Offer

Ahead = tuple[int, int]


@dataclass
class Listing:
    """One offer on its way to the list."""

    cast: Cast
    shared: Shared
    pace: Pace
    chance: Random

    @property
    def handler(self) -> User:
        return self.cast.handler(self.shared.unit)


@dataclass
class Visit:
    """One booking on its way."""

    cast: Cast
    booked: Booked
    organization: str
    pace: Pace
    chance: Random

    @property
    def asker(self) -> User:
        return self.cast.askers[self.organization]

    def handler(self, commitment: Commitment) -> User:
        return self.cast.handler(commitment.unit.name)


# ---- offers ----


def _written(listing: Listing) -> dict[str, Any]:
    town = listing.shared.division
    return listing.shared.fields(listing.cast.days) | {
        "divisions": [listing.cast.divisions[town]] if town else [],
        "contact_name": listing.handler.name,
        "contact_phone": listing.handler.mobile,
    }


def drafted(listing: Listing) -> Step[Offer]:
    yield listing.pace.moment
    unit = listing.cast.units[listing.shared.unit]
    return _kept(listing, actions.save_offer(unit, by=listing.handler, **_written(listing)))


def posted(listing: Listing) -> Step[Offer]:
    yield listing.pace.moment
    unit = listing.cast.units[listing.shared.unit]
    return _kept(listing, actions.post_offer(unit, by=listing.handler, **_written(listing)))


def published(listing: Listing) -> Step[Offer]:
    offer = yield from posted(listing)
    yield listing.pace.later(0, 1)
    return _kept(listing, actions.publish_offer(offer, by=listing.cast.staff(listing.chance)))


def returned(listing: Listing) -> Step[Offer]:
    offer = yield from posted(listing)
    yield listing.pace.later(0, 1)
    by = listing.cast.staff(listing.chance)
    return _kept(listing, actions.return_offer(offer, by=by, note=listing.shared.words))


def resubmitted(listing: Listing) -> Step[Offer]:
    offer = yield from returned(listing)
    yield listing.pace.later(0, 1)
    offer = actions.submit_offer(offer, by=listing.handler)
    yield listing.pace.soon()
    return _kept(listing, actions.publish_offer(offer, by=listing.cast.staff(listing.chance)))


def taken_down(listing: Listing) -> Step[Offer]:
    offer = yield from published(listing)
    yield listing.pace.later(60, 70)
    return _kept(listing, actions.withdraw_offer(offer, by=listing.handler, note=listing.shared.words))


def restored(listing: Listing) -> Step[Offer]:
    """Down for a fortnight, then on the list again."""
    offer = yield from published(listing)
    yield listing.pace.later(30, 40)
    offer = actions.withdraw_offer(offer, by=listing.handler)
    yield listing.pace.later(8, 12)
    offer = actions.submit_offer(offer, by=listing.handler)
    yield listing.pace.soon()
    return _kept(listing, actions.publish_offer(offer, by=listing.cast.staff(listing.chance)))


def paused(listing: Listing) -> Step[Offer]:
    offer = yield from published(listing)
    yield listing.pace.until(-listing.chance.randint(5, 20))
    return _kept(listing, actions.pause_offer(offer, by=listing.handler, note=listing.shared.words))


def renewed(listing: Listing) -> Step[Offer]:
    offer = yield from published(listing)
    yield listing.pace.until(-listing.chance.randint(5, 20))
    until = listing.cast.days.month_end(12)
    return _kept(listing, actions.renew_offer(offer, by=listing.handler, valid_until=until))


OFFER_STORIES: dict[str, tuple[int, int, Callable[[Listing], Step[Offer]]]] = {
    "published": (128, 122, published),
    "resubmitted": (128, 124, resubmitted),
    "withdrawn": (128, 124, taken_down),
    "restored": (128, 124, restored),
    "paused": (128, 124, paused),
    "renewed": (128, 124, renewed),
    "draft": (6, 2, drafted),
    "submitted": (2, 1, posted),
    "submitted_late": (7, 5, posted),
    "returned": (9, 5, returned),
}


def _kept(listing: Listing, offer: Offer) -> Offer:
    listing.cast.offers[listing.shared.key] = offer
    return offer


# ---- bookings ----


def requested(visit: Visit, ahead: Ahead = (8, 14)) -> Step[Commitment]:
    """The organisation asks for a quantity on a day so many working days ahead."""
    yield visit.pace.moment
    offer = Offer.objects.get(pk=visit.cast.offers[visit.booked.offer].pk)
    wanted = visit.pace.day + offer.lead_days + visit.chance.randint(*ahead)
    return actions.book_offer(
        offer,
        by=visit.asker,
        organization=visit.cast.organizations[visit.organization],
        quantity=visit.booked.quantity,
        wanted_on=_day(visit, wanted),
        words=visit.booked.words,
        contact_name=visit.asker.name,
        contact_phone=visit.asker.mobile,
    )


def accepted(visit: Visit) -> Step[Commitment]:
    commitment = yield from requested(visit)
    yield visit.pace.later(1, 2)
    return actions.accept_booking(commitment, by=visit.handler(commitment))


def progressing(visit: Visit) -> Step[Commitment]:
    commitment = yield from accepted(visit)
    yield visit.pace.later(1, 2)
    category = commitment.need.category
    body = words.progress(category, 0, visit.chance)
    actions.note_progress(commitment, by=visit.handler(commitment), body=body)
    return commitment


def delivered(visit: Visit) -> Step[Commitment]:
    commitment = yield from progressing(visit)
    yield visit.pace.later(2, 4)
    note = words.result(commitment.need.category, visit.chance)
    actions.record_delivery(commitment, by=visit.handler(commitment), note=note)
    return commitment


def used(visit: Visit) -> Step[Commitment]:
    commitment = yield from delivered(visit)
    yield visit.pace.later(0, 2)
    delivery = commitment.deliveries.get()
    actions.confirm_delivery(delivery, by=visit.asker, verdict=Verdict.SOLVED)
    yield visit.pace.soon()
    commitment.refresh_from_db()
    said = visit.chance.choice(words.SAID[Satisfaction.SATISFIED])
    actions.give_feedback(commitment, by=visit.asker, satisfaction=Satisfaction.SATISFIED, words=said)
    return commitment


def declined(visit: Visit) -> Step[Commitment]:
    commitment = yield from requested(visit)
    yield visit.pace.later(1, 2)
    by = visit.handler(commitment)
    return actions.decline_booking(commitment, by=by, note=visit.booked.reason)


def cancelled(visit: Visit) -> Step[Commitment]:
    """The organisation takes its booking back after the unit agreed."""
    commitment = yield from accepted(visit)
    yield visit.pace.later(1, 2)
    actions.withdraw_need(commitment.need, by=visit.asker, note=visit.booked.reason)
    return commitment


def released(visit: Visit) -> Step[Commitment]:
    """The unit cannot keep what it agreed to."""
    commitment = yield from accepted(visit)
    yield visit.pace.later(1, 3)
    by = visit.handler(commitment)
    return actions.withdraw_commitment(commitment, by=by, note=visit.booked.reason)


def waiting(visit: Visit) -> Step[None]:
    """Nothing is left: the organisation waits in line."""
    yield visit.pace.moment
    (item,) = visit.cast.offers[visit.booked.offer].items.all()
    organization = visit.cast.organizations[visit.organization]
    quantity, said = visit.booked.quantity, visit.booked.words
    actions.join_waiting(item, by=visit.asker, organization=organization, quantity=quantity, words=said)


BOOKING_STORIES: dict[str, tuple[int, int, Callable[[Visit], Step[Any]]]] = {
    "requested": (2, 1, requested),
    "requested_late": (6, 4, requested),
    "waiting": (2, 1, waiting),
    "accepted": (7, 4, accepted),
    "progressing": (9, 6, progressing),
    "delivered": (13, 10, delivered),
    "used": (75, 20, used),
    "declined": (60, 10, declined),
    "cancelled": (50, 12, cancelled),
    "released": (20, 12, released),
}


def _day(visit: Visit, n: int) -> dt.date:
    return visit.cast.days.day(n)
