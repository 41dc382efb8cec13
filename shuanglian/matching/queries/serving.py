"""The other direction: which open needs an offer, or the offers of a unit, could serve.

A need is named here exactly when the offer is among what is suggested for it, so both pages say the same.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from shuanglian.core.clock import today
from shuanglian.exchange.choices import LIVE, MatchOrigin, MatchState, OfferState, Source
from shuanglian.exchange.models import Commitment, Match, Need, Offer
from shuanglian.exchange.queries import Line, bookable_on, claimable_by, need_lines, words
from shuanglian.exchange.queries.similar import pairs
from shuanglian.matching.choices import fit_tone, fit_word
from shuanglian.matching.engine.index import Index
from shuanglian.matching.engine.reading import NeedReading
from shuanglian.matching.queries import standing
from shuanglian.matching.queries.candidates import Candidate, judged
from shuanglian.matching.queries.records import areas_above, record_of_need
from shuanglian.matching.queries.suggestion import LEAST_FIT, SHOWN

SCANNED = 1000  # newest open needs whose words are compared
CANDIDATES = 60  # of them asked of the engine
SERVED = 6  # shown


@dataclass(frozen=True, slots=True)
class Served:
    """An open need that one of the offers could serve, with how well."""

    need: Need
    offer: Offer
    words: str
    tone: str
    open_text: str
    item: int  # the line of the offer that counts as the need does, else its first; 0 for none


def needs_for(user: Any, offers: Collection[Offer], most: int = SERVED) -> list[Served] | None:
    """Open needs the user may see for which one of ``offers`` is suggested, best first; None while there is no index."""
    by_id = {str(offer.pk): offer for offer in _usable(offers)}
    if not by_id:
        return []
    needs, open_text = _candidates(user, list(by_id.values()))
    answer = standing.here.use(lambda index: (index.by_words_only, _ranked(index, needs, by_id)))
    if answer is None:
        return None
    by_words, found = answer
    said_no = _said_no(found)
    rows = [(need, offer_id, fit) for need, offer_id, fit in found if (need.pk, int(offer_id)) not in said_no]
    rows.sort(key=lambda row: (-row[2], -row[0].pk))
    return [
        Served(
            need,
            by_id[offer_id],
            "" if by_words else fit_word(fit),
            fit_tone(fit),
            open_text[need.pk],
            _item(by_id[offer_id], need),
        )
        for need, offer_id, fit in rows[:most]
    ]


def offers_of_units(unit_ids: Collection[int]) -> QuerySet[Offer]:
    """What units share now."""
    return Offer.objects.filter(unit_id__in=unit_ids, state=OfferState.PUBLISHED).select_related("unit")


def _usable(offers: Collection[Offer]) -> QuerySet[Offer]:
    rows = bookable_on(Offer.objects.filter(pk__in=[offer.pk for offer in offers]), today())
    return rows.select_related("unit").prefetch_related("divisions", "items")


def _item(offer: Offer, need: Need) -> int:
    measures = {line.measure for line in need.items.all()}
    items = list(offer.items.all())
    return next((item.pk for item in items if item.measure in measures), items[0].pk if items else 0)


def _candidates(user: Any, offers: Sequence[Offer]) -> tuple[list[Need], dict[int, str]]:
    """Needs with something nobody promised, those nearest to the offers in category and words; and what is open."""
    units = {offer.unit_id for offer in offers}
    held = Commitment.objects.filter(need=OuterRef("pk"), unit_id__in=units, state__in=LIVE)
    rows = claimable_by(user).filter(~Exists(held)).exclude(source=Source.OFFER)
    newest = rows.order_by(F("opened_at").desc(nulls_last=True), "-pk")[:SCANNED]
    said = frozenset[str]().union(*(pairs(f"{offer.title} {offer.detail}") for offer in offers))
    categories = {offer.category for offer in offers}
    near = [
        (need.category in categories, len(said & pairs(f"{need.title} {need.detail}")), need.pk)
        for need in newest
    ]
    ids = [pk for same, shared, pk in sorted(near, reverse=True) if same or shared]
    open_text = {pk: open_words(lines) for pk, lines in need_lines(ids[: 3 * CANDIDATES]).items()}
    chosen = [pk for pk in ids[: 3 * CANDIDATES] if open_text[pk]][:CANDIDATES]
    full = Need.objects.filter(pk__in=chosen).select_related("organization", "division")
    return list(full.prefetch_related("items")), open_text


def open_words(lines: Iterable[Line]) -> str:
    """What nobody promised yet of each line: 2 次、5 人."""
    return "、".join(f"{words(line.open)} {line.item.measure}" for line in lines if line.open > 0)


def _ranked(index: Index, needs: Sequence[Need], offers: Collection[str]) -> list[tuple[Need, str, float]]:
    found = []
    for need, reading in zip(needs, index.read([record_of_need(need) for need in needs]), strict=True):
        one = next((one for one in _proposed(index, reading) if one.offer.id in offers), None)
        if one is not None:
            found.append((need, one.offer.id, one.fit))
    return found


def _proposed(index: Index, reading: NeedReading) -> list[Candidate]:
    """What is proposed for a need: of the county, or where it has nothing of the city, or else of the province."""
    for area in ("", *areas_above(reading.need.county)):
        ranked = judged(index, reading, area)
        fitting = [one for one in ranked.best(SHOWN) if one.fit >= LEAST_FIT or index.by_words_only]
        if ranked.sure and fitting:
            return fitting
    return []


def _said_no(found: Sequence[tuple[Need, str, float]]) -> set[tuple[int, int]]:
    rows = Match.objects.filter(
        need_item__need__in=[need.pk for need, *_ in found],
        origin=MatchOrigin.SYSTEM,
        state=MatchState.DECLINED,
        offer_item__isnull=False,
    )
    return set(rows.values_list("need_item__need_id", "offer_item__offer_id"))
