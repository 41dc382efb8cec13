"""Build the county in one transaction: the directory, the people, then everything that happened."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from demo import histories
from demo.accounts import admit_everybody, open_office
from demo.cast import Cast
from demo.days import Days
from demo.directory import load_organizations, load_units
from demo.needs import needs, posters
from demo.organizations import Firm, organizations
from shuanglian.accounts.actions import ensure_system_user
from shuanglian.core.calendar import around
from shuanglian.core.clock import SHANGHAI, at, today
from shuanglian.core.events import announce
from shuanglian.core.models import Notice
from shuanglian.directory.models import Organization
from shuanglian.exchange.choices import DeadlineKind, NeedState
from shuanglian.exchange.events import NeedLeftUnclaimed
from shuanglian.exchange.models import Deadline

OPENING = -132  # the working day on which the directory is loaded; the first offers follow some days later
YESTERDAY = -1
UNREAD = -3  # what came on this working day or later has not been opened yet
_LOCK = 20_211_311  # any number: one loading at a time
_GUIDED = 5  # organisations of the instructor one can be


def build_county() -> bool:
    """Build the demonstration into an empty database; ``False`` when there are organisations already."""
    with _one_transaction():
        return _build()


def _build() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if Organization.objects.exists():
        return False
    firms, asked = organizations(), needs()
    who = posters(asked, firms)
    days = Days(today(), around(today()).is_workday)
    with at(dt.datetime.combine(days.day(OPENING), dt.time(9, 0), SHANGHAI)):
        cast = Cast(days, ensure_system_user(settings.SHUANGLIAN_COUNTY))
        open_office(cast)
        load_organizations(cast, firms)
        load_units(cast)
        guided = _guided(who, [need.key for need in asked if need.source == "instructor"])
        admit_everybody(cast, list(dict.fromkeys(who.values())), guided, _unguided(firms, guided))
    histories.tell(
        chain(
            histories.of_offers(cast),
            histories.of_needs(cast, asked, who),
            histories.of_bookings(cast, who),
            histories.of_lists(cast),
        ),
        rest=_count_rows,
    )
    with at(dt.datetime.combine(days.day(YESTERDAY), dt.time(9, 0), SHANGHAI)):
        _list_for_the_meeting()
    _open_notices(days.day(UNREAD))
    return True


def _list_for_the_meeting() -> None:
    """What nobody claimed in its time is on the agenda of the quarterly meeting."""
    late = Deadline.objects.filter(
        kind=DeadlineKind.CLAIM, met_on=None, dropped_on=None, due__lt=today(), need__state=NeedState.OPEN
    )
    for row in late.select_related("need").order_by("due", "pk"):
        announce(NeedLeftUnclaimed(row.need, row))


@contextmanager
def _one_transaction() -> Iterator[None]:
    """All or nothing, without savepoints.

    Each action is a transaction of its own, here nested: 20,000 round trips for savepoints that are never returned to,
    because whatever fails undoes everything.
    """
    features = connection.features
    kept = features.uses_savepoints
    features.uses_savepoints = False
    try:
        with transaction.atomic():
            yield
    finally:
        features.uses_savepoints = kept


def _count_rows() -> None:
    """Tell the planner how full the tables are: it counts only what is committed, and plans badly for empty ones."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _open_notices(day: dt.date) -> None:
    """People have read what they were told before that day, within hours."""
    old = Notice.objects.filter(shown_from__date__lt=day)
    old.update(read_at=F("shown_from") + dt.timedelta(hours=2))


def _guided(who: dict[str, str], entered: list[str]) -> list[str]:
    """Where the instructor one can be helps: those for whom needs are typed, and some others that ask."""
    names = [*(who[key] for key in entered), *who.values()]
    return list(dict.fromkeys(names))[:_GUIDED]


def _unguided(firms: list[Firm], guided: list[str]) -> list[str]:
    """Scaled forging enterprises first."""
    rest = [firm for firm in firms if firm.is_forging and firm.name not in guided]
    return [firm.name for firm in sorted(rest, key=lambda firm: not firm.is_scaled)]
