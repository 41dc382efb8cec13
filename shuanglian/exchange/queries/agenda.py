"""The agenda of the quarterly meeting: what waits to be dealt with, and what came of it."""

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from shuanglian.core.access import can
from shuanglian.core.clock import today
from shuanglian.exchange.choices import AgendaState, DeadlineKind, MatchOrigin, MatchState, NeedState
from shuanglian.exchange.models import AgendaItem, Deadline, Match, Need

WAITS, SETTLED, DISCUSSED = "waits", "settled", "discussed"
STANDS = {WAITS: "待议", SETTLED: "不用议了", DISCUSSED: "已议"}


def agenda_visible_to(user: Any) -> QuerySet[AgendaItem]:
    """All of the county's items, each with how it ``stands`` and how many units were ``asked``.

    An item settles itself when its need is no longer open: somebody claimed it, or it ended.
    """
    if not can(user, "exchange.view_agendaitem"):
        return AgendaItem.objects.none()
    stands = Case(
        When(state=AgendaState.DISCUSSED, then=Value(DISCUSSED)),
        When(need__state=NeedState.OPEN, then=Value(WAITS)),
        default=Value(SETTLED),
        output_field=CharField(),
    )
    asked = Count("need__items__matches", filter=Q(need__items__matches__origin=MatchOrigin.STAFF))
    return AgendaItem.objects.filter(county=user.county).annotate(stands=stands, asked=asked)


def still_to_discuss(user: Any) -> QuerySet[AgendaItem]:
    """What the next meeting has to deal with, oldest first."""
    return (
        agenda_visible_to(user)
        .filter(state=AgendaState.WAITING, need__state=NeedState.OPEN)
        .order_by("quarter", "pk")
    )


def waits_for_meeting(need: Need) -> bool:
    """Whether the need is on the agenda already."""
    return AgendaItem.objects.filter(need=need, state=AgendaState.WAITING).exists()


def left_after_asking(need: Need) -> str:
    """Why a need goes to the meeting: its time to be claimed is over, units were asked and none will; else empty."""
    late = Deadline.objects.filter(
        need=need, kind=DeadlineKind.CLAIM, met_on=None, dropped_on=None, due__lt=today()
    )
    due = late.order_by("due").values_list("due", flat=True).first()
    if need.state != NeedState.OPEN or due is None:
        return ""
    asked = list(
        Match.objects.filter(need_item__need=need, origin=MatchOrigin.STAFF).values_list("state", flat=True)
    )
    if not asked or MatchState.INVITED in asked:
        return ""
    return f"认领时限 {due.month}月{due.day}日 已过，商请过 {len(asked)} 次，没有单位接"


def first_day_of_quarter(day: dt.date | None = None) -> dt.date:
    """The quarter of a day (today's), as its first day."""
    day = day or today()
    return dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_words(day: dt.date) -> str:
    """2026年第1季度."""
    return f"{day.year}年第{(day.month + 2) // 3}季度"
