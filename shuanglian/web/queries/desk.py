"""The desk (待我办理): role → sections. Whoever holds several roles gets the sections of all of them, each once."""

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role
from shuanglian.accounts.models import User
from shuanglian.web.queries.asking import (
    AGENDA,
    ASKED,
    CAME_BACK,
    CONTESTED,
    DECLINED,
    ENDED,
    OUTSIDE,
    SUGGESTED,
)
from shuanglian.web.queries.enterprise import WAITING
from shuanglian.web.queries.needs import (
    ENTERED,
    GUIDED,
    OF_TOWN,
    OFFERS_TO_REVIEW,
    REVIEW,
    UNCLAIMED,
    UNFINISHED,
)
from shuanglian.web.queries.section import LISTED, SHOWN, Filled, Section
from shuanglian.web.queries.time_limits import LATE, LATE_OF_UNIT, SOON, SOON_OF_UNIT
from shuanglian.web.queries.units import AT_WORK, BOOKINGS, OWN_OFFERS, SUITED

_OFFICE = (
    REVIEW,
    LATE,
    CONTESTED,
    DECLINED,
    OUTSIDE,
    UNCLAIMED,
    SOON,
    OFFERS_TO_REVIEW,
    AGENDA,
    SUGGESTED,
    ENDED,
)
_LEADER = (ENTERED, UNFINISHED, LATE, SOON)

DESKS: dict[str, tuple[Section, ...]] = {
    Role.STAFF: _OFFICE,
    Role.APPROVER: _OFFICE,
    Role.PARTNER_HANDLER: (
        BOOKINGS,
        ASKED,
        CAME_BACK,
        LATE_OF_UNIT,
        SUITED,
        SOON_OF_UNIT,
        AT_WORK,
        OWN_OFFERS,
    ),
    Role.LEADER: _LEADER,
    Role.LIAISON: _LEADER,
    Role.INSTRUCTOR: (GUIDED, UNFINISHED),
    Role.TOWNSHIP: (OF_TOWN,),
    **dict.fromkeys(ENTERPRISE_SIDE, (WAITING,)),
}
STRIP = 4
FOLLOWS_ALL = (Role.STAFF, Role.APPROVER, Role.LEADER, Role.LIAISON, Role.AUDITOR)


def sections_of(user: User) -> list[Section]:
    """The sections of every role acted under, in order; two that share a key are the same list, shown once."""
    found: dict[str, Section] = {}
    for post in user.acting:
        for section in DESKS.get(post.role, ()):
            found.setdefault(section.key, section)
    return list(found.values())


def desk_of(user: User) -> list[Filled]:
    """What waits for this person. The number of queries depends on his roles, never on how much there is to do.

    An empty list is left out, unless it is the first or the strip names it.
    """
    filled = [Filled(section, *section.fill(user, SHOWN)) for section in sections_of(user)]
    return [one for one in filled if one.rows or one.section.strip or one is filled[0]]


def section_of(user: User, key: str) -> Filled | None:
    """One section of the user's desk with all its rows; None when it is not on his desk."""
    for section in sections_of(user):
        if section.key == key:
            return Filled(section, *section.fill(user, LISTED))
    return None


def strip_of(desk: list[Filled]) -> list[dict[str, object]]:
    """The line of things to do today: at most four sections with how many there are and how the first one stands."""
    named: list[dict[str, object]] = [
        {
            "count": one.total if one.total <= LISTED else one.figure,
            "title": one.section.strip,
            "text": one.pressing,
            "href": f"#{one.section.key}",
            "hot": one.is_late,
        }
        for one in desk
        if one.section.strip
    ]
    return named[:STRIP] if len(named) > 1 else []
