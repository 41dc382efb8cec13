"""Words that are data: categories, measures and the like, read from ``Term`` and kept in memory per process.

A cached dictionary is at most a minute old; the action that changes a term clears it at once in its own process.
A word may have been called otherwise and may be called otherwise from a day to come: that day decides, not a job.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ValidationError

from shuanglian.core.clock import today
from shuanglian.core.models import Term

_SECONDS = 60


def names(dictionary: str) -> dict[str, str]:
    """Code → name of every word ever used, in the dictionary's order: for showing old rows."""
    return {code: name for code, name, _, _ in _rows(dictionary)}


def names_on(dictionary: str, day: dt.date) -> dict[str, str]:
    """Code → what every word was, is or will be called on a day; for papers that speak of another day."""
    rows = Term.objects.filter(dictionary=dictionary).values_list("code", "name", "note", "wordings")
    return {code: worded(wordings, day, name, note)[0] for code, name, note, wordings in rows}


def worded(wordings: Iterable[Sequence[str]], day: dt.date, name: str, note: str = "") -> tuple[str, str]:
    """The name and note in force on a day among the dated ones (oldest first), else the given ones."""
    for start, dated_name, dated_note in wordings:
        if not start or start <= day.isoformat():
            name, note = dated_name, dated_note
    return name, note


def office(day: dt.date | None = None) -> str:
    """What the office that runs the platform is called on pages and papers, today or on another day."""
    called = names("office") if day is None else names_on("office", day)
    return called.get("committee") or settings.SHUANGLIAN_OFFICE


def choices(dictionary: str, today: dt.date) -> list[tuple[str, str]]:
    """The words that may be chosen on a day, in order."""
    return [
        (code, name)
        for code, name, start, end in _rows(dictionary)
        if (start is None or start <= today) and (end is None or today <= end)
    ]


def check(dictionary: str, code: str, field: str, today: dt.date) -> None:
    """Refuse a word that is not in the dictionary on that day.

    Raises:
        ValidationError: with the words that may be used.
    """
    allowed = dict(choices(dictionary, today))
    if code not in allowed:
        raise ValidationError({field: f"没有“{code}”这一项，可以选：{'、'.join(allowed.values())}"})


def forget(dictionary: str) -> None:
    """Drop the cached words after a change."""
    caches["local"].delete(f"dictionary:{dictionary}")


def _rows(dictionary: str) -> list[tuple[str, str, dt.date | None, dt.date | None]]:
    key = f"dictionary:{dictionary}"
    rows: list[tuple[str, str, dt.date | None, dt.date | None]] | None = caches["local"].get(key)
    if rows is None:
        found = Term.objects.filter(dictionary=dictionary).order_by("position", "code")
        told = found.values_list("code", "name", "valid_from", "valid_to", "wordings")
        day = today()
        rows = [
            (code, worded(wordings, day, name)[0], start, end) for code, name, start, end, wordings in told
        ]
        caches["local"].set(key, rows, _SECONDS)
    return rows
