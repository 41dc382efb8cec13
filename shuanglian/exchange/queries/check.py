"""The checks before a step: those that are asked for now, and the register of all of them."""

from typing import Any

from django.db.models import Q, QuerySet

from shuanglian.core.access import can
from shuanglian.core.clock import today
from shuanglian.exchange.models import StepCheck


def checks_for(county: str, step: str, category: str) -> list[StepCheck]:
    """What is checked before a step for a need of a category, in order."""
    return list(_asked(county, step, category))


def must_check(county: str, step: str, category: str) -> bool:
    """Whether something has to be ticked, so that one press is not enough."""
    return _asked(county, step, category).filter(required=True).exists()


def checks_visible_to(user: Any) -> QuerySet[StepCheck]:
    """The county's checks, also those that ended."""
    if not can(user, "exchange.view_stepcheck"):
        return StepCheck.objects.none()
    return StepCheck.objects.filter(county=user.county)


def _asked(county: str, step: str, category: str) -> QuerySet[StepCheck]:
    in_use = Q(ended_on=None) | Q(ended_on__gt=today())
    rows = StepCheck.objects.filter(in_use, county=county, step=step, category__in={"", category})
    return rows.order_by("position", "pk")
