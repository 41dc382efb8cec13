"""Give the people their accounts and roles: the two administrators make them, as in any county.

Nobody has a password: in demonstration mode the sign-in page opens the accounts named ``demo-…`` with one click, and
no other account can be entered at all.
"""

from collections.abc import Iterable
from itertools import count

from demo.cast import Cast
from demo.people import (
    ADMINISTRATORS,
    COLLEAGUE,
    DEMONSTRATION,
    Person,
    Post,
    clerks,
    handlers,
    instructors,
    phone,
)
from shuanglian.accounts.actions import assign_role, create_user, deactivate_user
from shuanglian.accounts.choices import SCOPE_OF_ROLE, Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.audit import record
from shuanglian.core.clock import today

LISTED_ONLY = "只登记派驻，不登录系统"
USER_PHONES = 5000  # telephone numbers of accounts begin here
_SYSADMIN, _SECADMIN, _ = (person.username for person in ADMINISTRATORS)


def open_office(cast: Cast) -> None:
    """The three administrators, then the first of the committee's staff, who enters the units."""
    for person in ADMINISTRATORS:
        cast.people[person.username] = _first(cast, person)
    _admit(cast, DEMONSTRATION[:1])


def admit_everybody(cast: Cast, asking: list[str], guided: list[str], others: list[str]) -> None:
    """Everybody else, those one can be first. ``asking``: organisations with a clerk; the rest is for the instructors.

    ``guided`` are the organisations of the instructor one can be, ``others`` those of the other 28.
    """
    by_unit, by_organization = (
        handlers([name for name, unit in cast.units.items() if not unit.is_outside]),
        clerks(asking),
    )
    guides = instructors(guided, others)
    crowd = [*DEMONSTRATION[1:], *guides, COLLEAGUE, *by_unit.values(), *by_organization.values()]
    _admit(cast, {person.username: person for person in crowd}.values())
    cast.handlers = {unit: cast.people[person.username] for unit, person in by_unit.items()}
    cast.askers = {name: cast.people[person.username] for name, person in by_organization.items()}


def _admit(cast: Cast, crowd: Iterable[Person]) -> None:
    numbers = count(USER_PHONES + len(cast.people))
    sysadmin, secadmin = cast.people[_SYSADMIN], cast.people[_SECADMIN]
    for person in crowd:
        user = create_user(
            by=sysadmin, username=person.username, name=person.name, mobile=phone(next(numbers))
        )
        for post in person.posts:
            assign_role(user, post.role, by=secadmin, title=post.title, scope_id=_place(cast, post))
        if not person.signs_in:
            user = deactivate_user(user, by=sysadmin, note=LISTED_ONLY)
        cast.people[person.username] = user


def _first(cast: Cast, person: Person) -> User:
    """Nobody is there yet to make the administrators: the system account does, as at any county's beginning."""
    (post,) = person.posts
    user = User(county=cast.machine.county, username=person.username, name=person.name)
    user.set_unusable_password()
    user.save()
    record(user, "create", by=cast.machine)
    role = RoleAssignment.objects.create(
        county=user.county, user=user, role=post.role, scope=Scope.COUNTY, starts=today()
    )
    record(role, "assign", by=cast.machine)
    return user


def _place(cast: Cast, post: Post) -> int | None:
    scope = SCOPE_OF_ROLE[Role(post.role)]
    if scope == Scope.COUNTY:
        return None
    if scope == Scope.TOWNSHIP:
        return cast.divisions[post.place].pk
    return cast.units[post.place].pk if scope == Scope.UNIT else cast.organizations[post.place].pk
