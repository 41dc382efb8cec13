"""The house's one clock. Everything that stamps a row asks it, so that a demonstration can tell a past that was."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
_told: ContextVar[dt.datetime | None] = ContextVar("told", default=None)


def now() -> dt.datetime:
    """This moment, aware, in UTC."""
    return _told.get() or timezone.now()


def today() -> dt.date:
    """The date on the wall in the county office."""
    return now().astimezone(SHANGHAI).date()


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let the clock stand at a moment inside this block: for building demonstration data, never in a request."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
