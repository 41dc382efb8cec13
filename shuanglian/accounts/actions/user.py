"""Accounts: made, changed, shut, opened; passwords given and chosen. Every act is written to history, passwords never."""

import re
from typing import TypedDict, Unpack

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from shuanglian.accounts import passwords
from shuanglian.accounts.models import User
from shuanglian.accounts.queries import has_second_factor, was_administrator
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now
from shuanglian.core.phones import mobile_fault, normalise_mobile

INSTEAD = "请收回他现有的角色，分派给另一个开启了两步验证的账号。"
_NAME_OF_ACCOUNT = re.compile(r"[\w.\-]{2,40}")


class UserFacts(TypedDict, total=False):
    """What is kept about somebody who signs in (handbook 3.7)."""

    username: str
    name: str
    mobile: str


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
    return write_user(User(county=by.county, **facts), password, must_change_password, by=by)


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
        ValidationError: a weak password; an administrator, of today or of once, without a second factor: whoever knows the new password could
            sign in as him.
    """
    require(by, "accounts.reset_password", user)
    row = _locked(user)
    if was_administrator(row) and not has_second_factor(row):
        raise ValidationError(
            f"{row.name}是管理员或者当过，还没有开启两步验证，不能由别人重置密码。{INSTEAD}"
        )
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


def _locked(user: User) -> User:
    """The row as it is now, held until the transaction ends; a form may have scribbled on the one we were given."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def write_user(user: User, password: str | None, must_change: bool, *, by: User) -> User:
    """Check an account and write it, for callers that have asked permission."""
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
