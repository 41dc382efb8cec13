"""发给单位确认: the units of the plan are asked, line by line. Nothing is assigned: each unit accepts or declines."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.clock import today
from shuanglian.exchange.actions import propose_unit
from shuanglian.exchange.actions.locks import lock_need
from shuanglian.exchange.choices import MatchState
from shuanglian.exchange.models import Match, NeedItem, Offer, OfferItem
from shuanglian.exchange.queries import bookable_on, needs_visible_to

MOST_AT_ONCE = 100


@dataclass(slots=True)
class Sent:
    """What became of the lines that were to be sent: how many went out, which were sent before, which could not be."""

    sent: int = 0
    outside: int = 0  # of the sent ones, to units of the city and the province
    before: int = 0
    refused: list[tuple[NeedItem, OfferItem, str]] = field(default_factory=list)


@transaction.atomic
def send_lines(wanted: Mapping[int, int], *, by: User, words: Mapping[int, str]) -> Sent:
    """Ask the unit of each offer (line → line of the offer), with the ``words`` for that line.

    A line that a unit is being asked for already is left as it is: pressing twice sends once. One that was claimed
    meanwhile, or otherwise cannot be sent, is told with the reason, and the others go out all the same.
    """
    require(by, "exchange.propose_unit")
    items = NeedItem.objects.filter(pk__in=list(wanted), need__in=needs_visible_to(by)).select_related("need")
    rows = OfferItem.objects.filter(pk__in=set(wanted.values()), offer__county=by.county)
    found = {row.pk: row for row in rows.select_related("offer__unit")}
    offers = Offer.objects.filter(pk__in={row.offer_id for row in found.values()})
    bookable = set(bookable_on(offers, today()).values_list("pk", flat=True))
    done = Sent()
    for item in items.order_by("need_id", "position")[:MOST_AT_ONCE]:
        offer_item = found.get(wanted[item.pk])
        if offer_item is None:
            continue
        if offer_item.offer_id in bookable:
            _send(item, offer_item, words.get(item.pk, ""), by, done)
        else:
            done.refused.append((item, offer_item, "这项资源现在不能预约了"))
    return done


def _send(item: NeedItem, offer_item: OfferItem, words: str, by: User, done: Sent) -> None:
    need = lock_need(item.need)
    if Match.objects.filter(need_item=item, state=MatchState.INVITED).exists():
        done.before += 1
        return
    try:
        with transaction.atomic():
            propose_unit(
                need,
                by=by,
                unit=offer_item.offer.unit,
                reason=words,
                item=item,
                offer_item=offer_item,
            )
    except ValidationError as error:
        done.refused.append((item, offer_item, "；".join(error.messages)))
    else:
        done.sent += 1
        done.outside += offer_item.offer.unit.is_outside
