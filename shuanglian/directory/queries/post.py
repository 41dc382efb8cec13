"""People in posts: which role somebody holds where, with the name of the place; and places found by what people type."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from shuanglian.accounts.choices import Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.accounts.queries import assignments_visible_to
from shuanglian.core import uscc
from shuanglian.directory.models import Division, Organization, PartnerUnit
from shuanglian.directory.queries.division import townships

PLACES = {Scope.TOWNSHIP: Division, Scope.ORGANIZATION: Organization, Scope.UNIT: PartnerUnit}
COUNTY_WIDE = "全县"


def posts_visible_to(user: User) -> QuerySet[RoleAssignment]:
    """Role assignments as accounts shows them, each with ``place``: the name of its organisation, unit or township."""
    named = [
        When(
            scope=scope,
            then=Subquery(model._default_manager.filter(pk=OuterRef("scope_id")).values("name")[:1]),
        )
        for scope, model in PLACES.items()
    ]
    place = Case(*named, default=Value(COUNTY_WIDE), output_field=CharField())
    return assignments_visible_to(user).annotate(place=Coalesce(place, Value("")))


def posts_over(day: dt.date) -> Q:
    """The condition "ended, or taken back"."""
    return ~Q(ended_at=None) | Q(ends__lt=day)


def place_named(county: str, scope: str, text: str) -> int | None:
    """The pk of what somebody typed as the place of a post: a name, a short name, a code. None for the whole county.

    Raises:
        ValidationError: nothing typed, none found, or several.
    """
    if scope == Scope.COUNTY:
        return None
    typed, kind = text.strip(), Scope(scope).label
    if not typed:
        raise ValidationError({"place": f"请写所在的{kind}"})
    found = list(_named(county, scope, typed)[:2])
    if not found:
        raise ValidationError({"place": f"没有找到名称是“{typed}”的{kind}，请照台账里的全称填写"})
    if len(found) > 1:
        raise ValidationError({"place": f"有不止一个“{typed}”，请写统一社会信用代码或全称"})
    return found[0]


def _named(county: str, scope: str, text: str) -> QuerySet[Organization, int]:
    same = Q(name=text)
    if scope == Scope.TOWNSHIP:
        return townships(county).filter(same | Q(code=text)).values_list("pk", flat=True)  # type: ignore[return-value]
    model = PLACES[Scope(scope)]
    coded = Q(short_name=text) | Q(uscc=uscc.normalise(text))
    exact = model._default_manager.filter(same | coded, county=county)
    if model is Organization:
        exact = exact.filter(merged_into=None)
    return exact.values_list("pk", flat=True)  # type: ignore[return-value]
