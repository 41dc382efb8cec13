"""The two lists as they are printed: ledgers L17 and L18, row by row as text."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, Q

from shuanglian.core.clock import SHANGHAI
from shuanglian.core.dictionary import names
from shuanglian.exchange.choices import (
    HOLDING,
    UNDER_WAY,
    ListKind,
    NeedState,
    OfferState,
    StateKind,
    Visibility,
)
from shuanglian.exchange.models import Closure, Commitment, Need, Offer, standard_name
from shuanglian.exchange.queries.ledger import words

NEED_HEADINGS = [
    "序号",
    "需求编号",
    "提出单位",
    "所属党组织",
    "需求类别",
    "需求标题",
    "具体内容",
    "期望完成时间",
    "联系人",
    "联系电话",
    "公开范围",
    "提出日期",
    "状态",
    "认领单位",
    "认领日期",
    "承诺时限",
    "办结日期",
    "办理结果",
    "提出单位确认",
    "备注",
]
OFFER_HEADINGS = [
    "序号",
    "资源编号",
    "提供单位",
    "资源类别",
    "资源名称",
    "内容与条件",
    "数量(场次)",
    "可预约时间",
    "联系人",
    "联系电话",
    "有效期至",
    "已对接次数",
    "状态",
    "备注",
]
HEADINGS: dict[str, list[str]] = {ListKind.NEEDS: NEED_HEADINGS, ListKind.OFFERS: OFFER_HEADINGS}
PERSONAL = ("联系人", "联系电话")  # hidden in the public version


def quarter_start(day: dt.date) -> dt.date:
    """The first day of the quarter: an issue holds what was handed in since then."""
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def list_rows(kind: str, county: str, *, first: dt.date, last: dt.date) -> list[list[str]]:
    """The rows of a list: needs handed in between two days or still under way, or offers open on the last day."""
    return _need_rows(county, first, last) if kind == ListKind.NEEDS else _offer_rows(county, last)


def public_rows(kind: str, rows: Iterable[list[str]]) -> list[list[str]]:
    """The same rows without contacts, and only what is open to the public."""
    headings = HEADINGS[kind]
    hidden = {headings.index(name) for name in PERSONAL}
    shown = [row for row in rows if kind == ListKind.OFFERS or row[headings.index("公开范围")] == "公开"]
    return [
        [str(n) if i == 0 else "" if i in hidden else text for i, text in enumerate(row)]
        for n, row in enumerate(shown, start=1)
    ]


def _need_rows(county: str, first: dt.date, last: dt.date) -> list[list[str]]:
    submitted = Q(submitted_at__date__gte=first, submitted_at__date__lte=last)
    needs = Need.objects.filter(
        Q(state__in=UNDER_WAY) | submitted, county=county, submitted_at__date__lte=last
    )
    needs = needs.exclude(state__in=(NeedState.DRAFT, NeedState.BOOKED)).exclude(visibility=Visibility.STAFF)
    found = list(needs.select_related("organization", "branch").order_by("number"))
    held: dict[int, list[Commitment]] = {}
    for row in (
        Commitment.objects.filter(need__in=found, state__in=HOLDING).select_related("unit").order_by("pk")
    ):
        held.setdefault(row.need_id, []).append(row)
    ends = {c.need_id: c for c in Closure.objects.filter(need__in=found).order_by("pk")}
    categories = names("need_category")
    return [
        _need_row(n, need, held.get(need.pk, []), ends.get(need.pk), categories)
        for n, need in enumerate(found, 1)
    ]


def _need_row(
    n: int, need: Need, held: list[Commitment], end: Closure | None, categories: dict[str, str]
) -> list[str]:
    closed = end if need.state == NeedState.CLOSED else None
    return [
        str(n),
        need.number,
        need.organization.name,
        need.branch.name if need.branch else "",
        categories.get(need.category, need.category),
        need.title,
        need.detail,
        _day(need.expected_by),
        need.contact_name,
        need.contact_phone,
        need.get_visibility_display(),
        _moment(need.submitted_at),
        standard_name(StateKind.NEED, need.state),
        "、".join(dict.fromkeys(c.unit.name for c in held)),
        _moment(held[0].created) if held else "",
        _day(max((c.due for c in held if c.due), default=None)),
        _moment(closed.created) if closed else "",
        str(closed) if closed else "",
        closed.get_ending_display() if closed else "",
        closed.reason if closed else "",
    ]


def _offer_rows(county: str, day: dt.date) -> list[list[str]]:
    live = Q(standing=True) | Q(valid_until=None) | Q(valid_until__gte=day)
    offers = Offer.objects.filter(live, county=county, state=OfferState.PUBLISHED).exclude(
        visibility=Visibility.STAFF
    )
    offers = offers.annotate(
        made=Count("items__commitments", filter=Q(items__commitments__state__in=HOLDING))
    )
    found = offers.select_related("unit").prefetch_related("items").order_by("number")
    categories = names("need_category")
    return [_offer_row(n, offer, categories) for n, offer in enumerate(found, 1)]


def _offer_row(n: int, offer: Offer, categories: dict[str, str]) -> list[str]:
    amounts = "、".join(f"{words(Decimal(i.capacity))} {i.measure}" for i in offer.items.all())
    lead = f"提前 {offer.lead_days} 个工作日预约" if offer.lead_days else "随时可约"
    conditions = "；".join(part for part in (offer.detail, offer.terms) if part)
    return [
        str(n),
        offer.number,
        offer.unit.name,
        categories.get(offer.category, offer.category),
        offer.title,
        conditions,
        f"{offer.get_period_display()} {amounts}",
        lead,
        offer.contact_name,
        offer.contact_phone,
        "长期" if offer.standing else _day(offer.valid_until),
        str(offer.made),  # type: ignore[attr-defined]
        offer.get_availability_display(),
        "",
    ]


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _moment(moment: dt.datetime | None) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat() if moment else ""
