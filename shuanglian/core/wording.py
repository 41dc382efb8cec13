"""Whom a page speaks to. The words of a state may differ for the public, enterprises, units and staff, as a language does.

The audience is set for each request, worked out only when a word is needed, and never passed along by hand. What runs
without a request (jobs, commands) speaks to staff.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import TextChoices


class Audience(TextChoices):
    """Who reads."""

    PUBLIC = "public", "公众"
    ENTERPRISE = "enterprise", "企业"
    UNIT = "unit", "联盟单位"
    STAFF = "staff", "工作人员"


_reader: ContextVar[Callable[[], str] | None] = ContextVar("reader", default=None)


@contextmanager
def speaking_to(reader: Callable[[], str]) -> Iterator[None]:
    """Everything said inside is said to this audience; ``reader`` is asked when the first word is needed."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


def audience() -> str:
    """Who is spoken to now."""
    reader = _reader.get()
    return reader() if reader else Audience.STAFF
