"""Suggestions for a need: the offers that fit, the units whose duty it is, and why, from the records.

The engine orders by what texts mean; then the database has the last word on what the reader may see and what can be
booked today with something left. Nothing is assigned by this: a person claims, books or asks.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from shuanglian.core.access import can
from shuanglian.core.clock import today
from shuanglian.core.dictionary import names
from shuanglian.core.render import date_text, qty
from shuanglian.directory.models import PartnerUnit
from shuanglian.directory.queries import units_with_mandate
from shuanglian.exchange.choices import (
    CLAIMABLE,
    MatchOrigin,
    MatchState,
    NeedState,
    OfferState,
    Period,
    Source,
)
from shuanglian.exchange.models import Match, Need, Offer, OfferItem
from shuanglian.exchange.queries import Line, bookable_on, lines_of, offers_visible_to, remaining
from shuanglian.matching.choices import FIT_WORDS, fit_tone, fit_word
from shuanglian.matching.engine import records
from shuanglian.matching.queries import standing
from shuanglian.matching.queries.candidates import Candidate, Candidates, candidates_for
from shuanglian.matching.queries.facts import Reason, Record, month_reason, reasons_of, records_of
from shuanglian.matching.queries.records import area_of, areas_above, record_of_need

SHOWN = 5  # offers
NEAR = 3  # offers folded away
UNITS = 3
POOL, LARGE_POOL = 30, 200  # candidates asked of the engine before the last look
LEAST_FIT = FIT_WORDS[-2][0]  # below this (不太合适) an offer is not proposed, only near
LEAST_CATEGORY = 0.4  # probability from which on another category is proposed: nine of ten are right
BACKED = 0.2  # and from which on a guess by everyday words is kept: with these still nine of ten
ENDING = 30  # days before its end from which on an offer's reason says so
TEXT = {"words": "词语相同", "service": "意思相通"}  # what texts have in common, as pages call it
SPAN = {Period.MONTH: "本月", Period.QUARTER: "本季", Period.YEAR: "今年", Period.TOTAL: "有效期内"}


@dataclass(frozen=True, slots=True)
class _Usable:
    """A candidate after the last look: the line with something left, and how much."""

    candidate: Candidate
    offer: Offer
    item: OfferItem
    left: Decimal


@dataclass(frozen=True, slots=True)
class OfferSuggestion:
    """An offer that may serve the need, and why. ``fit`` is 0 to 1; pages say it in words."""

    offer: Offer
    item: OfferItem
    fit: float
    words: str  # empty where only words were compared: then nothing is said of how well it fits
    tone: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class UnitSuggestion:
    """A unit whose duty it is, none of whose offers is among the suggestions."""

    unit: PartnerUnit
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Everything suggested for a need to one reader. ``sure`` is false where a person should take over."""

    offers: tuple[OfferSuggestion, ...] = ()
    above: tuple[OfferSuggestion, ...] = ()  # of the city, then the province, where the county has nothing
    near: tuple[OfferSuggestion, ...] = ()
    units: tuple[UnitSuggestion, ...] = ()
    declined: tuple[Match, ...] = ()
    sure: bool = False
    confidence: float = 0.0
    category: str = ""  # the code the text speaks for, when it is not the posted one
    by_words_only: bool = False
    is_being_made: bool = False  # by words alone only because the index is not whole yet
    is_ready: bool = True  # false while the index is being made, or cannot be


def shows_suggestions(user: Any, need: Need) -> bool:
    """Whether the page of a need has suggestions for this user: while it waits for review or for promises."""
    open_now = need.state in CLAIMABLE or need.state == NeedState.SUBMITTED
    return open_now and need.source != Source.OFFER and can(user, "matching.view_suggestion", need)


def has_open_line(need: Need) -> bool:
    """Whether there is anything left to suggest for: a need all of which is promised needs nothing more."""
    return need.state == NeedState.SUBMITTED or any(line.open > 0 for line in lines_of(need.pk))


def shows_served(user: Any, offer: Offer) -> bool:
    """Whether the page of an offer has the needs that it could serve for this user."""
    return offer.state == OfferState.PUBLISHED and can(user, "matching.view_served_need", offer)


def suggestions_for(user: Any, need: Need) -> Suggestions:
    """What may serve a need, as this user may see it, best first; about a dozen queries whatever the number.

    Where nothing of the county fits, the city is asked, and the province after it.
    """
    ranked, usable = _ranked(user, need)
    declined = _declined(need)
    if ranked is None:
        return Suggestions(
            units=_units(need, ()),
            declined=declined,
            is_ready=False,
            by_words_only=True,
            is_being_made=standing.here.is_being_made,
        )
    refused = {match.offer_item.offer_id for match in declined if match.offer_item}
    by_words = ranked.by_words
    found, good = _sorted_out(need, ranked, usable, refused)
    return Suggestions(
        offers=tuple(good),
        above=() if good else _above(user, need, refused),
        near=tuple(one for one in found if one not in good)[:NEAR],
        units=_units(need, {one.offer.unit_id for one in good}),
        declined=declined,
        sure=bool(good),
        confidence=ranked.confidence,
        category=other_category(ranked, need.category),
        by_words_only=by_words,
        is_being_made=by_words and (standing.here.is_being_made or not standing.here.by_words_only),
    )


def _sorted_out(
    need: Need, ranked: Candidates, usable: Sequence[_Usable], refused: Collection[int]
) -> tuple[list[OfferSuggestion], list[OfferSuggestion]]:
    """The first offers of one shelf with their reasons, and those of them worth proposing."""
    open_to = [one for one in usable if one.offer.pk not in refused]
    found = _explained(need, ranked, open_to[: SHOWN + NEAR], by_words=ranked.by_words)
    good = [one for one in found if _is_good(one, by_words=ranked.by_words)] if ranked.sure else []
    return found, good[:SHOWN]


def _above(user: Any, need: Need, refused: Collection[int]) -> tuple[OfferSuggestion, ...]:
    """What the city has that fits, or else the province."""
    for area in areas_above(need.county):
        ranked, usable = _ranked(user, need, area)
        if ranked is not None and (good := _sorted_out(need, ranked, usable, refused)[1]):
            return tuple(good)
    return ()


def _is_good(one: OfferSuggestion, *, by_words: bool) -> bool:
    """Fit enough; where only words were compared, with words in common that a person can see."""
    return one.reasons[0].title in TEXT.values() if by_words else one.fit >= LEAST_FIT


def suggestion_of(user: Any, need: Need, offer: Offer) -> OfferSuggestion | None:
    """How one offer fits a need; None when it is not among the candidates."""
    ranked, usable = _ranked(user, need, area_of(offer.unit))
    if ranked is None:
        return None
    chosen = [one for one in usable if one.offer.pk == offer.pk]
    found = _explained(need, ranked, chosen, by_words=ranked.by_words)
    return found[0] if found else None


def category_of(user: Any, text: str, posted: str = "") -> str:
    """The category that a text speaks for, when that is another one than ``posted`` and clear enough; else empty."""
    ranked = candidates_for(records.Need(id="", title=text, county=user.county))
    return "" if ranked is None else other_category(ranked, posted)


def category_read(user: Any, text: str, guess: str = "") -> str | None:
    """The category that a text speaks for, empty when that is not clear; None while only words can be compared.

    ``guess``: what everyday words say. Where the text speaks for it a little, it stands when the text is not clear; when
    the text is clear and speaks for another category, nothing is.
    Never waits for the index: somebody is typing.
    """
    if not text or standing.here.by_words_only:
        return None
    ranked = candidates_for(records.Need(id="", title=text, county=user.county))
    if ranked is None or ranked.by_words:
        return None
    clear = other_category(ranked, "")
    if ranked.categories.get(guess, 0.0) < BACKED:
        return clear
    return guess if clear in ("", guess) else ""


def category_name(code: str) -> str:
    """A category as the dictionary calls it today."""
    return names("need_category").get(code, code)


def other_category(ranked: Candidates, posted: str) -> str:
    """The most probable category of a need, when it is not the posted one; empty when nothing is clear."""
    code, probability = next(iter(ranked.categories.items()), ("", 0.0))
    known = code in names("need_category")
    return code if known and code != posted and probability >= LEAST_CATEGORY else ""


def _ranked(user: Any, need: Need, area: str = "") -> tuple[Candidates | None, list[_Usable]]:
    """The engine's order, and those of its offers that pass the last look; a larger pool when few do."""
    ranked = candidates_for(record_of_need(need), area)
    if ranked is None:
        return None, []
    for pool in (POOL, LARGE_POOL):
        first = ranked.best(pool)
        usable = _usable(user, need, first)
        if len(usable) >= SHOWN + NEAR or len(first) < pool:
            break
    return ranked, usable


def _usable(user: Any, need: Need, first: Sequence[Candidate]) -> list[_Usable]:
    """Those that the reader may see and that can be booked today, serve the township and have something left."""
    rows = bookable_on(offers_visible_to(user), today()).filter(pk__in=[one.offer_id for one in first])
    items = Prefetch("items", OfferItem.objects.select_related("offer"))
    found = rows.select_related("unit__division").prefetch_related(items, "divisions")
    offers = {row.pk: row for row in found if _serves(row, need)}
    left = remaining([item for row in offers.values() for item in row.items.all()], today())
    measures = {line.measure for line in need.items.all()}
    open_items = {pk: _line(row.items.all(), left, measures) for pk, row in offers.items()}
    return [
        _Usable(one, offers[pk], item, left[item.pk])
        for one in first
        if (item := open_items.get(pk := one.offer_id)) is not None
    ]


def _line(
    items: Iterable[OfferItem], left: Mapping[int, Decimal], measures: Collection[str]
) -> OfferItem | None:
    """The line of an offer with something left: one that counts as the need does before the others."""
    some = [item for item in items if left[item.pk] > 0]
    return next((item for item in some if item.measure in measures), some[0] if some else None)


def _serves(offer: Offer, need: Need) -> bool:
    towns = [division.pk for division in offer.divisions.all()]
    return not towns or need.division_id in towns


def _explained(
    need: Need, ranked: Candidates, usable: Sequence[_Usable], *, by_words: bool
) -> list[OfferSuggestion]:
    units = records_of((one.offer.unit for one in usable), need.category)
    requested = sum(line.requested for line in need.items.all())
    short = any(one.left < requested for one in usable)
    lines = [line for line in lines_of(need.pk) if line.open > 0] if short else []
    return [
        OfferSuggestion(
            one.offer,
            one.item,
            one.candidate.fit,
            "" if by_words else fit_word(one.candidate.fit),
            fit_tone(one.candidate.fit),
            (
                *_of_text(ranked, one.candidate),
                *_of_offer(one, need, lines),
                *_of_unit(units[one.offer.unit_id], need, one.offer),
            ),
        )
        for one in usable
    ]


def _of_text(ranked: Candidates, one: Candidate) -> Iterable[Reason]:
    return [Reason("yes", TEXT[why.kind], why.sentence) for why in ranked.why(one) if why.kind in TEXT]


def _of_offer(one: _Usable, need: Need, lines: Sequence[Line]) -> Iterable[Reason]:
    """``lines``: what is open of the need, where anything might be short."""
    offer, item = one.offer, one.item
    if offer.category != need.category:
        called, asked = (names("need_category").get(c, c) for c in (offer.category, need.category))
        yield Reason("half", "类别不同", f"资源属于“{called}”，需求填的是“{asked}”")
    wanted = sum(line.open for line in lines)
    left = f"{SPAN[Period(offer.period)]}还剩 {qty(one.left)} {item.measure}"
    if {line.item.measure for line in lines} == {item.measure} and wanted > one.left:
        asked = "企业要" if all(line.open == line.requested for line in lines) else "还没人认领的有"
        yield Reason("half", "余量不够", f"{left}，{asked} {qty(wanted)} {item.measure}")
    else:
        yield Reason("yes", "有余量", left)
    if not offer.standing and offer.valid_until and (offer.valid_until - today()).days <= ENDING:
        yield Reason("half", "快到期", f"有效期到 {date_text(offer.valid_until)}")


def _of_unit(record: Record, need: Need, offer: Offer) -> Iterable[Reason]:
    """What is recorded of the unit; where it sits matters less than where the offer serves."""
    *reasons, place = reasons_of(record, need)
    towns = [division.name for division in offer.divisions.all()]
    if place.kind != "yes":
        place = Reason("yes", "服务得到", f"服务{'、'.join(towns)}" if towns else "服务全县各乡镇")
    return [*reasons, place, *([month_reason(record)] if record.left == 0 else [])]


def _units(need: Need, without: Iterable[int]) -> tuple[UnitSuggestion, ...]:
    """Units with the category among their duties: the main duty first, then by pinyin, as on the console."""
    rows = units_with_mandate(need.county, need.category).exclude(pk__in=list(without))
    units = list(rows.select_related("division")[:UNITS])
    told = records_of(units, need.category)
    return tuple(
        UnitSuggestion(unit, (*reasons_of(told[unit.pk], need), month_reason(told[unit.pk])))
        for unit in units
    )


def _declined(need: Need) -> tuple[Match, ...]:
    """Suggestions somebody said no to, newest first, with why."""
    rows = Match.objects.filter(
        need_item__need=need, origin=MatchOrigin.SYSTEM, state=MatchState.DECLINED, offer_item__isnull=False
    )
    return tuple(rows.select_related("offer_item__offer", "unit"))
