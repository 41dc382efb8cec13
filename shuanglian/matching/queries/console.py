"""撮合台: the plan as staff see it, with what changed since it was made, what needs a person, and what units have left.

The plan is kept; whether its lines are still open is asked anew each time, so a need that was claimed meanwhile is not
shown, and the page says how many such there are. Decisions count at once; the rest of the plan follows when it is worked
out again.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shuanglian.core.clock import now, today
from shuanglian.core.dictionary import names
from shuanglian.directory.models import Mandate, PartnerUnit
from shuanglian.directory.queries import in_alliance
from shuanglian.exchange.models import OfferItem
from shuanglian.matching import engine
from shuanglian.matching.choices import FIT_WORDS, ChoiceKind, Miss
from shuanglian.matching.models import Plan, PlanChoice, PlanLine
from shuanglian.matching.queries.placed import SHOW, Placed, is_shown, plan_standing
from shuanglian.matching.queries.plan import ceilings, plans_visible_to
from shuanglian.matching.queries.rows import Row, rows_of
from shuanglian.matching.queries.unclaimed import counts_of

PAGE = 50
SHOWN = 5  # exceptions on the console itself
ABOVE = 20  # lines shown apart that go to the city and the province
GREAT = FIT_WORDS[0][0]


@dataclass(frozen=True, slots=True)
class Stuck:
    """A line nothing can be suggested for: why, and what a person can do."""

    pk: int
    need: Any
    category: str
    why: str
    nearest: int  # how many offers come nearest
    units: list[PartnerUnit]  # whose main duty it is


@dataclass(frozen=True, slots=True)
class UnitRoom:
    """What a unit can still take on this month, and how much of it the plan uses."""

    unit: PartnerUnit
    most: int | None
    used: int

    @property
    def over(self) -> int:
        return max(self.used - self.most, 0) if self.most is not None else 0

    @property
    def is_idle(self) -> bool:
        """Whether the plan uses nothing of it although there is room."""
        return not self.used and self.most != 0

    @property
    def dots(self) -> list[str]:
        """One sign a place, for ten at most: used, above the ceiling, or free; none where there is no ceiling."""
        most = self.most
        if most is None:
            return []
        signs = [
            "on" if n < min(self.used, most) else "over" if n < self.used else ""
            for n in range(max(most, self.used))
        ]
        return signs if len(signs) <= 10 else []


@dataclass(frozen=True, slots=True)
class Figures:
    """The bar above the plan."""

    lines: int
    planned: int
    stuck: int
    great: int
    changed: int
    above: int  # planned with offers of the city or the province


@dataclass(frozen=True, slots=True)
class Console:
    """One page of the console."""

    plan: Plan | None
    figures: Figures
    show: str
    counts: dict[str, int]
    rows: list[Row]
    above: list[Row]  # on the first page: what the county cannot serve, and what the city or the province has
    total: int
    page: int
    stuck: list[Stuck]
    tried: dict[str, int]  # needs nobody claimed, by what was tried
    rooms: list[UnitRoom]
    gone: int  # lines that left since the plan was made
    news: int  # lines that came since
    coarse: int  # lines still to be compared by what they mean
    unit: PartnerUnit | None = None

    @property
    def is_by_turn(self) -> bool:
        """Whether plans go first come, first served, as nothing can work them out together."""
        return not engine.kernels.COMPILED

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def age(self) -> str:
        """How long ago the plan was worked out."""
        minutes = (
            int((now() - self.plan.made_at).total_seconds() // 60) if self.plan and self.plan.made_at else 0
        )
        if minutes < 60:
            return f"{minutes} 分钟前" if minutes else "刚刚"
        return f"{minutes // 60} 小时前" if minutes < 24 * 60 else f"{minutes // (24 * 60)} 天前"

    @property
    def over(self) -> list[UnitRoom]:
        return [room for room in self.rooms if room.over]

    @property
    def gain(self) -> str:
        """What planning together brings against first come, first served, in words."""
        plan = self.plan
        if plan is None or not plan.first_total:
            return ""
        more, share = plan.planned - plan.first_planned, plan.total / plan.first_total - 1
        told = f"多安排 {more} 项，" if more > 0 else ""
        percent = f"{share:.0%}" if share >= 0.01 else "不到 1%"
        return f"{told}合适程度高 {percent}" if share > 0 else "和先来先得一样好"


def console(user: Any, show: str = "", page: int = 1, unit: int = 0) -> Console:
    """One page of the plan with everything around it; as many queries for any number of lines."""
    stands = plan_standing(user)
    lines = stands.lines
    units = _units_of({item for line in lines if (item := line.item)})
    placed = [line for line in lines if line.item in units]
    rooms = _rooms(user.county, Counter(units[line.item] for line in placed if line.item))
    kinds = {key: [line for line in lines if is_shown(line, key)] for key in SHOW}
    wanted = kinds[show]
    apart = kinds["above"] if not show and not unit else []
    if apart:
        wanted = [line for line in wanted if not line.is_above]
    if unit:
        wanted = [line for line in placed if line.item and units[line.item] == unit]
    page = max(1, min(page, -(-len(wanted) // PAGE)))
    over = {room.unit.pk for room in rooms if room.over}
    return Console(
        plan=stands.plan,
        figures=_figures(lines, placed),
        show=show,
        counts={key: len(found) for key, found in kinds.items()},
        rows=rows_of(wanted[(page - 1) * PAGE : page * PAGE], over),
        above=rows_of(apart[:ABOVE], over) if page == 1 else [],
        total=len(wanted),
        page=page,
        stuck=_stuck(kinds["none"][:SHOWN], user.county),
        tried=counts_of(user),
        rooms=rooms,
        gone=stands.gone,
        news=stands.news,
        coarse=sum(line.is_coarse for line in lines),
        unit=PartnerUnit.objects.filter(county=user.county, pk=unit).first() if unit else None,
    )


def sendable(user: Any, most: int, among: Collection[int] | None = None) -> tuple[list[Row], int]:
    """The lines that could go out to their units now (of those ``among`` them), the most pressing first; how many."""
    lines = plan_standing(user).lines
    placed = [line for line in lines if line.item and (among is None or line.pk in among)]
    return [row for row in rows_of(placed[:most]) if row.chosen and not row.is_gone], len(placed)


def changes(user: Any, most: int = 100) -> list[PlanChoice]:
    """What staff decided about lines of the plan, newest first, with what was taken back."""
    if not plans_visible_to(user).exists():
        return []
    rows = PlanChoice.objects.filter(county=user.county)
    return list(rows.select_related("need_item__need", "offer_item__offer__unit", "by")[:most])


# ---- inside ----


def _figures(lines: Sequence[Placed], placed: Sequence[Placed]) -> Figures:
    as_planned = [line for line in placed if line.item == line.suggested]
    return Figures(
        lines=len(lines),
        planned=len(placed),
        stuck=sum(is_shown(line, "none") for line in lines),
        great=sum((line.fit or 0) >= GREAT for line in as_planned)
        + _great_by_hand([line for line in placed if line.item != line.suggested]),
        changed=sum(line.kind in (ChoiceKind.CHANGE, ChoiceKind.LEAVE) for line in lines),
        above=sum(line.is_above for line in placed),
    )


def _great_by_hand(lines: Sequence[Placed]) -> int:
    """How many of the offers that staff chose themselves fit very well."""
    chosen = {line.pk: line.item for line in lines}
    offers = dict(OfferItem.objects.filter(pk__in=set(chosen.values())).values_list("pk", "offer_id"))
    kept = PlanLine.objects.filter(need_item__in=chosen).values_list("need_item_id", "options", "above")
    return sum(
        dict([*options, *above]).get(offers.get(chosen[pk] or 0), 0) >= GREAT for pk, options, above in kept
    )


def _units_of(items: Iterable[int]) -> dict[int, int]:
    """An offer's line → its unit."""
    return dict(OfferItem.objects.filter(pk__in=list(items)).values_list("pk", "offer__unit_id"))


def _rooms(county: str, used: Counter[int]) -> list[UnitRoom]:
    """Units the plan uses or that said how much they take, those above their ceiling first, then by pinyin."""
    most = ceilings(county)
    units = PartnerUnit.objects.filter(pk__in={*used, *most}).order_by("pinyin", "pk")
    rooms = [UnitRoom(unit, most.get(unit.pk), used[unit.pk]) for unit in units]
    return sorted(rooms, key=lambda room: (not room.over, not room.used))


_WHY = {
    Miss.FULL: "合适的资源本期都已约满",
    Miss.SHORT: "合适的资源剩下的都不够",
    Miss.MONTH: "合适的单位本月都已排满",
    Miss.DECLINED: "合适的单位谢绝过",
    Miss.UNFIT: "合适的资源有人说过不合适",
    Miss.BARRED: "合适的资源您选了不再建议",
    Miss.URGENT: "合适的资源先给了更急的需求",
    Miss.BETTER: "合适的资源不够，给了更合适的需求",
}


def _stuck(lines: Sequence[Placed], county: str) -> list[Stuck]:
    kept = PlanLine.objects.filter(need_item__in=[line.pk for line in lines])
    rows: dict[int, Any] = {
        row.need_item_id: row
        for row in kept.select_related("need_item__need__organization", "need_item__need__division")
    }
    categories = names("need_category")
    duty = _main_units({row.need_item.need.category for row in rows.values()}, county)
    found = []
    for line in lines:
        need = rows[line.pk].need_item.need
        why = _WHY.get(Miss(line.miss), "") if line.miss else ""
        found.append(
            Stuck(
                line.pk,
                need,
                categories.get(need.category, need.category),
                why or "共享清单里没有合适的资源",
                len(rows[line.pk].options),
                duty[need.category],
            )
        )
    return found


def _main_units(categories: set[str], county: str) -> dict[str, list[PartnerUnit]]:
    """Category → the units whose main duty it is, by pinyin."""
    members = PartnerUnit.objects.filter(in_alliance(today()), county=county)
    rows = Mandate.objects.filter(category__in=categories, is_main=True, unit__in=members)
    found: dict[str, list[PartnerUnit]] = defaultdict(list)
    for mandate in rows.select_related("unit").order_by("unit__pinyin", "unit_id"):
        found[mandate.category].append(mandate.unit)
    return found
