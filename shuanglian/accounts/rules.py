"""Who may do what with accounts and roles: three administrators, and none can do another's work (三员分离).

The system administrator makes accounts, the security administrator gives them roles, the auditor reads the history.
An administrator's password is reset by the security administrator, so that making accounts never becomes a way into
the others' power; nobody resets his own. A second factor is switched off by the one of the two who may not reset that
account's password: to come in as somebody else two administrators would have to agree. The security administrator could
do without the other by giving or taking an administrator's role in between; the auditor finds every step in the history.
"""

from typing import Any

from shuanglian.accounts.choices import SCOPE_OF_ROLE, Role, Scope
from shuanglian.accounts.models import User
from shuanglian.accounts.queries import was_administrator
from shuanglian.core.access import allow, holds, in_county, name_roles, predicate

name_roles(
    {
        role.value: str(role.label)
        if SCOPE_OF_ROLE[role] == Scope.COUNTY
        else f"{role.label}（自己的范围内）"
        for role in Role
        if role != Role.SYSTEM
    }
)

system = holds(Role.SYSTEM)
sysadmin = holds(Role.SYSADMIN)
secadmin = holds(Role.SECADMIN)
auditor = holds(Role.AUDITOR)


@predicate
def himself(user: Any, obj: Any) -> bool:
    """The account is the user's own, or the role is one he holds."""
    return obj is not None and user.pk == (obj.pk if isinstance(obj, User) else obj.user_id)


@predicate
def of_administrator(user: Any, obj: Any) -> bool:
    """The account belongs to one of the three administrators, or did: taking the role back changes nothing here."""
    return obj is not None and was_administrator(obj)


@predicate
def of_machine(user: Any, obj: Any) -> bool:
    """The account jobs act as."""
    return obj is not None and any(post.role == Role.SYSTEM for post in obj.held)


allow("accounts.start_county", system & in_county)

allow("accounts.view_user", (sysadmin | secadmin) & in_county)
allow("accounts.add_user", sysadmin)
allow("accounts.change_user", sysadmin & in_county & ~of_machine)
allow("accounts.deactivate_user", sysadmin & in_county & ~himself & ~of_machine)
allow(
    "accounts.reset_password",
    in_county & ~himself & ~of_machine & ((sysadmin & ~of_administrator) | (secadmin & of_administrator)),
)
allow(
    "accounts.remove_second_factor",
    in_county
    & ~himself
    & ~of_machine
    & ((secadmin & ~of_administrator) | (sysadmin & of_administrator) | system),
)
allow("accounts.choose_password", himself)

allow("accounts.view_roleassignment", (sysadmin | secadmin) & in_county)
allow("accounts.assign_role", secadmin & in_county & ~himself & ~of_machine)
allow("accounts.add_roleassignment", secadmin)
allow("accounts.end_role", secadmin & in_county & ~himself)

allow("core.view_entry", auditor)
