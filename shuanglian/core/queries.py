"""What can be asked of the kernel's own tables, starting from a user."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db.models import QuerySet

from shuanglian.core.access import can
from shuanglian.core.clock import SHANGHAI, today
from shuanglian.core.dictionary import names
from shuanglian.core.models import (
    CalendarDay,
    ColumnChoice,
    Export,
    ImportBatch,
    Notice,
    NoticePreference,
    Pace,
    SavedView,
    Suggestion,
    Term,
)
from shuanglian.core.notify import Kind, kinds, notices_of


def terms_visible_to(user: Any) -> QuerySet[Term]:
    """All words of all dictionaries for those who keep or check them, nothing for others."""
    return Term.objects.all() if can(user, "core.view_term") else Term.objects.none()


def dictionaries() -> dict[str, str]:
    """Slug → name of every dictionary that has words; the names are words of the dictionary ``dictionary``."""
    found: dict[str, str] | None = caches["local"].get("dictionaries")
    if found is None:
        named = {"dictionary": "字典"} | names("dictionary")
        slugs = Term.objects.order_by("dictionary").values_list("dictionary", flat=True).distinct()
        found = {slug: named.get(slug, slug) for slug in (*named, *slugs)}
        caches["local"].set("dictionaries", found, 60)
    return found


def chosen_columns(user: Any, register: str) -> list[str]:
    """The keys of the columns this user wants to see, or nothing when he never chose."""
    found = ColumnChoice.objects.filter(user=user, register=register).values_list("columns", flat=True)
    return [str(key) for columns in found for key in columns]


def saved_views(user: Any, register: str) -> QuerySet[SavedView]:
    """The lists this user comes back to."""
    return SavedView.objects.filter(user=user, register=register)


def imports_of(user: Any, register: str) -> QuerySet[ImportBatch]:
    """The sheets this user brought to a register; nobody else's."""
    return ImportBatch.objects.filter(by=user, register=register)


def exports_of(user: Any, register: str) -> QuerySet[Export]:
    """The files this user had made from a register; nobody else's."""
    return Export.objects.filter(by=user, register=register)


def days_visible_to(user: Any) -> QuerySet[CalendarDay]:
    """The table of working days from last year on: no running time limit looks further back."""
    if not can(user, "core.view_calendarday"):
        return CalendarDay.objects.none()
    return CalendarDay.objects.filter(day__year__gte=today().year - 1)


# ---- notices ----


@dataclass(frozen=True, slots=True)
class Told:
    """The notices that became visible on one day, newest first; those of the morning are its digest."""

    day: dt.date
    notices: list[Notice]


def told(user: Any, start: int, most: int) -> list[Told]:
    """A stretch of what this person was told, by the day on which it became visible. One query."""
    days: dict[dt.date, list[Notice]] = {}
    for notice in notices_of(user)[start : start + most]:
        days.setdefault(notice.shown_from.astimezone(SHANGHAI).date(), []).append(notice)
    return [Told(day, notices) for day, notices in days.items()]


def paces_of(user: Any) -> list[tuple[Kind, Pace]]:
    """The kinds of notice that can reach this person and are his to choose, with how he is told of each now. One query."""
    wishes = dict(NoticePreference.objects.filter(user=user).values_list("kind", "pace"))
    offered = {code: kind for code, kind in kinds.items() if kind.reaches(user) and not kind.always}
    return [(kind, Pace(wishes.get(code, kind.pace))) for code, kind in offered.items()]


# ---- suggestions ----


def suggestions_visible_to(user: Any) -> QuerySet[Suggestion]:
    """All of the county for those who answer or check them."""
    if not can(user, "core.view_suggestion"):
        return Suggestion.objects.none()
    return Suggestion.objects.filter(county=user.county)


def suggestions_of(user: Any) -> QuerySet[Suggestion]:
    """What this person sent, newest first, with the answers."""
    return Suggestion.objects.filter(by=user)
