"""The lines of the plan as they stand now: still open, and with what staff decided before what was worked out."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shuanglian.core.clock import today
from shuanglian.matching.choices import FIXING, ChoiceKind
from shuanglian.matching.models import Plan, PlanChoice, PlanLine
from shuanglian.matching.queries.plan import OpenLine, choices_in_force, open_lines, plans_visible_to

SOON = 7  # days

SHOW = {
    "": "全部建议",
    "alt": "没选第一名的",
    "changed": "手动改过和锁定的",
    "late": "超期和 7 天内到期",
    "none": "没有建议的",
}


@dataclass(slots=True)
class Placed:
    """A line of the plan as it stands now: decisions of staff before what was worked out."""

    line: PlanLine
    open: OpenLine
    choice: PlanChoice | None
    barred: int

    @property
    def item(self) -> int | None:
        """The offer's line that is to serve it now."""
        return self.choice.offer_item_id if self.choice else self.line.offer_item_id

    @property
    def is_first(self) -> bool:
        """Whether it has what suits it best."""
        return self.item is not None and not self.line.miss and self.kind != ChoiceKind.CHANGE

    @property
    def kind(self) -> str:
        return self.choice.kind if self.choice else ""

    @property
    def days(self) -> int | None:
        """Days until it is due; below nothing when that day has passed."""
        return (self.line.due - today()).days if self.line.due else None


def placed_lines(
    user: Any, among: QuerySet[PlanLine] | None = None
) -> tuple[Plan | None, list[Placed], int, int]:
    """The plan the user may see, its lines (or those ``among`` them) that are still open by due date; how many left
    and how many came since.
    """
    plan = plans_visible_to(user).first()
    now_open = {line.item.pk: line for line in open_lines(user.county)} if plan else {}
    rows = PlanLine.objects.all() if among is None else among
    kept = list(rows.filter(plan=plan)) if plan else []
    fixed, barred = _decisions(user.county)
    here = [
        Placed(row, now_open[row.need_item_id], fixed.get(row.need_item_id), barred[row.need_item_id])
        for row in kept
        if row.need_item_id in now_open
    ]
    return plan, here, len(kept) - len(here), len(now_open) - len(here)


def is_shown(line: Placed, show: str) -> bool:
    if show == "none":
        return line.item is None and line.kind != ChoiceKind.LEAVE
    if show == "changed":
        return bool(line.kind)
    if show == "late":
        return line.item is not None and line.days is not None and line.days <= SOON
    if show == "alt":
        return line.item is not None and not line.is_first
    return line.item is not None or line.kind == ChoiceKind.LEAVE


def _decisions(county: str) -> tuple[dict[int, PlanChoice], Counter[int]]:
    fixed: dict[int, PlanChoice] = {}
    barred: Counter[int] = Counter()
    for choice in choices_in_force(county):
        if choice.kind in FIXING:
            fixed[choice.need_item_id] = choice
        else:
            barred[choice.need_item_id] += 1
    return fixed, barred
