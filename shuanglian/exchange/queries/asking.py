"""For which organisations somebody may post a need or book an offer, and how they are found while typing."""

from typing import Any

from django.db.models import Q, QuerySet

from shuanglian.accounts.choices import COMMITTEE, ENTERPRISE_SIDE, Role, Scope
from shuanglian.directory.models import Organization
from shuanglian.directory.queries import in_business

FOR_ANYBODY = (*COMMITTEE, Role.LIAISON, Role.LEADER)
FEW = 30  # up to so many are offered as a list to choose from


def organizations_to_ask_for(user: Any) -> QuerySet[Organization]:
    """The organisations in business a user may post for: his own, those he guides, or any of the county."""
    rows = in_business(Organization.objects.filter(county=user.county)).select_related("division")
    if user.holds(*FOR_ANYBODY):
        return rows
    return rows.filter(pk__in=user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE, Role.INSTRUCTOR))


def town_asked_for(user: Any) -> str:
    """The township of the one organisation a user speaks for; empty for the office and for who speaks for several."""
    if user.holds(*FOR_ANYBODY):
        return ""
    own = list(organizations_to_ask_for(user)[:2])
    return own[0].division.name if len(own) == 1 else ""


def speaks_for_itself(user: Any) -> bool:
    """Whether what this user posts is his own organisation's word, and not typed for another (代录)."""
    return not user.holds(*FOR_ANYBODY) and bool(user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE))


def find_organizations(user: Any, text: str, most: int = 8) -> list[Organization]:
    """Those that a few typed characters may mean: name, short name, pinyin initials, or the whole credit code."""
    word = " ".join(text.split())
    if not word:
        return []
    rows = organizations_to_ask_for(user)
    exact = list(rows.filter(Q(name=word) | Q(short_name=word) | Q(uscc=word.upper()))[:2])
    if len(exact) == 1:
        return exact
    near = Q(name__icontains=word) | Q(short_name__icontains=word) | Q(initials__startswith=word.lower())
    return list(rows.filter(near).order_by("pinyin", "pk")[:most])
