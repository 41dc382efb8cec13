"""撮合台: needs nobody claimed, what was tried for each already, and the units whose duties fit, with facts.

Facts are counts and capacities, never a judgement: units stand by duty (主责 first) and then by pinyin, and the page
says so.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from shuanglian.core.clock import today
from shuanglian.core.dictionary import names
from shuanglian.core.render import date_text, qty
from shuanglian.directory.models import Mandate, PartnerUnit
from shuanglian.directory.queries import in_alliance
from shuanglian.exchange.choices import (
    CommitmentState,
    DeadlineKind,
    MatchOrigin,
    MatchState,
    NeedState,
)
from shuanglian.exchange.models import Commitment, Match, Need, Referral
from shuanglian.exchange.queries.deadline import ticking
from shuanglian.exchange.queries.ledger import Line, need_lines
from shuanglian.exchange.queries.need import needs_visible_to
from shuanglian.exchange.queries.pressing import with_due
from shuanglian.matching.queries.facts import taken_this_month

PAGE = 15
MOST = 600  # needs paged through; whoever has more narrows the list

# What the list can be narrowed to: the name of the condition, in words.
NARROW = {"late": "超过认领时限", "declined": "有单位谢绝", "asked": "等单位答复", "untried": "还没商请过"}


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit whose duties include the category, with what helps to decide."""

    unit: PartnerUnit
    is_main: bool
    left: int | None  # what it can still take on this month; None when it never said
    done: int  # needs of the category it finished
    said: str = ""  # what it answered, or that it is being asked

    @property
    def text(self) -> str:
        """主责，本月还能接 2 项，办结过同类 3 件."""
        left = "没定每月能接几项" if self.left is None else f"本月还能接 {self.left} 项"
        return f"{'主责' if self.is_main else '可以兼办'}，{left}，办结过同类 {self.done} 件"


@dataclass(frozen=True, slots=True)
class Matter:
    """One need on the console."""

    need: Need
    category: str
    open: str
    due: dt.date | None
    tried: list[str]
    units: list[UnitFacts]


@dataclass(frozen=True, slots=True)
class Console:
    """One page of the console."""

    matters: list[Matter]
    counts: dict[str, int]  # "all", then the keys of ``NARROW``
    total: int
    page: int
    narrow: str

    @property
    def last(self) -> int:
        return max(1, -(-min(self.total, MOST) // PAGE))


def unclaimed(user: Any) -> QuerySet[Need]:
    """Open needs the user may see, with what was tried: ``late``, ``declined``, ``asked``; exceptions come first."""
    proposals = Match.objects.filter(need_item__need=OuterRef("pk"), origin=MatchOrigin.STAFF)
    referrals = Referral.objects.filter(need=OuterRef("pk"))
    overdue = ticking().filter(need=OuterRef("pk"), kind=DeadlineKind.CLAIM, due__lt=today())
    needs = with_due(needs_visible_to(user).filter(state=NeedState.OPEN)).annotate(
        late=Exists(overdue),
        declined=Exists(proposals.filter(state=MatchState.DECLINED))
        | Exists(referrals.filter(answer="declined")),
        asked=Exists(proposals.filter(state=MatchState.INVITED)) | Exists(referrals.filter(answer="")),
    )
    first = Case(
        When(late=True, asked=False, then=Value(0)),
        When(declined=True, asked=False, then=Value(1)),
        When(late=True, then=Value(2)),
        When(asked=True, then=Value(4)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return needs.select_related("organization", "division").order_by(
        first, F("due").asc(nulls_last=True), "pk"
    )


_CONDITIONS = {
    "late": Q(late=True),
    "declined": Q(declined=True),
    "asked": Q(asked=True),
    "untried": Q(declined=False, asked=False),
}


def counts_of(user: Any) -> dict[str, int]:
    """How many needs nobody claimed, and how many of them under each condition of ``NARROW``."""
    counts = {f"n_{key}": Count("pk", filter=q) for key, q in _CONDITIONS.items()}
    found = unclaimed(user).order_by().aggregate(n_all=Count("pk"), **counts)
    return {name.removeprefix("n_"): number for name, number in found.items()}


def console(user: Any, narrow: str = "", page: int = 1) -> Console:
    """A page of needs nobody claimed, whose conditions are counted beside; as many queries for any number of needs."""
    needs, counted = unclaimed(user), counts_of(user)
    total = counted[narrow or "all"]
    page = max(1, min(page, -(-min(total, MOST) // PAGE)))
    wanted = needs.filter(_CONDITIONS[narrow]) if narrow else needs
    rows = list(wanted[(page - 1) * PAGE : page * PAGE])
    return Console(matters_of(rows, user.county), counted, total, page, narrow)


def matters_of(needs: list[Any], county: str) -> list[Matter]:
    """Needs of ``unclaimed`` with everything the console says of them."""
    lines = need_lines(need.pk for need in needs)
    tried, answers = _tried([need.pk for need in needs])
    units = _units({need.category for need in needs}, county)
    categories = names("need_category")
    return [
        Matter(
            need,
            categories.get(need.category, need.category),
            _open(lines[need.pk]),
            need.due,
            tried[need.pk],
            [
                _with_answer(facts, answers.get((need.pk, facts.unit.pk), ""))
                for facts in units[need.category]
            ],
        )
        for need in needs
    ]


def _open(lines: list[Line]) -> str:
    return "、".join(f"{qty(line.open)} {line.item.measure}" for line in lines if line.open > 0)


def _with_answer(facts: UnitFacts, said: str) -> UnitFacts:
    return replace(facts, said=said)


def _tried(ids: list[int]) -> tuple[dict[int, list[str]], dict[tuple[int, int | None], str]]:
    """What was tried for each need, oldest first, in sentences; and what each unit said to it."""
    told: dict[int, list[str]] = defaultdict(list)
    said: dict[tuple[int, int | None], str] = {}
    asked = Match.objects.filter(need_item__need__in=ids, origin=MatchOrigin.STAFF).select_related("unit")
    for row in asked.annotate(need_pk=F("need_item__need_id")).order_by("pk"):
        if row.state == MatchState.INVITED:
            told[row.need_pk].append(f"{date_text(row.created)}商请{row.unit}，等答复")
            said[row.need_pk, row.unit_id] = "已商请，等答复"
        elif row.state == MatchState.DECLINED:
            told[row.need_pk].append(f"{row.unit}谢绝：{row.decline_reason}")
            said[row.need_pk, row.unit_id] = f"谢绝过：{row.decline_reason}"
    passed = Referral.objects.filter(need__in=ids).select_related("from_unit", "to_unit")
    for link in passed.order_by("pk"):
        if link.answer == "declined":
            told[link.need_id].append(f"{link.from_unit}转给{link.to_unit}，对方谢绝：{link.answer_reason}")
            said[link.need_id, link.to_unit_id] = f"谢绝过：{link.answer_reason}"
        elif not link.answer:
            told[link.need_id].append(f"{date_text(link.created)}{link.from_unit}转给{link.to_unit}，等答复")
            said[link.need_id, link.to_unit_id] = "转给它了，等答复"
    return told, said


def _units(categories: set[str], county: str) -> dict[str, list[UnitFacts]]:
    """Category → today's units with it among their duties: 主责 first, then by pinyin. Three queries."""
    members = PartnerUnit.objects.filter(in_alliance(today()), county=county)
    mandates = Mandate.objects.filter(category__in=categories, unit__in=members).select_related("unit")
    rows = list(mandates.order_by("-is_main", "unit__pinyin", "unit_id"))
    ids = {row.unit_id for row in rows}
    taken, done = taken_this_month(ids), _finished(ids, categories)
    found: dict[str, list[UnitFacts]] = defaultdict(list)
    for row in rows:
        most = row.unit.monthly_capacity
        left = None if most is None else max(most - taken.get(row.unit_id, 0), 0)
        facts = UnitFacts(row.unit, row.is_main, left, done.get((row.unit_id, row.category), 0))
        found[row.category].append(facts)
    return found


def _finished(ids: Iterable[int], categories: Iterable[str]) -> dict[tuple[int, str], int]:
    rows = Commitment.objects.filter(
        unit_id__in=ids, state=CommitmentState.FINISHED, need__category__in=categories
    )
    counted = rows.order_by().values_list("unit_id", "need__category").annotate(n=Count("pk"))
    return {(unit, category): n for unit, category, n in counted}
