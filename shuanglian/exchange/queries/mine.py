"""我的需求、我的资源、我的对接: what somebody has to do and what is under way for the places he works for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
from shuanglian.core.clock import today
from shuanglian.exchange.choices import CommitmentState, NeedState, OfferState, Side
from shuanglian.exchange.models import Commitment, Feedback, Need, Offer
from shuanglian.exchange.queries.commitment import commitments_visible_to
from shuanglian.exchange.queries.hall import NeedRow, rows_of
from shuanglian.exchange.queries.ledger import Promise, promises_of
from shuanglian.exchange.queries.need import needs_visible_to, waiting_for_receiver
from shuanglian.exchange.queries.offer import offers_visible_to
from shuanglian.exchange.queries.passing import Asked, asked_of
from shuanglian.exchange.queries.pressing import with_due
from shuanglian.exchange.queries.shelf import ENDING_DAYS, OfferRow, offer_rows
from shuanglian.exchange.queries.waiting import Place, places_of

MOST = 50  # rows of one section; more are found in the halls and ledgers
_ASKED = (
    NeedState.SUBMITTED,
    NeedState.RETURNED,
    NeedState.BOOKED,
    NeedState.OPEN,
    NeedState.CLAIMED,
    NeedState.IN_PROGRESS,
    NeedState.DONE,
)


@dataclass(frozen=True, slots=True)
class Asking:
    """The side of an organisation."""

    confirm: list[NeedRow]  # a delivery waits for its word
    under_way: list[NeedRow]
    closed: list[NeedRow]
    unrated: frozenset[int]  # ids of closed needs the organisation has not rated
    drafts: list[Need]
    places: list[Place]  # in line for offers that are used up


@dataclass(frozen=True, slots=True)
class Giving:
    """The side of a unit."""

    asked: list[Promise]  # bookings to answer
    working: list[Promise]
    reported: list[Promise]  # waiting for the other side's word
    finished: list[Promise]
    offers: list[OfferRow]
    passed: Asked  # needs passed on to the units, or asked of them by the committee
    lapsing: list[Offer]  # whose validity ends soon or has ended


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody typed for others (代录)."""

    needs: list[NeedRow]
    drafts: list[Need]


def asking(user: Any) -> Asking:
    """What the user's organisations ask for."""
    own = Need.objects.filter(
        organization_id__in=user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE), county=user.county
    )
    waiting = list(waiting_for_receiver(user).values_list("pk", flat=True)[:MOST])
    closed = rows_of(with_due(own.filter(state=NeedState.CLOSED)).order_by("-updated", "-pk")[:MOST])
    return Asking(
        confirm=rows_of(with_due(Need.objects.filter(pk__in=waiting)).order_by("pk")),
        under_way=rows_of(
            with_due(own.filter(state__in=_ASKED).exclude(pk__in=waiting)).order_by("-submitted_at", "-pk")[
                :MOST
            ]
        ),
        closed=closed,
        unrated=_unrated([row.pk for row in closed]),
        drafts=_drafts(user),
        places=places_of(user),
    )


def giving(user: Any) -> Giving:
    """What the user's units promised and offer."""
    units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    promises = _promises(commitments_visible_to(user).filter(unit_id__in=units))
    active = [p for p in promises if p.commitment.state == CommitmentState.ACTIVE]
    done = [p for p in promises if p.commitment.state == CommitmentState.FINISHED]
    return Giving(
        asked=[p for p in promises if p.commitment.state == CommitmentState.REQUESTED],
        working=[p for p in active if p.pending <= 0],
        reported=[p for p in active if p.pending > 0],
        finished=sorted(done, key=lambda p: p.commitment.updated, reverse=True),
        offers=offer_rows(_own_offers(user, units)),
        passed=asked_of(user),
        lapsing=_lapsing(units),
    )


def _promises(held: QuerySet[Commitment]) -> list[Promise]:
    """The most pressing of what is asked, at work and reported, and what was finished last; ids first, then the rows."""
    active = held.filter(state=CommitmentState.ACTIVE)
    parts = (
        held.filter(state=CommitmentState.REQUESTED).order_by("pk"),
        active.filter(reported_on=None).order_by("due", "pk"),
        active.exclude(reported_on=None).order_by("due", "pk"),
        held.filter(state=CommitmentState.FINISHED).order_by("-updated", "-pk"),
    )
    ids = [pk for rows in parts for pk in rows.values_list("pk", flat=True)[:MOST]]
    rows = Commitment.objects.filter(pk__in=ids)
    return promises_of(rows.select_related("need__organization", "need_item", "unit", "offer_item__offer"))


def entered(user: Any) -> Entered:
    """Needs the user typed for an organisation, and those of organisations he guides."""
    guided = user.scope_ids(Scope.ORGANIZATION, Role.INSTRUCTOR)
    about = Q(entered_by=user) | Q(organization_id__in=guided)
    rows = needs_visible_to(user).filter(about, state__in=(*_ASKED, NeedState.CLOSED))
    return Entered(rows_of(with_due(rows).order_by("-submitted_at", "-pk")[:MOST]), _drafts(user))


def _drafts(user: Any) -> list[Need]:
    rows = needs_visible_to(user).filter(state=NeedState.DRAFT, entered_by=user)
    return list(rows.select_related("organization").order_by("-updated", "-pk")[:MOST])


def _own_offers(user: Any, units: list[int]) -> QuerySet[Offer]:
    rows = offers_visible_to(user).filter(unit_id__in=units).exclude(state=OfferState.WITHDRAWN)
    return rows.order_by("-pk")[:MOST]


def _lapsing(units: list[int]) -> list[Offer]:
    """Published offers of these units whose validity has ended or ends within a month, the earliest first."""
    last = today() + dt.timedelta(days=ENDING_DAYS)
    rows = Offer.objects.filter(
        unit_id__in=units, state=OfferState.PUBLISHED, standing=False, valid_until__lte=last
    )
    return list(rows.order_by("valid_until", "pk")[:MOST])


def _unrated(closed: list[int]) -> frozenset[int]:
    finished = Commitment.objects.filter(need_id__in=closed, state=CommitmentState.FINISHED)
    rated = Feedback.objects.filter(commitment__need_id__in=closed, side=Side.RECEIVER)
    return frozenset(finished.exclude(pk__in=rated.values("commitment_id")).values_list("need_id", flat=True))
