"""What becomes of suggestions: written down when a need opens, declined with a reason, taken up, or left.

They are kept as matches (origin 系统) with their history: what people took and what they declined is the only teacher.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.exchange.actions.locks import lock_need
from shuanglian.exchange.choices import CLAIMABLE, MatchOrigin, MatchState, Source
from shuanglian.exchange.models import Commitment, Match, Need, Offer
from shuanglian.matching.choices import WhyNot
from shuanglian.matching.queries.suggestion import (
    OfferSuggestion,
    has_open_line,
    suggestion_of,
    suggestions_for,
)
from shuanglian.matching.queries.taken import kept_suggestions, still_suggested, suggested_for

MOST_WORDS = 100  # characters beside the reason


@transaction.atomic
def suggest(need: Need, *, by: User) -> list[Match]:
    """Write down what is suggested for an open need, so that it can be told later what became of it."""
    require(by, "matching.keep_suggestion", need)
    if need.source == Source.OFFER or need.state not in CLAIMABLE or not has_open_line(need):
        return []
    found = suggestions_for(by, need)
    need = lock_need(need)
    if need.state not in CLAIMABLE:
        return []
    known = set(kept_suggestions(need).values_list("offer_item__offer_id", flat=True))
    return [_write(need, one, by=by) for one in (*found.offers, *found.above) if one.offer.pk not in known]


@transaction.atomic
def decline_suggestion(need: Need, offer: Offer, *, by: User, why: str, words: str = "") -> Match:
    """这项不合适: with a reason of the list and, for 其他, in words. Said twice it is said once.

    Raises:
        PermissionDenied: neither the office nor one of the two sides.
        ValidationError: no reason, the need is not open, or the offer was taken up already.
    """
    one = suggestion_of(by, need, offer)
    need = lock_need(need)
    match = kept_suggestions(need).filter(offer_item__offer=offer).first() or _made(need, offer, one)
    require(by, "matching.decline_suggestion", match)
    if match.state == MatchState.DECLINED:
        return match
    if need.state not in CLAIMABLE or match.state == MatchState.ACCEPTED:
        raise ValidationError("这项需求已经不在等认领，或者这项资源已经用上了。")
    before = snapshot(match)
    match.state, match.decline_reason = MatchState.DECLINED, _reason(why, words)
    match.save()
    record(match, "decline_suggestion", by=by, before=before, note=match.decline_reason)
    return match


@transaction.atomic
def take_up(commitment: Commitment, *, by: User) -> list[Match]:
    """A unit claimed what it was suggested for, or somebody booked what was suggested to his organisation."""
    require(by, "matching.keep_suggestion")
    return _end(suggested_for(commitment), MatchState.ACCEPTED, "take_up", by=by, note=commitment.number)


@transaction.atomic
def let_lapse(need: Need, *, by: User) -> list[Match]:
    """The need is closed: what was suggested and neither taken up nor declined has lapsed."""
    require(by, "matching.keep_suggestion", need)
    return _end(still_suggested(need), MatchState.LAPSED, "let_lapse", by=by)


def _made(need: Need, offer: Offer, one: OfferSuggestion | None) -> Match:
    """A match of the first line of the need and of the offer; not yet stored."""
    return Match(
        county=need.county,
        need_item=need.items.order_by("position")[0],
        offer_item=one.item if one else offer.items.order_by("position").first(),
        unit=offer.unit,
        fit=_part(one.fit) if one else None,
        reasons=[{"kind": r.kind, "title": r.title, "text": r.text} for r in one.reasons] if one else [],
        origin=MatchOrigin.SYSTEM,
    )


def _write(need: Need, one: OfferSuggestion, *, by: User) -> Match:
    match = _made(need, one.offer, one)
    match.save()
    record(match, "suggest", by=by)
    return match


def _end(rows: QuerySet[Match], state: str, verb: str, *, by: User, note: str = "") -> list[Match]:
    found = list(rows.select_for_update(no_key=True, of=("self",)))
    for match in found:
        before = snapshot(match)
        match.state = state
        match.save(update_fields=["state", "updated"])
        record(match, verb, by=by, before=before, note=note)
    return found


def _part(fit: float) -> Decimal:
    return Decimal(str(round(fit, 4)))


def _reason(why: str, words: str) -> str:
    said = words.strip()[:MOST_WORDS]
    if why not in WhyNot.values:
        raise ValidationError({"why": "请选一个原因"})
    if why == WhyNot.OTHER and not said:
        raise ValidationError({"words": "请写一句是什么原因"})
    label = str(WhyNot(why).label)
    if why == WhyNot.OTHER:
        return said
    return f"{label}：{said}" if said else label
