"""The three ledgers of the exchange as rows: L17 needs, L18 offers, L19 promises, for those who keep and check them."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from shuanglian.accounts.choices import Role
from shuanglian.exchange.choices import HOLDING, NeedState, OfferState
from shuanglian.exchange.models import Closure, Commitment, Confirmation, Need, Offer
from shuanglian.exchange.queries.commitment import commitments_visible_to
from shuanglian.exchange.queries.need import COUNTY_WIDE, needs_visible_to
from shuanglian.exchange.queries.offer import offers_visible_to

KEEPERS = (*COUNTY_WIDE, Role.PARTNER_HANDLER, Role.TOWNSHIP)


def ledger_needs(user: Any) -> QuerySet[Need]:
    """Every need handed in that the user may see, with how it ended last."""
    if not user.holds(*KEEPERS):
        return Need.objects.none()
    last = Closure.objects.filter(need=OuterRef("pk"), need__state=NeedState.CLOSED).order_by("-pk")
    rows = needs_visible_to(user).exclude(state=NeedState.DRAFT)
    return rows.annotate(
        closed_on=Subquery(last.values("created")[:1]),
        outcome=Subquery(last.values("outcome")[:1]),
        ending=Subquery(last.values("ending")[:1]),
    )


def ledger_offers(user: Any) -> QuerySet[Offer]:
    """Every offer handed in that the user may see, with how often it was booked or used."""
    if not user.holds(*KEEPERS):
        return Offer.objects.none()
    held = Commitment.objects.filter(offer_item__offer=OuterRef("pk"), state__in=HOLDING).order_by()
    used = held.values("offer_item__offer").annotate(n=Count("pk")).values("n")
    rows = offers_visible_to(user).exclude(state=OfferState.DRAFT)
    return rows.annotate(times=Coalesce(Subquery(used), 0))


def ledger_commitments(user: Any) -> QuerySet[Commitment]:
    """Every promise the user may see, with the receiver's last word."""
    if not user.holds(*KEEPERS):
        return Commitment.objects.none()
    said = Confirmation.objects.filter(Q(delivery__commitment=OuterRef("pk"))).order_by("-pk")
    return commitments_visible_to(user).annotate(
        verdict=Subquery(said.values("verdict")[:1]), confirmer=Subquery(said.values("confirmer")[:1])
    )
