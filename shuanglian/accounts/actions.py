"""What can be done with accounts and roles. Every act is written to history; passwords never are."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from shuanglian.accounts import passwords
from shuanglian.accounts.choices import ADMINISTRATORS, SCOPE_OF_ROLE, Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.accounts.queries import roles_between
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now, today
from shuanglian.core.phones import mobile_fault, normalise_mobile

_NAME_OF_ACCOUNT = re.compile(r"[\w.\-]{2,40}")
_MACHINE = "system"
_BEGINNING = dt.date(2000, 1, 1)  # the machine's role is older than any history a county brings along


class UserFacts(TypedDict, total=False):
    """What is kept about somebody who signs in (handbook 3.7)."""

    username: str
    name: str
    mobile: str


class Post(TypedDict, total=False):
    """Where and how long a role is held; the scope's kind follows from the role."""

    scope_id: int | None
    title: str
    starts: dt.date
    ends: dt.date | None


@transaction.atomic
def create_user(
    *, by: User, password: str | None = None, must_change_password: bool = True, **facts: Unpack[UserFacts]
) -> User:
    """A new account of the acting person's county; without a password nobody can sign in to it yet.

    Raises:
        PermissionDenied: only the system administrator makes accounts.
        ValidationError: a name or mobile that is taken or malformed, a weak password.
    """
    require(by, "accounts.add_user")
    return _new_user(User(county=by.county, **facts), password, must_change_password, by=by)


@transaction.atomic
def change_user(user: User, *, by: User, **facts: Unpack[UserFacts]) -> User:
    """Other facts about an account.

    Raises: as ``create_user``.
    """
    require(by, "accounts.change_user", user)
    row = _locked(user)
    before = snapshot(row)
    for fact, value in facts.items():
        setattr(row, fact, value)
    _check_facts(row)
    row.save()
    record(row, "change", by=by, before=before)
    return row


@transaction.atomic
def deactivate_user(user: User, *, by: User, note: str = "") -> User:
    """Shut an account: open sessions end with their next request; the history stays.

    Raises:
        PermissionDenied: not the system administrator, or his own account.
        ValidationError: it is shut already.
    """
    return _switch(user, False, by=by, note=note)


@transaction.atomic
def reactivate_user(user: User, *, by: User, note: str = "") -> User:
    """Open a shut account again.

    Raises: as ``deactivate_user``.
    """
    return _switch(user, True, by=by, note=note)


@transaction.atomic
def reset_password(user: User, *, by: User, password: str) -> User:
    """Give somebody a first password again, to be changed at the next sign-in; the lock of wrong tries is lifted.

    Raises:
        PermissionDenied: his own, or an administrator's by the system administrator.
        ValidationError: a weak password.
    """
    require(by, "accounts.reset_password", user)
    row = _locked(user)
    before = snapshot(row)
    _set_password(row, password)
    row.must_change_password = True
    row.save()
    record(row, "reset_password", by=by, before=before)
    passwords.open_again(row)
    return row


@transaction.atomic
def choose_password(user: User, *, by: User, password: str) -> User:
    """Somebody's own new password.

    Raises:
        PermissionDenied: somebody else's.
        ValidationError: weak, or the same as before.
    """
    require(by, "accounts.choose_password", user)
    if user.check_password(password):
        raise ValidationError("新密码不能和现在的一样")
    before = snapshot(user)
    _set_password(user, password)
    user.must_change_password = False
    user.save()
    record(user, "choose_password", by=by, before=before)
    return user


@transaction.atomic
def assign_role(user: User, role: str, *, by: User, note: str = "", **post: Unpack[Post]) -> RoleAssignment:
    """Give somebody a role, from today or from ``starts``.

    Raises:
        PermissionDenied: not the security administrator, or a role for himself.
        ValidationError: a role that does not go with the others, a missing scope, dates the wrong way round.
    """
    require(by, "accounts.assign_role", user)
    made = _new_role(_locked(user), role, by=by, note=note, **post)
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


@transaction.atomic
def ensure_system_user(county: str) -> User:
    """The account jobs act as, made on first call. It is the root of the history: it makes itself."""
    found = User.objects.filter(county=county, assignments__role=Role.SYSTEM).first()
    if found is not None:
        return found
    name = f"{_MACHINE}-{county}" if User.objects.filter(username=_MACHINE).exists() else _MACHINE
    user = User(username=name, name="系统自动办理", county=county, is_active=False)
    user.set_unusable_password()
    user.save()
    record(user, "create", by=user)
    role = RoleAssignment.objects.create(
        user=user, county=county, role=Role.SYSTEM, scope=Scope.COUNTY, starts=_BEGINNING
    )
    record(role, "assign", by=user)
    return user


@transaction.atomic
def create_first_administrators(county: str, passwords: Mapping[str, str]) -> list[User]:
    """The three administrators of a new county, each with a first password that must be changed.

    ``passwords`` goes by role: ``sysadmin``, ``secadmin``, ``auditor``; the roles are the user names. Those that exist
    are returned as they are, so that it can be called on every start.

    Raises:
        ValidationError: a missing or weak password.
    """
    machine = ensure_system_user(county)
    require(machine, "accounts.start_county", machine)
    return [_first_administrator(county, role, passwords.get(role), machine) for role in ADMINISTRATORS]


def _first_administrator(county: str, role: Role, password: str | None, machine: User) -> User:
    found = User.objects.filter(username=role.value).first()
    if found is not None:
        return found
    if not password:
        raise ValidationError(f"请给{role.label}设一个初始密码")
    user = User(county=county, username=role.value, name=role.label)
    user = _new_user(user, password, True, by=machine)
    _new_role(user, role, by=machine)
    return user


def _locked(user: User) -> User:
    """The row as it is now, held until the transaction ends; a form may have scribbled on the one we were given."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _new_user(user: User, password: str | None, must_change: bool, *, by: User) -> User:
    _check_facts(user)
    if password is None:
        user.set_unusable_password()
    else:
        _set_password(user, password)
    user.must_change_password = must_change and password is not None
    user.save()
    record(user, "create", by=by)
    return user


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        raise ValidationError({"password": refusal.messages}) from refusal
    user.set_password(password)
    user.password_set = now()


def _switch(user: User, active: bool, *, by: User, note: str) -> User:
    require(by, "accounts.deactivate_user", user)
    row = _locked(user)
    if row.is_active == active:
        raise ValidationError("这个账号现在就能登录。" if active else "这个账号已经停用了。")
    before = snapshot(row)
    row.is_active = active
    row.save()
    record(row, "reactivate" if active else "deactivate", by=by, before=before, note=note)
    return row


def _check_facts(user: User) -> None:
    """Names are lower case; no account answers to the name or mobile of another."""
    user.username = user.username.strip().lower()
    user.name = user.name.strip()
    user.mobile = normalise_mobile(user.mobile)
    faults: dict[str, str] = {}
    if not _NAME_OF_ACCOUNT.fullmatch(user.username):
        faults["username"] = "账号用 2 到 40 个字母、数字或汉字，中间可以有点和短横"
    if not user.name:
        faults["name"] = "请写姓名"
    if user.mobile and (fault := mobile_fault(user.mobile)):
        faults["mobile"] = fault
    others = User.objects.exclude(pk=user.pk)
    if others.filter(Q(username=user.username) | Q(mobile=user.username)).exists():
        faults["username"] = f"账号“{user.username}”已有人用，请换一个"
    if user.mobile and others.filter(Q(mobile=user.mobile) | Q(username=user.mobile)).exists():
        faults["mobile"] = "这个手机号已登记给另一个账号"
    if faults:
        raise ValidationError(faults)


def _new_role(user: User, role: str, *, by: User, note: str = "", **post: Unpack[Post]) -> RoleAssignment:
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
