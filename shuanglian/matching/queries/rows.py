"""Lines of the plan in words: what serves them, what else could, and why not the first choice."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from shuanglian.core.dictionary import names
from shuanglian.core.render import qty
from shuanglian.exchange.models import NeedItem, OfferItem
from shuanglian.matching.choices import Miss, fit_tone, fit_word
from shuanglian.matching.queries.placed import Placed
from shuanglian.matching.queries.plan import OpenLine

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
    is_over: bool

    @property
    def pk(self) -> int:
        return self.placed.line.need_item_id

    @property
    def tone(self) -> str:
        return fit_tone(self.chosen.fit) if self.chosen else ""


def rows_of(lines: Sequence[Placed], over: Container[int] = ()) -> list[Row]:
    """Lines as the table shows them, in the same order; a handful of queries."""
    items = {
        item for line in lines for item in (line.item, line.line.missed, line.line.offer_item_id) if item
    }
    options = _options(lines, items)
    held = {pk for line in lines for pk in line.line.holders}
    titles = dict(NeedItem.objects.filter(pk__in=held).values_list("pk", "need__title"))
    needs = NeedItem.objects.filter(pk__in=[line.line.need_item_id for line in lines])
    found: dict[int, Any] = {
        item.pk: item.need for item in needs.select_related("need__organization", "need__division")
    }
    categories = names("need_category")
    rows = []
    for line in lines:
        choosable = options[line.line.need_item_id]
        chosen = next((one for one in choosable if one.item == line.item), None)
        need = found[line.line.need_item_id]
        rows.append(
            Row(
                line,
                need,
                _what(line.open),
                categories.get(need.category, need.category),
                choosable,
                chosen,
                _note(line, choosable, titles),
                chosen is not None and chosen.unit_id in over,
            )
        )
    return rows


def _options(lines: Sequence[Placed], named: set[int]) -> dict[int, list[Choosable]]:
    """Line → what could serve it, best first, what it has now always among them."""
    wanted = {int(offer) for line in lines for offer, _ in line.line.options[:OFFERED]}
    rows = OfferItem.objects.filter(Q(offer__in=wanted) | Q(pk__in=named)).select_related("offer__unit")
    by_offer: dict[int, list[OfferItem]] = {}
    for row in rows.order_by("offer_id", "position"):
        by_offer.setdefault(row.offer_id, []).append(row)
    by_item = {row.pk: row for found in by_offer.values() for row in found}
    options = {}
    for line in lines:
        fits = {int(offer): fit for offer, fit in line.line.options}
        shown = [offer for offer in fits if offer in by_offer][:OFFERED]
        kept = [by_item[pk] for pk in (line.item, line.line.missed) if pk in by_item]
        items = {item.offer_id: item for item in kept}
        for offer in shown:
            items.setdefault(offer, _fitting(by_offer[offer], line.open.item.measure))
        ordered = sorted(items.values(), key=lambda item: -fits.get(item.offer_id, 0))
        options[line.line.need_item_id] = [_choosable(item, fits.get(item.offer_id, 0)) for item in ordered]
    return options


def _fitting(items: Sequence[OfferItem], measure: str) -> OfferItem:
    return next((item for item in items if item.measure == measure), items[0])


def _choosable(item: OfferItem, fit: float) -> Choosable:
    unit = item.offer.unit
    return Choosable(item.pk, item.offer_id, str(item.offer), str(unit), unit.pk, fit_word(fit), fit)


def _what(line: OpenLine) -> str:
    text = f"{line.item.text}，" if line.several and line.item.text else ""
    return f"{text}{qty(line.quantity)} {line.item.measure}"


def _note(line: Placed, options: Sequence[Choosable], titles: Mapping[int, str]) -> str:
    """Why not the first choice, in a sentence; empty where there is nothing to say."""
    if line.kind or not line.line.miss or line.item is None:
        return ""
    first = next((one for one in options if one.item == line.line.missed), None)
    if first is None:
        return ""
    named = "、".join(f"“{titles[pk]}”" for pk in line.line.holders if pk in titles)
    called = f"第一名 {first.unit}“{first.title}”"
    return _sentence(Miss(line.line.miss), called, named)


def _sentence(miss: Miss, first: str, holders: str) -> str:
    return {
        Miss.BARRED: f"{first}，您选了不再建议",
        Miss.DECLINED: f"{first}，单位谢绝过",
        Miss.FULL: f"{first}，本期已约满",
        Miss.SHORT: f"{first}，剩下的不够这一项要的",
        Miss.MONTH: f"{first}，单位本月已排满",
        Miss.URGENT: f"{first}，先给了更急的{holders}",
        Miss.BETTER: f"{first}，留给{holders}，整体更合适",
    }.get(miss, "")
