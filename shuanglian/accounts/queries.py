"""Who signs in, and who holds which role where. Lists for pages start from a user."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from shuanglian.accounts.choices import ADMINISTRATORS, COMMITTEE, ENTERPRISE_SIDE, Role
from shuanglian.accounts.models import AssignmentQuerySet, RoleAssignment, User
from shuanglian.core import cipher
from shuanglian.core.clock import today
from shuanglian.core.models import Entry
from shuanglian.core.prepared import Prepared, given
from shuanglian.core.wording import Audience

DEMONSTRATION = "demo-"


def users_visible_to(user: User) -> QuerySet[User]:
    """The system and the security administrator see the accounts of their county, everybody else his own."""
    if user.holds(Role.SYSADMIN, Role.SECADMIN):
        return User.objects.filter(county=user.county).exclude(assignments__role=Role.SYSTEM)
    return User.objects.filter(pk=user.pk)


def assignments_visible_to(user: User) -> AssignmentQuerySet:
    """As accounts: all of the county for the two administrators, his own for everybody else."""
    rows = RoleAssignment.objects.select_related("user").exclude(role=Role.SYSTEM)
    if user.holds(Role.SYSADMIN, Role.SECADMIN):
        return rows.filter(county=user.county)
    return rows.filter(user_id=user.pk)


def entries_visible_to(user: User) -> QuerySet[Entry]:
    """The auditor reads the whole history of his county; on a row's own page everybody reads that row's."""
    if not user.holds(Role.AUDITOR):
        return Entry.objects.none()
    return Entry.objects.filter(actor__county=user.county).select_related("actor", "kind")


def _holders(**where: Any) -> QuerySet[User]:
    held = RoleAssignment.objects.current(given("day")).filter(
        user=OuterRef("pk"), scope=given("scope"), role__any=given("roles"), **where
    )
    return User.objects.filter(Exists(held), is_active=True)


_OF_PLACE: Prepared[User] = Prepared(lambda: _holders(scope_id=given("scope_id")))
_OF_COUNTY: Prepared[User] = Prepared(lambda: _holders(scope_id=None).filter(county=given("county")))


def people_in_scope(scope: str, scope_id: int | None, roles: Iterable[str], county: str = "") -> list[User]:
    """Who may sign in and holds one of the roles today for exactly this scope; for county roles give the county."""
    asked = {"day": today(), "scope": scope, "roles": list(roles)}
    if scope_id is None:
        return _OF_COUNTY.rows(county=county, **asked)
    return _OF_PLACE.rows(scope_id=scope_id, **asked)


def system_user(county: str) -> User:
    """The account jobs act as.

    Raises:
        User.DoesNotExist: the county was never set up (``actions.ensure_system_user``).
    """
    return User.objects.get(county=county, assignments__role=Role.SYSTEM)


def audience_of(user: Any) -> str:
    """Whom a page speaks to when this user reads it, under the role he acts in."""
    if not user.is_authenticated:
        return Audience.PUBLIC
    if user.holds(Role.PARTNER_HANDLER) and not user.holds(*COMMITTEE):
        return Audience.UNIT
    speaks = user.holds(*ENTERPRISE_SIDE, Role.INSTRUCTOR) and not user.holds(*COMMITTEE)
    return Audience.ENTERPRISE if speaks else Audience.STAFF


def demonstration_accounts() -> QuerySet[User]:
    """The accounts the sign-in page offers in demonstration mode, with their roles; administrators last."""
    people = User.objects.filter(username__startswith=DEMONSTRATION, is_active=True)
    keepers = RoleAssignment.objects.filter(user=OuterRef("pk"), role__in=ADMINISTRATORS)
    return people.prefetch_related("assignments").order_by(Exists(keepers), "pk")


def is_administrator(user: User) -> bool:
    """Whether an account holds one of the three administrators' roles today, chosen in its session or not."""
    return any(post.role in ADMINISTRATORS for post in user.held)


def was_administrator(user: User) -> bool:
    """Whether an account holds or ever held one of the three administrators' roles, or is to hold one."""
    return RoleAssignment.objects.filter(user=user, role__in=ADMINISTRATORS).exists()


def has_second_factor(user: User) -> bool:
    """Whether signing in asks for more than the password."""
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(factors.exists())


def unreadable_factors() -> int:
    """How many second factors no key of this server opens."""
    unreadable = 0
    for data in Authenticator.objects.values_list("data", flat=True):
        try:
            cipher.decrypt(data.get("secret") or data.get("seed", ""))
        except cipher.UnreadableError:
            unreadable += 1
    return unreadable


def roles_between(user: User, starts: dt.date, ends: dt.date | None) -> AssignmentQuerySet:
    """The assignments of a person that touch a span of days and were not taken back."""
    rows = RoleAssignment.objects.filter(Q(ends=None) | Q(ends__gte=starts), user=user, ended_at=None)
    return rows if ends is None else rows.filter(starts__lte=ends)
