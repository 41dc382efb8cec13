"""Jobs kept in PostgreSQL: deferred by name inside the transaction, run by ``shuanglian worker``.

A job that belongs to a transaction that rolls back never existed. Names are ``app.verb_noun``; arguments are ids.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from procrastinate.contrib.django import app

Job = TypeVar("Job", bound=Callable[..., Any])


def task(name: str, *, cron: str | None = None) -> Callable[[Job], Job]:
    """Declare a function as the job of this name; with ``cron`` it also runs by the clock (one argument: when)."""

    def declare(job: Job) -> Job:
        declared = app.task(name=name, queue="default", retry=3)(job)
        if cron is not None:
            app.periodic(cron=cron)(declared)
        return job

    return declare


def later(name: str, **ids: int | str) -> None:
    """Put a job on the queue as part of the current transaction.

    Upper apps answer to names, lower apps only say them: a name that no app declares is said to nobody.
    """
    if name in app.tasks:
        app.configure_task(name).defer(**ids)
