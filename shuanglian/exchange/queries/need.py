"""Which needs a person may see, and the lists made of them."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shuanglian.accounts.choices import COMMITTEE, ENTERPRISE_SIDE, Role, Scope
from shuanglian.exchange.choices import LIVE, UNDER_WAY, NeedState, Visibility
from shuanglian.exchange.models import Commitment, Delivery, Need

SHOWN = (*(s for s in UNDER_WAY if s != NeedState.BOOKED), NeedState.CLOSED)
COUNTY_WIDE = (*COMMITTEE, Role.LEADER, Role.LIAISON, Role.AUDITOR, Role.SYSTEM)


def needs_visible_to(user: Any) -> QuerySet[Need]:
    """The one rule of who sees which need; pages, exports, search and figures all start here.

    The committee, leaders and the auditor see the county; a township its division; enterprise people their own
    organisation's; instructors those of their organisations; units what is open to the alliance and what they hold;
    everybody the public ones. A draft is seen by whoever typed it.
    """
    needs = Need.objects.filter(county=user.county) if user.is_authenticated else Need.objects.all()
    return needs.filter(_public() if not user.is_authenticated else _visible(user))


def public_needs(county: str) -> QuerySet[Need]:
    """What anybody may read without signing in."""
    return Need.objects.filter(_public(), county=county)


def claimable_by(user: Any) -> QuerySet[Need]:
    """Needs with work to give away that a handler's unit may claim."""
    return needs_visible_to(user).filter(state__in=(NeedState.OPEN, NeedState.CLAIMED, NeedState.IN_PROGRESS))


def _public() -> Q:
    return _open_to(Visibility.PUBLIC)


def _open_to(*circles: str) -> Q:
    return Q(visibility__in=circles, state__in=SHOWN, opened_at__isnull=False)


def _visible(user: Any) -> Q:
    mine = Q(state=NeedState.DRAFT, entered_by=user)
    submitted = ~Q(state=NeedState.DRAFT)
    if user.holds(*COUNTY_WIDE):
        return submitted | mine
    units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    circles = (Visibility.PUBLIC, Visibility.ALLIANCE) if units else (Visibility.PUBLIC,)
    seen = mine | _open_to(*circles)
    if towns := user.scope_ids(Scope.TOWNSHIP):
        seen |= submitted & Q(division_id__in=towns)
    if organizations := user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE, Role.INSTRUCTOR):
        seen |= submitted & Q(organization_id__in=organizations)
    if units:
        # A range of one: looked up for the few rows that come so far, never hashed for all the unit ever held.
        one = {"need__gte": OuterRef("pk"), "need__lte": OuterRef("pk")}
        held = Commitment.objects.filter(unit_id__in=units, **one)
        seen |= submitted & Q(Exists(held))
    return seen


def waiting_for_receiver(user: Any) -> QuerySet[Need]:
    """Needs of the user's organisations on which a delivery waits for the receiver's word."""
    organizations = user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE)
    unheard = Delivery.objects.filter(confirmation=None, corrects=None, commitment__state__in=LIVE)
    needs = Need.objects.filter(
        organization_id__in=organizations, pk__in=unheard.values("commitment__need_id")
    )
    return needs.order_by("pk")
