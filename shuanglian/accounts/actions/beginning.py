"""How a county begins: the account jobs act as, and the first three administrators."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.actions.role import write_role
from shuanglian.accounts.actions.user import write_user
from shuanglian.accounts.choices import ADMINISTRATORS, Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.access import require
from shuanglian.core.audit import record

_MACHINE = "system"
_BEGINNING = dt.date(2000, 1, 1)  # the machine's role is older than any history a county brings along


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
    user = write_user(user, password, True, by=machine)
    write_role(user, role, by=machine)
    return user
