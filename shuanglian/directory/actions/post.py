"""Putting somebody into a post: a role at an organisation, a unit or a township that exists."""

from typing import Unpack

from django.db import transaction

from shuanglian.accounts import actions as accounts
from shuanglian.accounts.actions import Post
from shuanglian.accounts.choices import SCOPE_OF_ROLE, Role
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.directory.queries import place_named


@transaction.atomic
def appoint(*, by: User, user: User, role: str, place: str = "", **post: Unpack[Post]) -> RoleAssignment:
    """Give somebody a role at the place of this name, short name or code; county-wide roles need none.

    Raises:
        PermissionDenied, ValidationError: as ``accounts.actions.assign_role``, and when the place is not found.
    """
    post["scope_id"] = place_named(user.county, SCOPE_OF_ROLE[Role(role)], place)
    return accounts.assign_role(user, role, by=by, **post)
