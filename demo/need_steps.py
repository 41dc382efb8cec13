"""The steps needs take. Each is a generator: it yields the moment at which it wants to happen, then acts.

The teller (``histories``) lets the clock stand at that moment while the step goes on, so that the real actions stamp
the past. What a step made is its return value: ``need = yield from accept(tale, need)``.
"""

import datetime as dt
from collections.abc import Generator
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from demo import words
from demo.cast import Cast
from demo.days import Pace
from demo.needs import Asked
from demo.offers import offer_of
from demo.people import STAFF_OFFICE
from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.directory.models import PartnerUnit
from shuanglian.exchange import actions
from shuanglian.exchange.choices import MessageKind, Mode, OfferState, Satisfaction, Verdict, Visibility
from shuanglian.exchange.models import Commitment, Delivery, Need, OfferItem
from shuanglian.exchange.queries import lines_of

Made = TypeVar("Made")
Step = Generator[dt.datetime, None, Made]
_WEEKS = (14, 21, 30, 45)  # how many days ahead people want a thing done


@dataclass
class Tale:
    """One need on its way."""

    cast: Cast
    asked: Asked
    organization: str
    pace: Pace
    chance: Random

    @property
    def asker(self) -> User:
        """Who speaks for the organisation that asks."""
        return self.cast.askers[self.organization]

    @property
    def staff(self) -> User:
        return self.cast.staff(self.chance)


def fields(tale: Tale, author: User) -> dict[str, Any]:
    """What the form of a need would hand over."""
    asked = tale.asked
    itself = author == tale.asker
    return {
        "category": asked.category or asked.right,
        "title": asked.title,
        "detail": asked.detail,
        "urgency": asked.urgency,
        "visibility": asked.visibility,
        "source": asked.source,
        "raised_by": author if itself else None,
        "contact_name": tale.asker.name,
        "contact_phone": tale.asker.mobile,
        "expected_by": today() + dt.timedelta(days=tale.chance.choice(_WEEKS)),
        "items": [{"text": n.text, "quantity": n.quantity, "measure": n.measure} for n in asked.lines],
    }


def draft(tale: Tale) -> Step[Need]:
    """Written down, not handed in."""
    yield tale.pace.moment
    some = fields(tale, tale.asker) | {"category": tale.asked.category, "expected_by": None}
    return actions.save_draft(tale.cast.organizations[tale.organization], by=tale.asker, **some)


def post(tale: Tale) -> Step[Need]:
    """Handed in."""
    yield tale.pace.moment
    author = tale.cast.enters(tale.asked.source, tale.organization, tale.chance)
    organization = tale.cast.organizations[tale.organization]
    need = actions.post_need(organization, by=author, **fields(tale, author))
    tale.cast.needs[tale.asked.key] = need
    return need


def send_back(tale: Tale, need: Need) -> Step[Need]:
    """Staff ask for more."""
    yield tale.pace.later(0, 1)
    return actions.return_need(need, by=tale.staff, note=tale.asked.words or words.RETURNED)


def accept(tale: Tale, need: Need, most: int = 2) -> Step[Need]:
    """Staff let it in, within ``most`` working days, and mend the category."""
    if tale.asked.added:
        need = yield from send_back(tale, need)
        yield tale.pace.soon()
        need = actions.post_need(need.organization, by=tale.asker, need=need, detail=tale.asked.added)
    yield tale.pace.later(0, most)
    return actions.accept_need(need, by=tale.staff, category=tale.asked.right)


def claim(
    tale: Tale, need: Need, line: int = 0, *, nth: int = 0, quantity: Decimal | None = None, wait: int = 3
) -> Step[Commitment]:
    """The unit with the n-th best offer for a line promises all that is open, or so much; within ``wait`` days."""
    yield tale.pace.later(0 if line or nth else 1, wait)
    key = tale.asked.lines[line].offers[nth]
    unit = tale.cast.units[offer_of(key).unit]
    terms = {"item": need.items.all()[line], "quantity": quantity, "plan": words.plan(tale.asked.right)}
    if tale.asked.visibility == Visibility.STAFF:
        terms |= {"mode": Mode.PROPOSED, "plan": words.PROPOSED}
        return actions.claim(need, by=tale.staff, unit=unit, **terms)
    return actions.claim(need, by=_handler(tale, unit), unit=unit, offer_item=_drawn(tale, key), **terms)


def contact(tale: Tale, commitment: Commitment, *, nth: int = 0, wait: int = 2) -> Step[None]:
    """The unit says how it goes on; the first time this is the first contact."""
    yield tale.pace.later(0 if nth else 1, wait)
    body = words.progress(tale.asked.right, nth, tale.chance)
    actions.note_progress(commitment, by=_handler(tale, commitment.unit), body=body)


def talk(tale: Tale, commitment: Commitment) -> Step[None]:
    """The two sides exchange a line."""
    yield tale.pace.soon()
    n = tale.chance.randrange(len(words.QUESTIONS))
    actions.send_message(commitment.need, by=tale.asker, body=words.QUESTIONS[n])
    yield tale.pace.soon()
    actions.send_message(commitment.need, by=_handler(tale, commitment.unit), body=words.ANSWERS[n])


def report(tale: Tale, commitment: Commitment, *, wait: int = 6, **facts: Any) -> Step[Delivery]:
    """The unit says that it is done, or (``finish=False``) a part of it."""
    yield tale.pace.later(min(2, wait), wait) if wait else tale.pace.soon()
    note = words.result(tale.asked.right, tale.chance)
    return actions.record_delivery(commitment, by=_handler(tale, commitment.unit), note=note, **facts)


def confirm(tale: Tale, delivery: Delivery, verdict: str = Verdict.SOLVED, **said: Any) -> Step[None]:
    """The organisation says whether it was solved."""
    yield tale.pace.later(0, said.pop("wait", 3))
    actions.confirm_delivery(delivery, by=tale.asker, verdict=verdict, **said)


def rate(tale: Tale, commitment: Commitment) -> Step[None]:
    """Both sides say how it was; not everybody does."""
    if tale.chance.random() < 0.75:
        yield tale.pace.soon()
        (how,) = tale.chance.choices(tuple(words.SAID), weights=(14, 4, 2))
        said = tale.chance.choice(words.SAID[how])
        actions.give_feedback(_fresh(commitment), by=tale.asker, satisfaction=how, words=said)
    if tale.chance.random() < 0.4 and commitment.unit.name != STAFF_OFFICE:
        yield tale.pace.soon()
        by = _handler(tale, commitment.unit)
        actions.give_feedback(_fresh(commitment), by=by, satisfaction=Satisfaction.SATISFIED)


def chase(tale: Tale, need: Need) -> Step[None]:
    """Staff keep a note for themselves."""
    yield tale.pace.soon()
    actions.send_message(
        need, by=tale.staff, body=tale.chance.choice(words.CHASED), kind=MessageKind.INTERNAL
    )


def _handler(tale: Tale, unit: PartnerUnit) -> User:
    return tale.cast.handler(unit.name)


def _drawn(tale: Tale, key: str) -> OfferItem | None:
    """The offer's line when the promise can be counted against it: the same measure, or just one."""
    (line, *more) = tale.asked.lines
    offer = tale.cast.offers.get(key)
    if more or offer is None or offer.state != OfferState.PUBLISHED:
        return None
    item = offer.items.get()
    return item if item.measure == line.measure or line.quantity == 1 else None


def open_quantity(need: Need, line: int = 0) -> Decimal:
    """What nobody has promised yet of a line."""
    return lines_of(need.pk)[line].open


def _fresh(commitment: Commitment) -> Commitment:
    return Commitment.objects.select_related("need").get(pk=commitment.pk)
