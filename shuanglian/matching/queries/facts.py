"""What the records say of a unit with regard to a need: duty, room, time, experience, place. Facts, never a judgement.

Unknown is said to be unknown; a few cases are said to be few. Nothing is said of the size or standing of anybody.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from shuanglian.core.clock import SHANGHAI, today
from shuanglian.core.dictionary import names
from shuanglian.directory.models import Mandate, PartnerUnit
from shuanglian.exchange.choices import HOLDING, Confirmer, Verdict
from shuanglian.exchange.models import Commitment, Confirmation, Need
from shuanglian.exchange.queries import still_accepted

A_YEAR = dt.timedelta(days=365)
TELLING = 3  # reasons read before the others are unfolded
ENOUGH = 3  # cases from which on a usual time is told


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact as a page shows it; ``kind``: ``yes`` speaks for it, ``half`` partly, ``no`` is unknown or does not."""

    kind: str
    title: str
    text: str
    is_known: bool = True  # false where nothing is recorded


@dataclass(frozen=True, slots=True)
class Record:
    """What is recorded of one unit for one category of needs."""

    unit: PartnerUnit
    is_main: bool | None  # whether the category is its main duty; None when it is none of its duties
    left: int | None  # needs it can still take on this month; None when it never said
    confirmed: int  # needs of the category within a year whose receiver, or staff for him, confirmed a result
    partly: int  # those of them that were solved in part alone
    took: tuple[int, ...]  # days from promise to report in those years' cases, ascending


def records_of(units: Iterable[PartnerUnit], category: str) -> dict[int, Record]:
    """Unit id → its record for a category; four queries for any number of units."""
    rows = {unit.pk: unit for unit in units}
    duties = dict(
        Mandate.objects.filter(unit_id__in=rows, category=category).values_list("unit_id", "is_main")
    )
    taken, confirmed, took = taken_this_month(rows), _confirmed(rows, category), _took(rows, category)
    return {
        pk: Record(
            unit=unit,
            is_main=duties.get(pk),
            left=None if unit.monthly_capacity is None else max(unit.monthly_capacity - taken.get(pk, 0), 0),
            confirmed=len(confirmed[pk]),
            partly=sum(verdicts == {Verdict.PARTLY} for verdicts in confirmed[pk].values()),
            took=tuple(sorted(took[pk])),
        )
        for pk, unit in rows.items()
    }


def reasons_of(record: Record, need: Need) -> list[Reason]:
    """Duty, time, experience, place: in this order on every page."""
    return [_duty(record, need), _time(record, need), _experience(record), _place(record, need)]


def telling(reasons: Sequence[Reason], most: int = TELLING) -> tuple[list[Reason], list[Reason]]:
    """The few reasons to read first, and the rest, each in order: why it was found, what speaks against it, then for it.

    What is not recorded tells nothing and never comes first.
    """
    known = [one for one in reasons if one.is_known]
    rest = known[1:]
    first = [
        *known[:1],
        *(one for one in rest if one.kind != "yes"),
        *(one for one in rest if one.kind == "yes"),
    ]
    chosen = first[:most]
    return [one for one in reasons if one in chosen], [one for one in reasons if one not in chosen]


def month_reason(record: Record) -> Reason:
    """How much the unit can still take on this month."""
    if record.left is None:
        return Reason("no", "余量不明", "这家单位没定每月能接几项", is_known=False)
    if record.left == 0:
        return Reason("no", "本月已满", f"每月最多接 {record.unit.monthly_capacity} 项，本月已满")
    return Reason("yes", "有余量", f"本月还能接 {record.left} 项")


def taken_this_month(ids: Iterable[int]) -> Mapping[int, int]:
    """How many promises each unit made this month that stand or were kept."""
    first = dt.datetime.combine(today().replace(day=1), dt.time(), SHANGHAI)
    rows = Commitment.objects.filter(unit_id__in=list(ids), state__in=HOLDING, created__gte=first).order_by()
    return dict(rows.values_list("unit_id").annotate(n=Count("pk")))


def usual_band(took: tuple[int, ...]) -> tuple[int, int] | None:
    """From how many to how many days the middle half of the cases took; None below ``ENOUGH`` cases."""
    if len(took) < ENOUGH:
        return None
    return took[len(took) // 4], took[-1 - len(took) // 4]


def _duty(record: Record, need: Need) -> Reason:
    """Whose duty it is; a unit of the city or the province has none here, it is asked where the county has nothing."""
    if record.unit.is_outside:
        told = f"{record.unit.get_level_display()}单位，由工委去联系；见{record.unit.source}"
        return Reason("half", f"{record.unit.get_level_display()}资源", told)
    name = names("need_category").get(need.category, need.category)
    if record.is_main is None:
        return Reason("no", "职能未列", f"这家单位登记的职能里没有“{name}”")
    if record.is_main:
        return Reason("yes", "专业对口", f"“{name}”是这家单位的主责")
    return Reason("half", "可以兼办", f"职能里有“{name}”，不是主责")


def _time(record: Record, need: Need) -> Reason:
    band, count = usual_band(record.took), len(record.took)
    left = (need.expected_by - today()).days if need.expected_by else None
    if band is None:
        told = (
            f"近一年同类只报过 {count} 件办结，看不出一般要几天"
            if count
            else "近一年没有报过办结的同类，不知道一般要几天"
        )
        return Reason("no", "用时不明", told if left is None else f"{told}；{_days(left)}", False)
    usual = f"同类一般 {_span(band)}报办结（{count} 件）"
    if left is None:
        return Reason("half", "办得多快", f"{usual}；企业没写希望哪天办好")
    if left >= band[1]:
        return Reason("yes", "来得及", f"{usual}，{_days(left)}")
    if left >= band[0]:
        return Reason("half", "时间偏紧", f"{usual}，{_days(left)}")
    return Reason("no", "怕来不及", f"{usual}，{_days(left)}")


def _span(band: tuple[int, int]) -> str:
    if band[1] == 0:
        return "当天"
    return f"{band[0]} 天" if band[0] == band[1] else f"{band[0]} 至 {band[1]} 天"


def _days(left: int) -> str:
    if left < 0:
        return f"企业希望的日期已经过了 {-left} 天"
    return f"离企业希望的日期还有 {left} 天" if left else "企业希望的日期就是今天"


def _experience(record: Record) -> Reason:
    by_whom = "都有企业或工委确认" if record.confirmed > 1 else "有企业或工委确认"
    if record.confirmed > record.partly:
        part = f"，其中 {record.partly} 件是部分解决" if record.partly else ""
        return Reason("yes", "办过同类", f"近一年同类办成 {record.confirmed} 件，{by_whom}{part}")
    if record.confirmed:
        told = f"近一年同类有 {record.confirmed} 件部分解决，{by_whom}"
        return Reason("half", "办过同类", told)
    return Reason("no", "没有记录", "近一年还没有确认办成的同类需求", is_known=False)


def _place(record: Record, need: Need) -> Reason:
    place = record.unit.division
    if record.unit.is_outside:
        return Reason("no", "不在本县", "单位不在本县，来不来、怎么服务要和它商量")
    if place is None:
        return Reason("no", "地点不明", "没有登记这家单位在哪个乡镇", is_known=False)
    if place.pk == need.division_id:
        return Reason("yes", "同在一处", f"和企业同在{place.name}")
    return Reason("no", "不在一处", f"单位在{place.name}，企业在{need.division.name}")


def _confirmed(ids: Iterable[int], category: str) -> Mapping[int, Mapping[int, set[str]]]:
    """Unit → need → what its receiver or staff said of what was delivered; what was taken back since is no result."""
    rows = Confirmation.objects.filter(
        delivery__commitment__unit_id__in=list(ids),
        delivery__commitment__need__category=category,
        delivery__happened_on__gte=today() - A_YEAR,
        delivery__corrects=None,
        verdict__in=(Verdict.SOLVED, Verdict.PARTLY),
        confirmer__in=(Confirmer.RECEIVER, Confirmer.STAFF),
    ).order_by()
    said = still_accepted(rows).values_list(
        "delivery__commitment__unit_id", "delivery__commitment__need_id", "verdict"
    )
    found: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for unit_id, need_id, verdict in said:
        found[unit_id][need_id].add(verdict)
    return found


def _took(ids: Iterable[int], category: str) -> Mapping[int, list[int]]:
    rows = Commitment.objects.filter(
        unit_id__in=list(ids),
        need__category=category,
        state__in=HOLDING,
        reported_on__gte=today() - A_YEAR,
    )
    found: dict[int, list[int]] = defaultdict(list)
    for unit_id, made, reported in rows.order_by().values_list("unit_id", "created", "reported_on"):
        if reported is not None:
            found[unit_id].append(max((reported - made.astimezone(SHANGHAI).date()).days, 0))
    return found
