"""The hall of needs: search, quick choices, facets with their counts, rows. A fixed number of queries for any length.

The running time limit that a need shows is the earliest one of those somebody has to keep for it: to accept, to claim,
to make contact, to resolve. Waiting for the receiver's word is shown to the receiver, not in the hall.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
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
    NeedState,
    Satisfaction,
    Side,
    Source,
    StateKind,
    Urgency,
)
from shuanglian.exchange.models import Closure, Deadline, Feedback, Need, state_name, state_names
from shuanglian.exchange.queries.counting import MOST, MOST_OF_CHOICE, Few, counted, counted_each, figure
from shuanglian.exchange.queries.ledger import Line, need_lines
from shuanglian.exchange.queries.need import COUNTY_WIDE, needs_visible_to
from shuanglian.exchange.queries.pressing import earliest_limits, in_order, pressing, soonest, with_due
from shuanglian.exchange.queries.wording import said

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
LIMITED = ("soon", "late")  # asked of the time limits, which no index of needs knows
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

    @property
    def is_of_ended(self) -> bool:
        """Whether only closed needs are asked for: their time limits ended with them, so none has to be looked at."""
        return set((self.chosen or {}).get("state", ())) == {NeedState.CLOSED}

    def without(self, facet: str) -> "Wish":
        """The same wish with one facet left open: what its counts are taken over."""
        return replace(self, chosen={k: v for k, v in (self.chosen or {}).items() if k != facet})


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet."""

    value: str
    text: str
    count: int | None  # at most one more than is shown; None when nobody counted
    on: bool

    @property
    def figure(self) -> str:
        """The count as it is shown."""
        return "" if self.count is None else figure(self.count)


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
    needs = needs_visible_to(user).filter(state__in=LISTED).exclude(source=Source.OFFER)
    return needs if _sees_unopened(user) else needs.filter(opened_at__isnull=False)


def _sees_unopened(user: Any) -> bool:
    """Whether some need that was never opened may be among those he sees; nobody holds one, so units see none.

    They come first in the order of the hall: who sees none need not be led past all of them.
    """
    if not user.is_authenticated:
        return False
    places = user.scope_ids(Scope.TOWNSHIP) or user.scope_ids(
        Scope.ORGANIZATION, *ENTERPRISE_SIDE, Role.INSTRUCTOR
    )
    return bool(places) or user.holds(*COUNTY_WIDE)


def hall(user: Any, wish: Wish) -> Hall:
    """One page of what a user asked for."""
    found = hall_needs(user).filter(said(wish.q))
    mandates = mandates_of(user)
    narrowed = found.filter(_chosen(wish), _quick(wish.quick, mandates))
    few = few_of(narrowed)
    return Hall(
        wish=wish,
        rows=rows_of(_page(narrowed, wish)),
        total=MOST + 1 if few is None else len(few),
        quick=_quick_options(found.filter(_chosen(wish)), wish, mandates, few),
        facets=[(f, title, _options(found, f, wish, mandates, few)) for f, title in FACETS.items()],
    )


def _page(needs: QuerySet[Need], wish: Wish) -> list[Need]:
    """The ids first, so that nothing is read along with rows that are only looked at."""
    start = (wish.page - 1) * PAGE
    if wish.sort == "due" and wish.is_of_ended:
        ids = list(needs.order_by("-pk").values_list("pk", flat=True)[start : start + PAGE])
    elif wish.sort == "due":
        ids = soonest(needs, start, start + PAGE)
    else:
        newest = needs.order_by("-opened_at", "-pk").values_list("pk", flat=True)
        ids = list(newest[start : start + PAGE])
    rows = with_due(Need.objects.filter(pk__in=ids)).select_related("organization", "division")
    return in_order(rows, ids)


def mandates_of(user: Any) -> list[str]:
    """The categories that belong to the duties of the units a user handles things for."""
    units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER) if user.is_authenticated else []
    return list(Mandate.objects.filter(unit_id__in=units).values_list("category", flat=True)) if units else []


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
    if name == "late":
        return Q(pk__in=pressing().filter(running_until__lt=today()).values("need"))
    if name == "soon":
        return Q(pk__in=_limits(name).values("need"))
    return {
        "fit": Q(category__in=mandates, state=NeedState.OPEN),
        "open": Q(state=NeedState.OPEN),
    }.get(name, Q())


def _limits(name: str) -> QuerySet[Deadline]:
    """The earliest limit of each need that is late or ends soon."""
    day = today()
    if name == "late":
        return earliest_limits().filter(running_until__lt=day)
    return earliest_limits().filter(running_until__range=(day, day + dt.timedelta(days=SOON_DAYS)))


def _quick_options(needs: QuerySet[Need], wish: Wish, mandates: list[str], few: Few | None) -> list[Option]:
    """Counted only where an index answers: of many needs with certain words nobody knows without reading them."""
    shown = {k: v for k, v in QUICK.items() if k != "fit" or mandates}
    shown["open"] = state_name(StateKind.NEED, NeedState.OPEN)
    narrow = wish.q or any((wish.chosen or {}).values())
    many = bool(narrow) and (few_of(needs) if wish.quick else few) is None
    return [
        Option(name, text, _count_quick(needs, name, wish, mandates, many=many), wish.quick == name)
        for name, text in shown.items()
    ]


def _count_quick(
    needs: QuerySet[Need], name: str, wish: Wish, mandates: list[str], *, many: bool
) -> int | None:
    """Late and soon are counted along the limits, in their order; of many needs narrowed down that is too far to go."""
    if name in LIMITED and wish.is_of_ended:
        return 0
    if many and (wish.q or name in LIMITED):
        return None
    if name in LIMITED:
        limits = _limits(name).filter(need__in=needs.order_by().values("pk"))
        limits = limits.order_by("running_until", "need_id")
        return len(limits.values_list("pk")[: MOST_OF_CHOICE + 1])
    return counted(needs.filter(_quick(name, mandates)), MOST_OF_CHOICE)


def _options(
    found: QuerySet[Need], facet: str, wish: Wish, mandates: list[str], few: Few | None
) -> list[Option]:
    on = set((wish.chosen or {}).get(facet, ()))
    texts = _texts(facet)
    counts = _counts(found, facet, [value for value, _ in texts], wish, mandates, few)
    return [
        Option(str(value), text, counts.get(value, 0) if counts is not None else None, str(value) in on)
        for value, text in texts
        if counts is None or counts.get(value) or (str(value) in on and facet != "town")
    ]


def _counts(
    found: QuerySet[Need], facet: str, values: list[Any], wish: Wish, mandates: list[str], few: Few | None
) -> dict[Any, int] | None:
    """Value → needs that meet all other conditions; None where that would mean reading very many of them."""
    if (wish.chosen or {}).get(facet):
        found = found.filter(_chosen(wish.without(facet)), _quick(wish.quick, mandates))
        few = few_of(found)
    elif few is None:
        found = found.filter(_chosen(wish), _quick(wish.quick, mandates))
    if few is not None:
        return few.count(_COLUMN[facet])
    if wish.q or wish.quick in LIMITED:
        return None
    # Every choice's index knows the state too; of two other choices at once the planner has to see which is rare.
    crossed = any((wish.chosen or {}).get(other) for other in FACETS if other not in ("state", facet))
    return counted_each(found, _COLUMN[facet], values, one_plan=not crossed)


def few_of(needs: QuerySet[Need]) -> Few | None:
    """The needs' values of the facets' columns, when there are at most ``MOST``."""
    return Few.of(needs, tuple(_COLUMN.values()))


def _texts(facet: str) -> list[tuple[Any, str]]:
    if facet == "town":
        towns = Division.objects.filter(level=Level.TOWNSHIP).order_by("code")
        return list(towns.values_list("pk", "name"))
    if facet == "category":
        return list(names("need_category").items())
    if facet == "urgency":
        return [(str(v), str(t)) for v, t in reversed(Urgency.choices)]
    called = state_names(StateKind.NEED)
    return [(state.value, called[state]) for state in LISTED]


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
