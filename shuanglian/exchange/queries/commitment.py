"""Which promises a person may see."""

from typing import Any

from django.db.models import Q, QuerySet

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
from shuanglian.exchange.models import Commitment
from shuanglian.exchange.queries.need import COUNTY_WIDE


def commitments_visible_to(user: Any) -> QuerySet[Commitment]:
    """The committee, leaders and auditor see all; a unit its own; an organisation those made to it; a township its."""
    rows = (
        Commitment.objects.filter(county=user.county) if user.is_authenticated else Commitment.objects.none()
    )
    if user.is_authenticated and user.holds(*COUNTY_WIDE):
        return rows
    if not user.is_authenticated:
        return rows
    seen = Q(unit_id__in=user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER))
    seen |= Q(need__organization_id__in=user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE, Role.INSTRUCTOR))
    seen |= Q(need__division_id__in=user.scope_ids(Scope.TOWNSHIP))
    return rows.filter(seen)
