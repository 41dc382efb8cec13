"""The open needs of a county and what its offers have left, as the plan takes them; and what was kept of the last plan.

A line is open when nobody promised it, no unit is being asked for it, and units may see its need. Comparing texts takes
milliseconds a line and is kept with the line; the plan itself is worked out anew each time (docs/adr/0014).
"""

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from shuanglian.core.access import can
from shuanglian.core.calendar import around
from shuanglian.core.clock import today
from shuanglian.directory.choices import UnitLevel
from shuanglian.directory.models import PartnerUnit
from shuanglian.directory.queries import in_alliance
from shuanglian.exchange.choices import CLAIMABLE, HOLDING, MatchOrigin, MatchState, Urgency, Visibility
from shuanglian.exchange.models import Commitment, Match, Need, NeedItem, Offer, OfferItem
from shuanglian.exchange.queries import bookable_on, need_lines, remaining
from shuanglian.exchange.queries.pressing import with_due
from shuanglian.matching.choices import FIXING, ChoiceKind, Miss
from shuanglian.matching.engine import rank
from shuanglian.matching.engine.allocate.weights import HORIZON, NO_DUE_DAY
from shuanglian.matching.engine.encode import VERSION
from shuanglian.matching.models import OfferVector, Plan, PlanChoice, PlanLine
from shuanglian.matching.queries.county import Ask, County, Option, Room
from shuanglian.matching.queries.facts import taken_this_month
from shuanglian.matching.queries.lexicon import edition

LEVEL = {Urgency.NORMAL: 0, Urgency.URGENT: 1, Urgency.CRITICAL: 2}
SHARED = (Visibility.PUBLIC, Visibility.ALLIANCE)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of a need that is open, its need (with its township), and the day it is to be done or claimed by."""

    item: NeedItem
    need: Any
    quantity: Decimal
    several: bool  # whether the need has other lines
    due: dt.date | None

    @property
    def digest(self) -> str:
        """Which words were compared, of which category and township."""
        need = self.need
        text = "\n".join((need.title, need.detail, self.item.text, need.category, str(need.division_id)))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Supply:
    """What can be given now: rooms by line of an offer, the lines of each offer, and whom an offer serves."""

    rooms: dict[int, Room]
    items: dict[int, list[OfferItem]]  # offer → its lines
    towns: dict[int, set[int]]  # offer → the townships it serves; an offer that is not in it serves all

    def room_for(self, line: OpenLine, offer: int) -> Room | None:
        """The line of an offer that counts in the need's measure, else its first; None where it does not serve."""
        items = self.items.get(offer)
        if not items or line.need.division_id not in self.towns.get(offer, {line.need.division_id}):
            return None
        chosen = next((item for item in items if item.measure == line.item.measure), items[0])
        return self.rooms[chosen.pk]


class Kept(NamedTuple):
    """What is stored of a line; the names are those of ``PlanLine``."""

    need_item_id: int
    due: dt.date | None
    digest: str
    sure: bool
    options: list[list[Any]]
    above: list[list[Any]]
    offer_item_id: int | None
    fit: float | None
    miss: str
    missed: int | None
    holders: list[int]


def plans_visible_to(user: Any) -> QuerySet[Plan]:
    """The plan of the user's county, for those who may ask units."""
    return (
        Plan.objects.filter(county=user.county) if can(user, "exchange.propose_unit") else Plan.objects.none()
    )


def open_lines(county: str) -> list[OpenLine]:
    """All open lines of a county, in the order in which their needs were published."""
    rows = Need.objects.filter(county=county, state__in=CLAIMABLE, visibility__in=SHARED)
    needs = {need.pk: need for need in with_due(rows).select_related("division").order_by("opened_at", "pk")}
    asked = set(_asked(county).values_list("need_item_id", flat=True))
    found = []
    for pk, lines in need_lines(needs).items():
        need: Any = needs[pk]
        for line in lines:
            if line.open > 0 and line.item.pk not in asked:
                days = [day for day in (need.due, line.item.due, need.expected_by) if day]
                found.append(OpenLine(line.item, need, line.open, len(lines) > 1, min(days, default=None)))
    return found


def open_ids(county: str) -> set[int]:
    """The ids of all open lines, for pages: only what somebody promised something for is looked at closely."""
    needs = Need.objects.filter(county=county, state__in=CLAIMABLE, visibility__in=SHARED)
    found = NeedItem.objects.filter(need__in=needs).order_by().values_list("pk", flat=True)
    promised = Commitment.objects.filter(need__in=needs, state__in=HOLDING).order_by()
    touched = need_lines(set(promised.values_list("need_id", flat=True)))
    full = {line.item.pk for lines in touched.values() for line in lines if line.open <= 0}
    return set(found) - full - set(_asked(county).values_list("need_item_id", flat=True))


def supply(county: str) -> Supply:
    """What can be booked today of units of the alliance and above it, without what units are being asked for."""
    offers = bookable_on(Offer.objects.filter(county=county, visibility__in=SHARED), today())
    units = PartnerUnit.objects.filter(in_alliance(today()), county=county)
    rows = OfferItem.objects.filter(offer__in=offers.filter(unit__in=units)).select_related("offer__unit")
    items = list(rows.order_by("offer_id", "position"))
    left = remaining(items, today())
    for match in _asked(county).filter(offer_item__in=left).select_related("need_item"):
        item = next(item for item in items if item.pk == match.offer_item_id)
        same = item.measure == match.need_item.measure
        left[item.pk] -= match.need_item.requested if same else 1
    by_offer: dict[int, list[OfferItem]] = defaultdict(list)
    for item in items:
        by_offer[item.offer_id].append(item)
    towns: dict[int, set[int]] = defaultdict(set)
    for offer_id, town in Offer.divisions.through.objects.filter(offer_id__in=by_offer).values_list(
        "offer_id", "division_id"
    ):
        towns[offer_id].add(town)
    rooms = {
        i.pk: Room(i.pk, i.offer.unit_id, left[i.pk], i.measure, UnitLevel(i.offer.unit.level).tier)
        for i in items
    }
    return Supply(rooms, dict(by_offer), dict(towns))


def ceilings(county: str) -> dict[int, int]:
    """Unit → how many more promises it can make this month, without those it is being asked for."""
    units = PartnerUnit.objects.filter(in_alliance(today()), county=county, monthly_capacity__isnull=False)
    most = dict(units.values_list("pk", "monthly_capacity"))
    taken = taken_this_month(most)
    waiting = Counter(_asked(county).values_list("unit_id", flat=True))
    return {unit: max((n or 0) - taken.get(unit, 0) - waiting[unit], 0) for unit, n in most.items()}


def choices_in_force(county: str) -> QuerySet[PlanChoice]:
    """What staff decided and did not take back."""
    return PlanChoice.objects.filter(county=county, ended_at=None)


def county_now(
    county: str, lines: Sequence[OpenLine], options: Mapping[int, Sequence[Sequence[float]]]
) -> County:
    """The world the plan is made of. ``options``: line → (offer, fit), those worth proposing, best first, tier by tier."""
    given = supply(county)
    calendar, day = around(today()), today()
    left = {due: calendar.between(day, due) for due in {line.due for line in lines} if due}
    asks = [
        Ask(
            line.item.pk,
            LEVEL[Urgency(line.need.urgency)],
            min(left[line.due], HORIZON) if line.due else NO_DUE_DAY,
            line.quantity,
            line.item.measure,
        )
        for line in lines
    ]
    usable: dict[int, list[Option]] = {}
    for line in lines:
        found = ((given.room_for(line, int(o)), fit) for o, fit in options.get(line.item.pk, ()))
        usable[line.item.pk] = [Option(room.item, fit) for room, fit in found if room is not None]
    chosen = choices_in_force(county)
    fixed = dict(chosen.filter(kind__in=FIXING).values_list("need_item_id", "offer_item_id"))
    return County(
        asks,
        given.rooms,
        usable,
        ceilings(county),
        {line: item or 0 for line, item in fixed.items()},
        _barred(county, usable, given.rooms),
    )


def kept_lines(plan: Plan) -> dict[int, Kept]:
    """Line of a need → what the plan kept of it."""
    rows = PlanLine.objects.filter(plan=plan).order_by().values_list(*Kept._fields)
    return {row[0]: Kept(*row) for row in rows}


def shelf_of(county: str) -> str:
    """A mark that changes whenever an offer of the county does, or what offers are compared by."""
    rows = OfferVector.objects.filter(county=county)
    state = rows.aggregate(Count("pk"), Sum("number"), Max("changed"))
    means = (edition(), VERSION, rank.load().version)
    return hashlib.sha256(repr((sorted(state.items()), means)).encode()).hexdigest()[:32]


def _asked(county: str) -> QuerySet[Match]:
    """Units that were asked and have not answered, for needs that can still be claimed."""
    return Match.objects.filter(county=county, state=MatchState.INVITED, need_item__need__state__in=CLAIMABLE)


def _barred(
    county: str, options: Mapping[int, Iterable[Option]], rooms: Mapping[int, Room]
) -> dict[tuple[int, int], Miss]:
    """Pairs that may not be suggested: the unit said no, somebody said it does not fit, or staff do not want it."""
    said_no = Match.objects.filter(county=county, state=MatchState.DECLINED, need_item_id__in=list(options))
    asked = set(said_no.filter(origin=MatchOrigin.STAFF).values_list("need_item_id", "unit_id"))
    unfit = set(said_no.filter(~Q(offer_item=None)).values_list("need_item_id", "offer_item_id"))
    pairs = [(line, option.item) for line, found in options.items() for option in found]
    barred = {pair: Miss.UNFIT for pair in pairs if pair in unfit}
    barred |= {(line, item): Miss.DECLINED for line, item in pairs if (line, rooms[item].unit) in asked}
    chosen = choices_in_force(county).filter(kind=ChoiceKind.BAR, offer_item_id__isnull=False)
    by_staff = chosen.values_list(F("need_item_id"), F("offer_item_id"))
    return barred | {(line, item): Miss.BARRED for line, item in by_staff if item is not None}
