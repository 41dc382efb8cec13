"""The hall of needs: search, quick choices, facets with their counts, rows. A fixed number of queries for any length.

The running time limit that a need shows is the earliest one of those somebody has to keep for it: to accept, to claim,
to make contact, to resolve. Waiting for the receiver's word is shown to the receiver, not in the hall.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from shuanglian.accounts.choices import Role, Scope
from shuanglian.core.clock import today
from shuanglian.core.dictionary import names
from shuanglian.core.render import day_text
from shuanglian.directory.choices import Level
from shuanglian.directory.models import Division, Mandate
from shuanglian.exchange.choices import (
    CLAIMABLE,
    HOLDING,
    ICON_OF_CATEGORY,
    ICON_OF_OTHERS,
    STEP_OF_STATE,
    TONE_OF_STATE,
    DeadlineKind,
    NeedState,
    Satisfaction,
    Side,
    Source,
    StateKind,
    Urgency,
)
from shuanglian.exchange.models import ClockStop, Closure, Deadline, Feedback, Need, state_name
from shuanglian.exchange.queries.counting import MOST, MOST_OF_CHOICE, counted, counted_each, figure
from shuanglian.exchange.queries.ledger import Line, need_lines
from shuanglian.exchange.queries.need import needs_visible_to

PAGE = 20
SUMMARY = 80  # characters of the detail in a row
SOON_DAYS = 7
LISTED = (
    NeedState.SUBMITTED,
    NeedState.RETURNED,
    NeedState.OPEN,
    NeedState.CLAIMED,
    NeedState.IN_PROGRESS,
    NeedState.DONE,
    NeedState.CLOSED,
)
QUICK = {"fit": "适合我单位", "open": "待认领", "soon": f"{SOON_DAYS} 天内到期", "late": "已超期"}
SORTS = {"new": "最新公布", "due": "快到期的在前"}
FACETS = {"state": "办到哪一步", "category": "类别", "town": "乡镇", "urgency": "紧急程度"}
_COLUMN = {"state": "state", "category": "category", "town": "division_id", "urgency": "urgency"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks the hall for. Values nobody knows simply find nothing."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] | None = None  # facet → its values
    quick: str = ""
    sort: str = "new"
    page: int = 1

    @property
    def is_narrow(self) -> bool:
        """Whether any condition is set."""
        return bool(self.q or self.quick or any((self.chosen or {}).values()))

    def without(self, facet: str) -> "Wish":
        """The same wish with one facet left open: what its counts are taken over."""
        return replace(self, chosen={k: v for k, v in (self.chosen or {}).items() if k != facet})


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet."""

    value: str
    text: str
    count: int  # at most one more than is shown
    on: bool

    @property
    def figure(self) -> str:
        """The count as it is shown."""
        return figure(self.count)


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need as a list shows it."""

    pk: int
    number: str
    title: str
    summary: str
    organization: str
    place: str
    category: str
    category_icon: str
    stage_text: str
    stage_step: int
    stage_tone: str
    days_left: int | None
    posted: str
    rec: str
    claimable: bool
    state: str
    due: dt.date | None
    units: str  # those that promised, in words

    @property
    def href(self) -> str:
        """Where the need's page is."""
        return reverse("exchange.need", args=[self.pk])

    @property
    def next_step(self) -> str:
        """What happens next, said to the organisation that asks."""
        until = f"，{self.due.month}月{self.due.day}日前" if self.due else ""
        return {
            NeedState.DRAFT: "还没有提交",
            NeedState.SUBMITTED: f"等工委审核{until and until + '有结果'}",
            NeedState.RETURNED: "请补充后再提交",
            NeedState.BOOKED: f"等{self.units or '单位'}答复{until and until + '有结果'}",
            NeedState.OPEN: f"等单位认领{until and until + '有结果'}",
            NeedState.CLAIMED: f"{self.units}认领了{until and until + '联系您'}",
            NeedState.IN_PROGRESS: f"{self.units}在办{until and until + '办结'}",
            NeedState.DONE: f"{self.units}说办好了，等您确认",
            NeedState.CLOSED: self.rec or self.stage_text,
        }[NeedState(self.state)]


@dataclass(frozen=True, slots=True)
class Hall:
    """One page of the hall with everything around it."""

    wish: Wish
    rows: list[NeedRow]
    total: int  # at most MOST + 1
    quick: list[Option]
    facets: list[tuple[str, str, list[Option]]]

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-min(self.total, MOST) // PAGE))


def hall_needs(user: Any) -> QuerySet[Need]:
    """What the hall lists for a user: everything handed in that he may see; drafts and bookings are elsewhere."""
    return needs_visible_to(user).filter(state__in=LISTED).exclude(source=Source.OFFER)


def with_due(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Needs with ``due``: the day of the earliest running time limit somebody has to keep, or nothing.

    A limit whose clock stands still presses nobody.
    """
    first = _pressing().filter(need=OuterRef("pk")).order_by("due").values("due")[:1]
    return needs.annotate(due=Subquery(first))


def _pressing() -> QuerySet[Deadline]:
    """Running time limits that somebody has to keep."""
    stopped = ClockStop.objects.filter(deadline=OuterRef("pk"), ends=None)
    running = Deadline.objects.filter(~Exists(stopped), met_on=None, dropped_on=None)
    return running.exclude(kind=DeadlineKind.CONFIRM)


def hall(user: Any, wish: Wish) -> Hall:
    """One page of what a user asked for."""
    found = hall_needs(user).filter(said(wish.q))
    mandates = mandates_of(user)
    narrowed = found.filter(_chosen(wish), _quick(wish.quick, mandates))
    order = (F("due").asc(nulls_last=True), "-pk") if wish.sort == "due" else ("-opened_at", "-pk")
    start = (wish.page - 1) * PAGE
    return Hall(
        wish=wish,
        rows=rows_of(with_due(narrowed).order_by(*order)[start : start + PAGE]),
        total=counted(narrowed),
        quick=_quick_options(found.filter(_chosen(wish)), wish, mandates),
        facets=[(f, title, _options(found, f, wish, mandates)) for f, title in FACETS.items()],
    )


def mandates_of(user: Any) -> list[str]:
    """The categories that belong to the duties of the units a user handles things for."""
    units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER) if user.is_authenticated else []
    return list(Mandate.objects.filter(unit_id__in=units).values_list("category", flat=True)) if units else []


def said(q: str) -> Q:
    """The condition "every word occurs": in title, detail, number, or the organisation's name or pinyin initials."""
    found = Q()
    for word in q.split()[:5]:
        found &= (
            Q(title__icontains=word)
            | Q(detail__icontains=word)
            | Q(number__istartswith=word)
            | Q(organization__name__icontains=word)
            | Q(organization__short_name__icontains=word)
            | Q(organization__initials__startswith=word.lower())
        )
    return found


def rows_of(needs: Iterable[Need] | QuerySet[Need]) -> list[NeedRow]:
    """Needs (from ``with_due``) as rows; five more queries whatever their number."""
    if isinstance(needs, QuerySet):
        needs = needs.select_related("organization", "division")
    found = list(needs)
    ids = [need.pk for need in found]
    lines, ends, words = need_lines(ids), _ends(ids), _words(ids)
    return [_row(need, lines[need.pk], ends.get(need.pk), words.get(need.pk, "")) for need in found]


def similar_needs(need: Need, user: Any, most: int = 3) -> list[Need]:
    """Open needs of the same category a user may see, those of the same township first, newest first."""
    rows = needs_visible_to(user).filter(category=need.category, state=NeedState.OPEN).exclude(pk=need.pk)
    near = rows.annotate(far=Q(~Q(division_id=need.division_id)))
    return list(near.order_by("far", "-opened_at", "-pk").select_related("organization")[:most])


def _chosen(wish: Wish) -> Q:
    found = Q()
    for facet, values in (wish.chosen or {}).items():
        if values:
            found &= Q(**{f"{_COLUMN[facet]}__in": [v for v in values if facet != "town" or v.isdecimal()]})
    return found


def _quick(name: str, mandates: list[str]) -> Q:
    day = today()
    week = (day, day + dt.timedelta(days=SOON_DAYS))
    at_work = Q(
        state__in=[state for state in LISTED if state != NeedState.CLOSED]
    )  # limits end with the need
    late = at_work & Q(pk__in=_pressing().filter(due__lt=day).values("need"))
    return {
        "fit": Q(category__in=mandates, state=NeedState.OPEN),
        "open": Q(state=NeedState.OPEN),
        "soon": at_work & Q(pk__in=_pressing().filter(due__range=week).values("need")) & ~late,
        "late": late,
    }.get(name, Q())


def _quick_options(needs: QuerySet[Need], wish: Wish, mandates: list[str]) -> list[Option]:
    shown = {k: v for k, v in QUICK.items() if k != "fit" or mandates}
    shown["open"] = state_name(StateKind.NEED, NeedState.OPEN)
    return [
        Option(name, text, counted(needs.filter(_quick(name, mandates)), MOST_OF_CHOICE), wish.quick == name)
        for name, text in shown.items()
    ]


def _options(needs: QuerySet[Need], facet: str, wish: Wish, mandates: list[str]) -> list[Option]:
    rows = needs.filter(_chosen(wish.without(facet)), _quick(wish.quick, mandates))
    on = set((wish.chosen or {}).get(facet, ()))
    texts = _texts(facet)
    counts = counted_each(rows, _COLUMN[facet], [value for value, _ in texts])
    return [
        Option(str(value), text, counts[value], str(value) in on)
        for value, text in texts
        if counts[value] or (str(value) in on and facet != "town")
    ]


def _texts(facet: str) -> list[tuple[Any, str]]:
    if facet == "town":
        towns = Division.objects.filter(level=Level.TOWNSHIP).order_by("code")
        return list(towns.values_list("pk", "name"))
    if facet == "category":
        return list(names("need_category").items())
    if facet == "urgency":
        return [(str(v), str(t)) for v, t in reversed(Urgency.choices)]
    return [(state.value, state_name(StateKind.NEED, state)) for state in LISTED]


def _row(need: Need, lines: list[Line], end: Closure | None, words: str) -> NeedRow:
    promises = [p for line in lines for p in line.promises if p.commitment.state in HOLDING]
    by = "、".join(dict.fromkeys(p.commitment.unit.name for p in promises))
    closed = need.state == NeedState.CLOSED
    due: dt.date | None = getattr(need, "due", None)
    verb = "办结" if closed else "认领"
    return NeedRow(
        pk=need.pk,
        number=need.number,
        title=need.title,
        summary=summary_of(need.title, need.detail),
        organization=need.organization.short_name or need.organization.name,
        place=need.division.name,
        category=names("need_category").get(need.category, need.category),
        category_icon=ICON_OF_CATEGORY.get(need.category, ICON_OF_OTHERS),
        stage_text=str(end) if end else need.get_state_display(),
        stage_step=STEP_OF_STATE[need.state],
        stage_tone=end.tone if end else TONE_OF_STATE.get(need.state, ""),
        days_left=None if due is None else (due - today()).days,
        posted=f"{day_text(need.opened_at)} 公布"
        if need.opened_at
        else f"{day_text(need.submitted_at)} 提出",
        rec=f"{by} {verb}" + (f"，企业评价“{words}”" if words else "") if by else "",
        claimable=need.state in CLAIMABLE and any(line.open > 0 for line in lines),
        state=need.state,
        due=due,
        units=by,
    )


def summary_of(title: str, detail: str) -> str:
    """The beginning of the detail, unless it is the title once more."""
    text = " ".join(detail.split())
    if text.rstrip("。") == title:
        return ""
    return text if len(text) <= SUMMARY else text[: SUMMARY - 1] + "…"


def _ends(ids: list[int]) -> dict[int, Closure]:
    """How each closed need ended last."""
    rows = Closure.objects.filter(need_id__in=ids, need__state=NeedState.CLOSED).order_by("pk")
    return {row.need_id: row for row in rows}


def _words(ids: list[int]) -> dict[int, str]:
    """How the receiving side found it, in one word."""
    rows = Feedback.objects.filter(commitment__need_id__in=ids, side=Side.RECEIVER).order_by("pk")
    found = rows.values_list("commitment__need_id", "satisfaction")
    return {need_id: str(Satisfaction(word).label) for need_id, word in found}
