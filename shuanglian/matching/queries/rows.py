"""Lines of the plan in words: what serves them, what else could, and why not the first choice."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from shuanglian.core.clock import today
from shuanglian.core.dictionary import names
from shuanglian.core.render import qty
from shuanglian.directory.choices import UnitLevel
from shuanglian.exchange.models import NeedItem, Offer, OfferItem
from shuanglian.exchange.queries import bookable_on, need_lines
from shuanglian.matching.choices import Miss, fit_tone, fit_word
from shuanglian.matching.models import PlanLine
from shuanglian.matching.queries.placed import Placed

OFFERED = 6  # offers one can choose from in a row


@dataclass(frozen=True, slots=True)
class Choosable:
    """An offer that could serve a line, in words."""

    item: int
    offer: int
    title: str
    unit: str
    unit_id: int
    words: str
    fit: float
    tier: int  # 0 of the county, 1 of the city, 2 of the province
    level: str  # 市级, 省级; empty for the county's


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the table shows it."""

    placed: Placed
    need: Any
    what: str  # the line's own words and quantity
    category: str
    options: list[Choosable]
    chosen: Choosable | None
    note: str
    is_over: bool  # the unit has more than its month allows
    is_gone: bool  # what was chosen cannot be booked any more

    @property
    def pk(self) -> int:
        return self.placed.pk

    @property
    def tone(self) -> str:
        return fit_tone(self.chosen.fit) if self.chosen else ""


def rows_of(lines: Sequence[Placed], over: Container[int] = ()) -> list[Row]:
    """Lines as the table shows them, in the same order; a handful of queries."""
    kept = {row.need_item_id: row for row in PlanLine.objects.filter(need_item__in=[one.pk for one in lines])}
    rows = NeedItem.objects.filter(pk__in=kept).select_related("need__organization", "need__division")
    asked: dict[int, Any] = {item.pk: item for item in rows}
    quantities = _quantities({item.need_id for item in asked.values()})
    options, bookable = _options(lines, kept, asked)
    held = {pk for row in kept.values() for pk in row.holders}
    titles = dict(NeedItem.objects.filter(pk__in=held).values_list("pk", "need__title"))
    categories = names("need_category")
    found = []
    for line in lines:
        need, choosable = asked[line.pk].need, options[line.pk]
        chosen = next((one for one in choosable if one.item == line.item), None)
        found.append(
            Row(
                line,
                need,
                quantities[line.pk],
                categories.get(need.category, need.category),
                choosable,
                chosen,
                _note(line, kept[line.pk], choosable, titles),
                chosen is not None and chosen.unit_id in over,
                chosen is not None and chosen.offer not in bookable,
            )
        )
    return found


def _bookable(offers: set[int]) -> set[int]:
    """Those of the offers that can be booked today."""
    rows = bookable_on(Offer.objects.filter(pk__in=offers), today())
    return set(rows.values_list("pk", flat=True))


def _quantities(needs: set[int]) -> dict[int, str]:
    """Line of a need → what is still open of it, with its own words where the need has several."""
    found = {}
    for lines in need_lines(needs).values():
        for line in lines:
            text = f"{line.item.text}，" if len(lines) > 1 and line.item.text else ""
            found[line.item.pk] = f"{text}{qty(line.open)} {line.item.measure}"
    return found


def _options(
    lines: Sequence[Placed], kept: Mapping[int, PlanLine], asked: Mapping[int, NeedItem]
) -> tuple[dict[int, list[Choosable]], set[int]]:
    """Line → what could serve it, tier by tier, best first, and which of these offers can be booked today.

    What cannot is no choice; only what a line has now, or was to have, stays to be seen.
    """
    wanted = {int(offer) for row in kept.values() for offer, _ in (*row.options[:OFFERED], *row.above)}
    named = {pk for line in lines for pk in (line.item, kept[line.pk].missed, line.suggested) if pk}
    rows = OfferItem.objects.filter(Q(offer__in=wanted) | Q(pk__in=named)).select_related("offer__unit")
    by_offer: dict[int, list[OfferItem]] = {}
    for row in rows.order_by("offer_id", "position"):
        by_offer.setdefault(row.offer_id, []).append(row)
    bookable = _bookable(set(by_offer))
    by_item = {row.pk: row for found in by_offer.values() for row in found}
    options = {}
    for line in lines:
        compared = kept[line.pk]
        pairs = [*compared.options[:OFFERED], *compared.above]
        fits = {int(offer): fit for offer, fit in (*compared.options, *compared.above)}
        shown = [int(offer) for offer, _ in pairs if int(offer) in bookable]
        first = (line.item, compared.missed, line.suggested)
        items = {by_item[pk].offer_id: by_item[pk] for pk in reversed(first) if pk in by_item}
        for offer in shown:
            items.setdefault(offer, _fitting(by_offer[offer], asked[line.pk].measure))
        found = [_choosable(item, fits.get(item.offer_id, 0)) for item in items.values()]
        options[line.pk] = sorted(found, key=lambda one: (one.tier, -one.fit))
    return options, bookable


def _fitting(items: Sequence[OfferItem], measure: str) -> OfferItem:
    return next((item for item in items if item.measure == measure), items[0])


def _choosable(item: OfferItem, fit: float) -> Choosable:
    unit = item.offer.unit
    level = UnitLevel(unit.level)
    return Choosable(
        item.pk,
        item.offer_id,
        str(item.offer),
        str(unit),
        unit.pk,
        fit_word(fit),
        fit,
        level.tier,
        str(level.label) if level.tier else "",
    )


def _note(line: Placed, row: PlanLine, options: Sequence[Choosable], titles: Mapping[int, str]) -> str:
    """Why not the first choice, in a sentence; empty where there is nothing to say."""
    first = next((one for one in options if one.item == row.missed), None)
    if line.kind or not line.miss or line.item is None or first is None:
        return ""
    named = "、".join(f"“{titles[pk]}”" for pk in row.holders if pk in titles)
    return _sentence(Miss(line.miss), f"第一名 {first.unit}“{first.title}”", named)


def _sentence(miss: Miss, first: str, holders: str) -> str:
    return {
        Miss.BARRED: f"{first}，您选了不再建议",
        Miss.DECLINED: f"{first}，单位谢绝过",
        Miss.UNFIT: f"{first}，有人说过不合适",
        Miss.FULL: f"{first}，本期已约满",
        Miss.SHORT: f"{first}，剩下的不够这一项要的",
        Miss.MONTH: f"{first}，单位本月已排满",
        Miss.URGENT: f"{first}，先给了更急的{holders}",
        Miss.BETTER: f"{first}，留给{holders}，整体更合适",
    }.get(miss, "")
