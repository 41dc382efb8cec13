"""Partner units of the alliance: everybody signed in sees them, needs find them by their mandates."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.directory.choices import UnitLevel
from shuanglian.directory.models import Mandate, PartnerUnit


def units_visible_to(user: User) -> QuerySet[PartnerUnit]:
    """All units of the county, also those that left: the alliance is public within itself."""
    if not user.is_authenticated:
        return PartnerUnit.objects.none()
    mandates = Prefetch("mandates", Mandate.objects.order_by("-is_main", "pk"))
    return (
        PartnerUnit.objects.filter(county=user.county).select_related("division").prefetch_related(mandates)
    )


def units_of(user: User) -> QuerySet[PartnerUnit]:
    """The units somebody handles the business of."""
    return PartnerUnit.objects.filter(
        county=user.county, pk__in=user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    )


def in_alliance(day: dt.date) -> Q:
    """The condition "a member on this day"."""
    return (Q(left_on=None) | Q(left_on__gt=day)) & (Q(joined_on=None) | Q(joined_on__lte=day))


def without_mandate(day: dt.date) -> Q:
    """The condition "a member that no category of needs leads to"."""
    return (
        in_alliance(day)
        & Q(level=UnitLevel.COUNTY)
        & ~Q(Exists(Mandate.objects.filter(unit=OuterRef("pk"), is_main=True)))
    )


def units_with_mandate(county: str, category: str) -> QuerySet[PartnerUnit]:
    """Today's members whose duties include a category, those it is the main duty of first, with ``is_main``."""
    rows = PartnerUnit.objects.filter(in_alliance(today()), county=county, mandates__category=category)
    return rows.annotate(is_main=F("mandates__is_main")).order_by("-is_main", "pinyin", "pk")
