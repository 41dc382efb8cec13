"""Locks in one order for everybody: need, unit, offer items by id, commitments by id (docs/adr/0004)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from shuanglian.core.clock import now
from shuanglian.directory.models import PartnerUnit
from shuanglian.exchange.models import Commitment, Need, OfferItem

SECOND_PRESS = dt.timedelta(minutes=2)


def just_now() -> dt.datetime:
    """Since when the same act with the same words is a second press of one button; ask under the lock."""
    return now() - SECOND_PRESS


def lock_need(need: Need, *, among: QuerySet[Need] | None = None) -> Need:
    """The need as it is now, locked until the transaction ends.

    Raises:
        Need.DoesNotExist: a draft that was thrown away meanwhile, or not one of ``among``.
    """
    rows = Need.objects.all() if among is None else among
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=need.pk)


def lock_needs(*needs: Need) -> list[Need]:
    """Several needs as they are now, locked in the order of their ids, returned in the order given.

    Raises:
        Need.DoesNotExist: one of them was thrown away meanwhile.
    """
    found = {need.pk: lock_need(need) for need in sorted(needs, key=lambda need: need.pk)}
    return [found[need.pk] for need in needs]


def lock_unit(unit_id: int) -> PartnerUnit:
    """The unit as it is now, locked: its monthly ceiling is counted under this lock."""
    return PartnerUnit.objects.select_for_update(no_key=True).get(pk=unit_id)


def lock_offer_items(ids: Iterable[int]) -> list[OfferItem]:
    """Offer items with their offers, locked in the order of their ids."""
    rows = OfferItem.objects.filter(pk__in=list(ids)).order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)).select_related("offer"))


def lock_commitment(commitment: Commitment) -> Commitment:
    """The commitment as it is now, after its need has been locked."""
    row = Commitment.objects.select_for_update(no_key=True, of=("self",))
    return row.select_related("need", "need_item", "unit", "offer_item__offer").get(pk=commitment.pk)
