"""Divisions: everybody signed in may read them, townships are what organisations belong to."""

import datetime as dt

from django.db.models import Q, QuerySet

from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.directory.choices import Level
from shuanglian.directory.models import Division


def divisions_visible_to(user: User) -> QuerySet[Division]:
    """All divisions, for everybody who is signed in."""
    return Division.objects.select_related("parent") if user.is_authenticated else Division.objects.none()


def townships(county: str, day: dt.date | None = None) -> QuerySet[Division]:
    """The township-level units of a county that exist on a day (default: today), by code."""
    when = day or today()
    alive = Q(ended_on=None) | Q(ended_on__gt=when)
    return Division.objects.filter(alive, level=Level.TOWNSHIP, parent__code=county)


def names_of_town(town: Division) -> list[str]:
    """What else a township is called in sheets: former names, its code, without 镇 or 乡, and with what it belongs to.

    山西省忻州市定襄县宏道镇 and every shorter way; fetch the parents with it.
    """
    names = [town.name, *town.aliases]
    short = [name[:-1] for name in names if name[-1] in "镇乡" and len(name) > 2]
    places, above = [""], town.parent
    while above is not None:
        places.append(f"{above.name}{places[-1]}")
        above = above.parent
    county = town.parent.name if town.parent else ""
    bare = [name.removeprefix(county) or name for name in names]
    return [*names[1:], *short, town.code, *(f"{place}{name}" for place in places[1:] for name in bare)]
