"""What a person holds, shown before it is handed over, and who could take it over."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.exchange.choices import LIVE, NeedState
from shuanglian.exchange.models import Commitment, Need

# Whoever holds one of these sees the needs of every organisation, so that any of them can go to him.
EVERYWHERE = (Role.STAFF, Role.APPROVER, Role.LIAISON)
OF_ORGANIZATION = (*ENTERPRISE_SIDE, Role.INSTRUCTOR)
NOT_UNDER_WAY = (NeedState.DRAFT, NeedState.CLOSED)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Living promises handled, drafts typed, and needs under way that carry the person's name."""

    commitments: tuple[Commitment, ...]
    drafts: tuple[Need, ...]
    needs: tuple[Need, ...]

    @property
    def empty(self) -> bool:
        return not (self.commitments or self.drafts or self.needs)

    @property
    def unit_ids(self) -> set[int]:
        """The units whose handler the successor must be."""
        return {row.unit_id for row in self.commitments}

    @property
    def organization_ids(self) -> set[int]:
        """The organisations whose needs the successor must see."""
        return {need.organization_id for need in (*self.drafts, *self.needs)}


def holdings_of(user: User) -> Holdings:
    """Everything that would be left behind if this person left today; three queries."""
    commitments = Commitment.objects.filter(handler=user, state__in=LIVE).select_related("unit", "need")
    typed = Need.objects.filter(entered_by=user, state=NeedState.DRAFT).select_related("organization")
    named = Need.objects.filter(Q(raised_by=user) | Q(entered_by=user), county=user.county)
    under_way = named.exclude(state__in=NOT_UNDER_WAY).select_related("organization")
    return Holdings(
        tuple(commitments.order_by("pk")), tuple(typed.order_by("pk")), tuple(under_way.order_by("pk"))
    )


def people_holding(user: User) -> QuerySet[User]:
    """The people of the user's county who hold something, with how much: ``promises``, ``drafts``, ``named``."""
    mine = Commitment.objects.filter(handler=OuterRef("pk"), state__in=LIVE)
    typed = Need.objects.filter(entered_by=OuterRef("pk"), state=NeedState.DRAFT)
    named = Need.objects.filter(Q(raised_by=OuterRef("pk")) | Q(entered_by=OuterRef("pk")))
    people = User.objects.filter(county=user.county).exclude(assignments__role=Role.SYSTEM)
    counted = people.annotate(
        promises=_count(mine), drafts=_count(typed), named=_count(named.exclude(state__in=NOT_UNDER_WAY))
    )
    return counted.filter(Q(promises__gt=0) | Q(drafts__gt=0) | Q(named__gt=0)).order_by(
        F("is_active").asc(), "name", "pk"
    )


def successors(leaver: User, held: Holdings) -> QuerySet[User]:
    """Who has access to everything of ``held`` today and may sign in; the action checks it again."""
    posts = RoleAssignment.objects.current().filter(user=OuterRef("pk"))
    people = User.objects.filter(county=leaver.county, is_active=True).exclude(pk=leaver.pk)
    for unit in held.unit_ids:
        people = people.filter(
            Exists(posts.filter(scope=Scope.UNIT, scope_id=unit, role=Role.PARTNER_HANDLER))
        )
    if held.organization_ids:
        people = people.filter(_reaches(posts, held.organization_ids))
    return people.exclude(assignments__role=Role.SYSTEM).order_by("name", "pk")


def _reaches(posts: QuerySet[RoleAssignment], organizations: set[int]) -> Q:
    own = posts.filter(
        scope=Scope.ORGANIZATION, scope_id__in=organizations, role__in=OF_ORGANIZATION
    ).order_by()
    reached = own.values("user").annotate(n=Count("scope_id", distinct=True)).values("n")
    return Q(Exists(posts.filter(role__in=EVERYWHERE))) | Q(
        pk__in=User.objects.annotate(reached=Subquery(reached))
        .filter(reached=len(organizations))
        .values("pk")
    )


def _count(rows: QuerySet[Commitment] | QuerySet[Need]) -> Coalesce:
    counted = rows.order_by().annotate(one=F("county")).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
