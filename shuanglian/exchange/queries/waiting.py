"""The line in front of an offer that is used up: who stands where, said in words."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from shuanglian.accounts.choices import COMMITTEE, Scope
from shuanglian.core.calendar import add_working_days
from shuanglian.core.clock import today
from shuanglian.core.render import date_text
from shuanglian.directory.models import Organization
from shuanglian.exchange.choices import STANDING, Period, WaitingState
from shuanglian.exchange.models import Commitment, Offer, Waiting
from shuanglian.exchange.queries.ledger import period_start, promises_ahead


@dataclass(frozen=True, slots=True)
class Place:
    """One organisation's place in a line."""

    waiting: Waiting
    ahead: int  # that wait and stand before it

    @property
    def is_asked(self) -> bool:
        """Whether its turn has come."""
        return self.waiting.state == WaitingState.ASKED

    @property
    def words(self) -> str:
        """Where it stands, as one says it."""
        if self.is_asked:
            return f"轮到了，请在 {date_text(self.waiting.answer_by)}前答复"
        if not self.ahead:
            return "排在第 1 位，有名额时先问您"
        return f"排在第 {self.ahead + 1} 位，前面还有 {self.ahead} 家"


@dataclass(frozen=True, slots=True)
class PeriodPromises:
    """What is promised in one period of an offer."""

    starts: Any
    total: Decimal
    promises: tuple[Commitment, ...]


def waiting_visible_to(user: Any) -> QuerySet[Waiting]:
    """The committee sees every line of its county, an organisation its own places."""
    rows = Waiting.objects.filter(county=user.county)
    return (
        rows
        if user.holds(*COMMITTEE)
        else rows.filter(organization_id__in=user.scope_ids(Scope.ORGANIZATION))
    )


def line_of(offer: Offer) -> list[Place]:
    """Everybody who stands in line for an offer, in order; those whose turn has come first."""
    rows = Waiting.objects.filter(offer_item__offer=offer, state__in=STANDING)
    return _places(rows)


def places_of(user: Any) -> list[Place]:
    """Where the organisations of a user stand, for any offers; two queries."""
    own = Waiting.objects.filter(organization_id__in=user.scope_ids(Scope.ORGANIZATION), state__in=STANDING)
    rows = Waiting.objects.filter(offer_item_id__in=own.values("offer_item_id"), state__in=STANDING)
    mine = set(user.scope_ids(Scope.ORGANIZATION))
    return [place for place in _places(rows) if place.waiting.organization_id in mine]


def promised_ahead(offer: Offer) -> list[PeriodPromises]:
    """The promises of an offer in this period and the coming ones, period by period."""
    periods: dict[Any, list[Commitment]] = defaultdict(list)
    for row in promises_ahead(offer):
        periods[row.period_start].append(row)
    return [
        PeriodPromises(start, sum((c.quantity for c in rows), Decimal(0)), tuple(rows))
        for start, rows in sorted(periods.items())
    ]


def first_day(offer: Offer) -> dt.date:
    """The earliest day that can be booked of an offer now."""
    return add_working_days(today(), offer.lead_days).due if offer.lead_days else today()


def day_meant(row: Waiting, offer: Offer) -> dt.date | None:
    """For which day a place is looked for: the day wished, or the nearest to it that can be booked; none when none can."""
    first, last = first_day(offer), None if offer.standing else offer.valid_until
    if last and last < first:
        return None
    day = max(row.wanted_on or first, first)
    return min(day, last) if last else day


def kept_place(row: Waiting) -> str:
    """Of which period the place is that is kept for who was asked; empty when there are no periods."""
    day, period = row.period_start, row.offer_item.offer.period
    if day is None or period == Period.TOTAL:
        return ""
    words = {
        Period.MONTH: f"{day.month}月",
        Period.QUARTER: f"{day.year}年第 {day.month // 3 + 1} 季度",
        Period.YEAR: f"{day.year}年",
    }
    return words[Period(period)]


def standing_in(offer: Offer, organizations: QuerySet[Organization]) -> QuerySet[Organization]:
    """Those of ``organizations`` that stand in line for an offer already."""
    standing = Waiting.objects.filter(offer_item__offer=offer, state__in=STANDING)
    return organizations.filter(pk__in=standing.values("organization_id"))


def is_over(row: Waiting, day: dt.date) -> bool:
    """Whether the place kept for who was asked is one of a period that has passed."""
    return row.period_start is not None and row.period_start < period_start(row.offer_item.offer, day)


def _places(rows: QuerySet[Waiting]) -> list[Place]:
    found = list(rows.select_related("offer_item__offer__unit", "organization").order_by("pk"))
    ahead: dict[int, int] = defaultdict(int)
    places = []
    for row in found:
        places.append(Place(row, 0 if row.state == WaitingState.ASKED else ahead[row.offer_item_id]))
        ahead[row.offer_item_id] += row.state == WaitingState.WAITING
    return sorted(places, key=lambda p: not p.is_asked)
