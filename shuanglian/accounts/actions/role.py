"""Roles: given for a scope and a time, taken back. No administrator holds anything beside his one role."""

import datetime as dt
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.choices import ADMINISTRATORS, SCOPE_OF_ROLE, Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.accounts.queries import has_second_factor, roles_between
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now, today


class Post(TypedDict, total=False):
    """Where and how long a role is held; the scope's kind follows from the role."""

    scope_id: int | None
    title: str
    starts: dt.date
    ends: dt.date | None


@transaction.atomic
def assign_role(user: User, role: str, *, by: User, note: str = "", **post: Unpack[Post]) -> RoleAssignment:
    """Give somebody a role, from today or from ``starts``.

    Raises:
        PermissionDenied: not the security administrator, or a role for himself.
        ValidationError: a role that does not go with the others, a missing scope, dates the wrong way round; an
            administrator's role for an account without a second factor: nobody but its owner could have set one up,
            and without one whoever resets its password could enter it.
    """
    require(by, "accounts.assign_role", user)
    made = write_role(
        User.objects.select_for_update(no_key=True).get(pk=user.pk), role, by=by, note=note, **post
    )
    if role in ADMINISTRATORS and not has_second_factor(user):
        raise ValidationError(
            {"user": f"{user.name}还没有开启两步验证。请先让本人登录开启，再分派管理员角色。"}
        )
    user.forget_roles()
    return made


@transaction.atomic
def end_role(assignment: RoleAssignment, *, by: User, note: str = "") -> RoleAssignment:
    """Take a role back; it is void from this moment on.

    Raises:
        PermissionDenied: not the security administrator, or his own role.
        ValidationError: it is over already.
    """
    require(by, "accounts.end_role", assignment)
    row = RoleAssignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    if row.ended_at is not None or (row.ends is not None and row.ends < today()):
        raise ValidationError("这个角色已经结束了。")
    before = snapshot(row)
    row.ended_at = now()
    row.ends = max(row.starts, today())
    row.save()
    record(row, "end", by=by, before=before, note=note)
    return row


def write_role(user: User, role: str, *, by: User, note: str = "", **post: Unpack[Post]) -> RoleAssignment:
    """Check a role and write it, for callers that have asked permission and hold the account's row."""
    starts, ends = post.get("starts") or today(), post.get("ends")
    row = RoleAssignment(
        user=user,
        county=user.county,
        role=role,
        scope=SCOPE_OF_ROLE[role],
        scope_id=post.get("scope_id"),
        title=post.get("title", "").strip(),
        starts=starts,
        ends=ends,
    )
    _check_scope(row)
    _check_company(row)
    row.save()
    record(row, "assign", by=by, note=note)
    return row


def _check_scope(row: RoleAssignment) -> None:
    """A role names its scope and nothing more; the machine's is not for people; it ends after it starts."""
    label = row.get_role_display()
    if row.role == Role.SYSTEM:
        raise ValidationError({"role": f"“{label}”不能分派给人"})
    if row.scope == Scope.COUNTY and row.scope_id is not None:
        raise ValidationError({"scope_id": f"{label}管全县，不用选范围"})
    if row.scope != Scope.COUNTY and row.scope_id is None:
        raise ValidationError({"scope_id": f"请选{label}所在的{row.get_scope_display()}"})
    if row.ends is not None and row.ends < row.starts:
        raise ValidationError({"ends": "结束日期不能早于起始日期"})
    if not row.user.is_active:
        raise ValidationError({"user": f"{row.user.name}的账号已经停用，请先恢复账号"})


def _check_company(row: RoleAssignment) -> None:
    """No role twice at a time; an administrator holds nothing beside his one role."""
    others = list(roles_between(row.user, row.starts, row.ends))
    if any((o.role, o.scope_id) == (row.role, row.scope_id) for o in others):
        raise ValidationError({"role": f"{row.user.name}这段时间已经是{row.get_role_display()}，不用再派"})
    for other in others:
        if row.role in ADMINISTRATORS or other.role in ADMINISTRATORS:
            raise ValidationError(
                {
                    "role": "系统管理员、安全管理员、审计员三个角色要由不同的人担任，也不能兼其他角色。"
                    f"{row.user.name}已经是{other.get_role_display()}。"
                }
            )
