"""Putting somebody into a post: a role at an organisation, a unit or a township that exists."""

import datetime as dt
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts import actions as accounts
from shuanglian.accounts.actions import Post
from shuanglian.accounts.choices import SCOPE_OF_ROLE, Role
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.access import require
from shuanglian.core.audit import history, record
from shuanglian.core.clock import now
from shuanglian.core.events import announce
from shuanglian.directory.events import InstructorWanted
from shuanglian.directory.models import Organization
from shuanglian.directory.queries import place_named

ASK_AGAIN = dt.timedelta(days=14)


@transaction.atomic
def appoint(*, by: User, user: User, role: str, place: str = "", **post: Unpack[Post]) -> RoleAssignment:
    """Give somebody a role at the place of this name, short name or code; county-wide roles need none.

    Raises:
        PermissionDenied, ValidationError: as ``accounts.actions.assign_role``, and when the place is not found.
    """
    post["scope_id"] = place_named(user.county, SCOPE_OF_ROLE[Role(role)], place)
    return accounts.assign_role(user, role, by=by, **post)


@transaction.atomic
def ask_instructor(organization: Organization, *, by: User, note: str = "") -> Organization:
    """The committee asks the security administrator, who alone gives roles, for an instructor at an organisation.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: it was asked for within the last two weeks.
    """
    require(by, "directory.ask_instructor", organization)
    row = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if history(row).filter(verb="ask_instructor", when__gte=now() - ASK_AGAIN).exists():
        raise ValidationError("两周内已经请过了，安全管理员的消息里有。")
    record(row, "ask_instructor", by=by, note=note.strip())
    announce(InstructorWanted(row, note.strip(), by))
    return row
