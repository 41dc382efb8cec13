"""Jobs kept in PostgreSQL: deferred by name inside the transaction, run by ``shuanglian worker``.

A job that belongs to a transaction that rolls back never existed. Names are ``app.verb_noun``; arguments are ids. Jobs wait
in lanes: those of one lane run one after the other, those of another do not wait for them, so that neither a long import
keeps a colleague's export waiting nor both of them the reminders of the morning. ``core.serving`` runs each in a process.
"""

import asyncio
import signal
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar

from procrastinate.contrib.django import app

Job = TypeVar("Job", bound=Callable[..., Any])


class Lane(StrEnum):
    """The queues; each has a worker of its own, in a process of its own when ``shuanglian`` runs them."""

    ORDINARY = "default"
    IMPORTS = "imports"
    EXPORTS = "exports"


def task(name: str, *, cron: str | None = None, lane: Lane = Lane.ORDINARY) -> Callable[[Job], Job]:
    """Declare a function as the job of this name; with ``cron`` it also runs by the clock (one argument: when)."""

    def declare(job: Job) -> Job:
        declared = app.task(name=name, queue=lane.value, retry=3)(job)
        if cron is not None:
            app.periodic(cron=cron)(declared)
        return job

    return declare


def later(name: str, **ids: int | str) -> None:
    """Put a job on its queue as part of the current transaction.

    Upper apps answer to names, lower apps only say them: a name that no app declares is said to nobody.
    """
    if name in app.tasks:
        app.configure_task(name).defer(**ids)


def work(lanes: Iterable[Lane] = Lane, *, until_done: bool = False) -> None:
    """Run the jobs of these lanes until SIGTERM or Ctrl-C, then finish those under way; or until none is left."""
    asyncio.run(_work(lanes, until_done))


async def _work(lanes: Iterable[Lane], until_done: bool) -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        async with working.open_async(), asyncio.TaskGroup() as group:
            workers = [
                group.create_task(
                    working.run_worker_async(
                        queues=[lane.value],
                        name=lane.value,
                        wait=not until_done,
                        install_signal_handlers=False,
                    )
                )
                for lane in lanes
            ]
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, _stop, workers)


def _stop(workers: list[asyncio.Task[None]]) -> None:
    """A cancelled worker takes no more jobs and ends when its own is done."""
    for worker in workers:
        worker.cancel()
