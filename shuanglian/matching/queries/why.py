"""Why this offer for a line of the plan, and why not its first choice: the reasons side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from shuanglian.exchange.models import NeedItem, OfferItem
from shuanglian.exchange.queries import needs_visible_to
from shuanglian.matching.choices import ChoiceKind
from shuanglian.matching.models import PlanChoice
from shuanglian.matching.queries.facts import Reason, reasons_of, records_of
from shuanglian.matching.queries.placed import plan_standing
from shuanglian.matching.queries.rows import Choosable, Row, rows_of
from shuanglian.matching.queries.suggestion import suggestion_of

BESIDE = 2  # offers compared


@dataclass(frozen=True, slots=True)
class Side:
    """One offer with its reasons."""

    choosable: Choosable
    is_chosen: bool
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What serves a line, and the best of the others."""

    row: Row
    sides: list[Side]
    barred: list[OfferItem]  # what is not suggested any more


def comparison(user: Any, line: int) -> Comparison | None:
    """The reasons for a line of the plan the user may see; None when it has left the plan."""
    lines = [placed for placed in plan_standing(user).lines if placed.pk == line]
    if not lines:
        return None
    (row,) = rows_of(lines)
    others = [one for one in row.options if one != row.chosen]
    shown = [*([row.chosen] if row.chosen else []), *others][:BESIDE]
    barred = PlanChoice.objects.filter(need_item=line, kind=ChoiceKind.BAR, ended_at=None)
    return Comparison(
        row,
        [Side(one, one == row.chosen, _reasons(user, line, one)) for one in shown],
        list(OfferItem.objects.filter(plan_choices__in=barred).select_related("offer__unit")),
    )


def _reasons(user: Any, line: int, one: Choosable) -> Sequence[Reason]:
    """What texts and records say; where the texts cannot be asked, what the records say of the unit."""
    items = Prefetch("items", NeedItem.objects.order_by("position"))
    need = needs_visible_to(user).select_related("division").prefetch_related(items).get(items=line)
    item = OfferItem.objects.select_related("offer__unit__division").get(pk=one.item)
    found = suggestion_of(user, need, item.offer)
    if found is not None:
        return found.reasons
    unit = item.offer.unit
    return reasons_of(records_of([unit], need.category)[unit.pk], need)
