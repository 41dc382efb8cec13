"""Telling people, inside the platform and inside the transaction of what happened.

By default everything comes with the digest of the next working morning, so that nobody is called all day; each kind
can be had at once or not at all. A digest is the notices that become visible that morning: it is complete because
nothing else exists, and never empty because without notices there is none.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shuanglian.core.calendar import around
from shuanglian.core.clock import SHANGHAI, now
from shuanglian.core.models import Notice, NoticePreference, Pace
from shuanglian.core.prepared import Prepared, given

MORNING = dt.time(8, 0)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice: its code, what people call it, the pace the house proposes, and whom it can reach.

    ``always``: it warns somebody about his own account, so nobody can say he wants it later or not at all.
    """

    code: str
    name: str
    pace: str = Pace.DIGEST
    to: tuple[str, ...] = ()  # the roles it can reach; empty: everybody
    always: bool = False

    def reaches(self, user: Any) -> bool:
        """Whether this person can ever be told of it."""
        return not self.to or bool(user.holds(*self.to))


kinds: dict[str, Kind] = {}
_WISHES: Prepared[NoticePreference] = Prepared(
    lambda: (
        NoticePreference.objects.filter(user_id__any=given("people"), kind=given("kind"))
        .order_by()
        .values_list("user_id", "pace")
    )
)


def kind(
    code: str, name: str, pace: str = Pace.DIGEST, *, to: Iterable[str] = (), always: bool = False
) -> Kind:
    """Declare a kind of notice; ``to``: the roles of those who are told, when not everybody can be."""
    kinds[code] = Kind(code, name, pace, tuple(to), always)
    return kinds[code]


def tell(people: Iterable[Any], what: Kind, text: str, address: str, *, by: Any = None) -> int:
    """Tell each of these people once, each at his own pace; not the one who did it. Returns how many were told."""
    heard = {person.pk: person for person in people if by is None or person.pk != by.pk}
    wishes = dict(_WISHES.tuples(people=list(heard), kind=what.code)) if heard and not what.always else {}
    moment, morning = now(), next_morning()
    rows = [
        Notice(
            county=person.county,
            user_id=pk,
            kind=what.code,
            text=text[:200],
            address=address,
            shown_from=moment if wishes.get(pk, what.pace) == Pace.AT_ONCE else morning,
        )
        for pk, person in heard.items()
        if wishes.get(pk, what.pace) != Pace.NEVER
    ]
    Notice.objects.bulk_create(rows)
    return len(rows)


def next_morning() -> dt.datetime:
    """Eight o'clock of the next working day (today's, when it is still night)."""
    local = now().astimezone(SHANGHAI)
    calendar = around(local.date())
    if local.time() < MORNING and calendar.is_workday(local.date()):
        day = local.date()
    else:
        day = calendar.add(local.date(), 1).due
    return dt.datetime.combine(day, MORNING, SHANGHAI)


def notices_of(user: Any) -> QuerySet[Notice]:
    """What this person has been told so far, newest first."""
    return Notice.objects.filter(user=user, shown_from__lte=now())


def unread(user: Any) -> int:
    """How many of them were not opened yet."""
    return notices_of(user).filter(read_at=None).count()
