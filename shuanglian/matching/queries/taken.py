"""Suggestions that were written down, and which of them a promise takes up or the end of a need leaves over."""

from django.db.models import QuerySet

from shuanglian.exchange.choices import MatchOrigin, MatchState, Source
from shuanglian.exchange.models import Commitment, Match, Need


def kept_suggestions(need: Need) -> QuerySet[Match]:
    """All that was ever suggested for a need and written down."""
    rows = Match.objects.filter(need_item__need=need, origin=MatchOrigin.SYSTEM, offer_item__isnull=False)
    return rows.select_related("need_item__need", "unit")


def still_suggested(need: Need) -> QuerySet[Match]:
    """Those neither taken up nor declined."""
    return kept_suggestions(need).filter(state=MatchState.SUGGESTED).order_by("pk")


def suggested_for(commitment: Commitment) -> QuerySet[Match]:
    """Those that a promise takes up: of its unit for the need (by the offer it names), or of the offer it books."""
    rows = Match.objects.filter(
        origin=MatchOrigin.SYSTEM, state=MatchState.SUGGESTED, unit=commitment.unit_id
    )
    if commitment.need.source == Source.OFFER:
        asker = commitment.need.organization_id
        rows = rows.filter(offer_item=commitment.offer_item_id, need_item__need__organization=asker)
    else:
        rows = rows.filter(need_item__need=commitment.need_id)
        if commitment.offer_item_id:
            rows = rows.filter(offer_item=commitment.offer_item_id)
    return rows.select_related("need_item__need", "unit").order_by("pk")
