"""Working out the plan of a county, and what staff decide about its lines.

Comparing texts is slow and kept; the allocation itself takes milliseconds and starts from nothing each time. Nothing is
assigned by a plan: units are asked (``sending``), and answer.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now
from shuanglian.core.jobs import later
from shuanglian.exchange.models import NeedItem, OfferItem
from shuanglian.matching.choices import FIXING, ChoiceKind
from shuanglian.matching.models import Plan, PlanChoice, PlanLine
from shuanglian.matching.queries import ranking
from shuanglian.matching.queries.county import Drawn
from shuanglian.matching.queries.plan import (
    Kept,
    OpenLine,
    county_now,
    kept_lines,
    open_lines,
    plans_visible_to,
    shelf_of,
)
from shuanglian.matching.queries.planning import draw_up, is_ready
from shuanglian.matching.queries.ranking import Compared

AT_ONCE = 30  # lines that are compared while somebody waits; more of them are compared by a job


@transaction.atomic
def make_plan(county: str, *, by: User, patient: bool = False) -> Plan:
    """重新计算: compare what is new or changed, then plan all open lines anew around what staff fixed.

    ``patient``: a job, which compares any number of lines. Otherwise more than ``AT_ONCE`` are left to a job, and the
    plan is made of what is known by now; so is a solver that has to be compiled first, and until then the first to come
    is served first.
    """
    require(by, "matching.make_plan")
    Plan.objects.get_or_create(county=county)
    plan = Plan.objects.get(county=county)
    lines, shelf = open_lines(county), shelf_of(county)
    stale = _unknown(lines, kept_lines(plan), plan, shelf)
    together = patient or is_ready()
    compares = not stale or patient or (len(stale) <= AT_ONCE and ranking.is_whole())
    waits = not (together and compares)
    fresh = dict(ranking.compare(stale)) if compares else {}
    plan = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    before, kept = snapshot(plan), kept_lines(plan)
    known = {pk: _as_compared(row) for pk, row in kept.items()}
    known |= fresh
    worth = {line: found.worth for line, found in known.items()}
    drawn = draw_up(county_now(county, lines, worth), together=together)
    again = {line.item.pk for line in stale if line.item.pk not in fresh or fresh[line.item.pk].by_words}
    _store_lines(plan, kept, _lines_to_keep(lines, known, drawn, again))
    if waits and not plan.is_waiting:
        later("matching.make_plan", county=county, user_id=by.pk)
        plan.waiting_since = now()
    elif not waits:
        plan.waiting_since, plan.shelf = None, shelf
    plan.made_at, plan.made_by = now(), by
    plan.planned, plan.total, plan.gap = drawn.tally.planned, drawn.tally.total, drawn.gap
    plan.first_planned, plan.first_total = drawn.first.planned, drawn.first.total
    plan.save()
    record(plan, "make_plan", by=by, before=before)
    return plan


@transaction.atomic
def change_line(item: NeedItem, offer_item: OfferItem | None, *, by: User) -> PlanChoice | None:
    """改派: another offer for this line, or none for now. Choosing what the plan suggests takes the change back.

    Raises:
        ValidationError: the line is no longer in the plan.
    """
    line = _line(item, by)
    if offer_item is not None and offer_item.pk == line.offer_item_id:
        _end(item, FIXING, by=by)
        return None
    kind = ChoiceKind.CHANGE if offer_item else ChoiceKind.LEAVE
    return _decide(item, kind, offer_item, by=by)


@transaction.atomic
def lock_line(item: NeedItem, *, by: User) -> PlanChoice:
    """锁定: what is suggested now stays, whatever is worked out later.

    Raises:
        ValidationError: the line is no longer in the plan, or nothing is suggested.
    """
    line = _line(item, by)
    fixed = PlanChoice.objects.filter(need_item=item, ended_at=None, kind__in=FIXING).first()
    if fixed is not None:
        return fixed
    if line.offer_item is None:
        raise ValidationError("这项还没有建议，不能锁定。")
    return _decide(item, ChoiceKind.LOCK, line.offer_item, by=by)


@transaction.atomic
def release_line(item: NeedItem, *, by: User) -> int:
    """解锁, 改回建议: the plan may suggest again what is best. Returns how many decisions were taken back."""
    _line(item, by)
    return _end(item, FIXING, by=by)


@transaction.atomic
def bar_offer(item: NeedItem, offer_item: OfferItem, *, by: User) -> PlanChoice:
    """不再建议: this offer is no longer suggested for this line; the plan is worked out anew."""
    _line(item, by)
    barred = PlanChoice.objects.filter(
        need_item=item, offer_item=offer_item, ended_at=None, kind=ChoiceKind.BAR
    ).first()
    if barred is not None:
        return barred
    fixed = PlanChoice.objects.filter(need_item=item, offer_item=offer_item, ended_at=None, kind__in=FIXING)
    if fixed.exists():
        _end(item, FIXING, by=by)
    made = _create(item, ChoiceKind.BAR, offer_item, by=by)
    make_plan(made.county, by=by)
    return made


@transaction.atomic
def unbar_offers(item: NeedItem, *, by: User) -> int:
    """恢复: whatever was not to be suggested for this line may be suggested again. Returns how many."""
    _line(item, by)
    ended = _end(item, (ChoiceKind.BAR,), by=by)
    make_plan(by.county, by=by)
    return ended


# ---- inside ----


def _unknown(lines: Sequence[OpenLine], kept: Mapping[int, Kept], plan: Plan, shelf: str) -> list[OpenLine]:
    """The lines to compare: new ones, those whose words changed, and all of them when an offer changed."""
    if plan.shelf != shelf:
        return list(lines)
    return [line for line in lines if line.item.pk not in kept or kept[line.item.pk].digest != line.digest]


def _as_compared(row: Kept) -> Compared:
    options, above = ([(int(offer), fit) for offer, fit in pairs] for pairs in (row.options, row.above))
    return Compared(options, row.sure, above=above)


def _lines_to_keep(
    lines: Sequence[OpenLine], known: Mapping[int, Compared], drawn: Drawn, again: set[int]
) -> list[Kept]:
    """What is to be stored of each open line; of those ``again`` without a digest, so that they are compared again."""
    offers = dict(OfferItem.objects.filter(pk__in=set(drawn.chosen.values())).values_list("pk", "offer_id"))
    rows = []
    for line in lines:
        pk = line.item.pk
        found = known.get(pk, Compared([], sure=True))
        chosen, miss = drawn.chosen.get(pk), drawn.missed.get(pk)
        rows.append(
            Kept(
                need_item_id=pk,
                due=line.due,
                digest="" if pk in again else line.digest,
                sure=found.sure,
                options=[list(pair) for pair in found.options],
                above=[list(pair) for pair in found.above],
                offer_item_id=chosen,
                fit=dict([*found.options, *found.above]).get(offers[chosen]) if chosen else None,
                miss=miss.kind.value if miss else "",
                missed=miss.item or None if miss else None,
                holders=list(miss.holders) if miss else [],
            )
        )
    return rows


def _store_lines(plan: Plan, kept: Mapping[int, Kept], rows: Sequence[Kept]) -> None:
    """Write the lines that changed; those that are open no more leave."""
    gone = kept.keys() - {row.need_item_id for row in rows}
    PlanLine.objects.filter(plan=plan, need_item__in=gone).delete()
    changed = [row for row in rows if kept.get(row.need_item_id) != row]
    PlanLine.objects.bulk_create(
        [PlanLine(plan=plan, **row._asdict()) for row in changed],
        update_conflicts=True,
        unique_fields=["need_item"],
        update_fields=["plan", *(name.removesuffix("_id") for name in Kept._fields[1:])],
    )


def _line(item: NeedItem, by: User) -> PlanLine:
    """The line in the plan, its plan locked, so that decisions come one after the other."""
    require(by, "exchange.propose_unit")
    plans = plans_visible_to(by).select_for_update(no_key=True)
    line = PlanLine.objects.filter(need_item=item, plan__in=list(plans)).select_related("offer_item").first()
    if line is None:
        raise ValidationError("这一项已经不在方案里了：有单位认领了，或者需求结束了。")
    return line


def _decide(item: NeedItem, kind: ChoiceKind, offer_item: OfferItem | None, *, by: User) -> PlanChoice:
    """One decision in force for a line; the one before it ends. The same once more is the same."""
    fixed = PlanChoice.objects.filter(need_item=item, ended_at=None, kind__in=FIXING).first()
    if fixed is not None and (fixed.kind, fixed.offer_item) == (kind, offer_item):
        return fixed
    _end(item, FIXING, by=by)
    return _create(item, kind, offer_item, by=by)


def _create(item: NeedItem, kind: ChoiceKind, offer_item: OfferItem | None, *, by: User) -> PlanChoice:
    row = PlanChoice.objects.create(county=by.county, need_item=item, kind=kind, offer_item=offer_item, by=by)
    record(row, f"plan_{kind}", by=by)
    return row


def _end(item: NeedItem, kinds: Iterable[str], *, by: User) -> int:
    rows = list(PlanChoice.objects.filter(need_item=item, ended_at=None, kind__in=list(kinds)))
    for row in rows:
        before = snapshot(row)
        row.ended_at = now()
        row.save(update_fields=["ended_at", "updated"])
        record(row, "plan_undo", by=by, before=before)
    return len(rows)
