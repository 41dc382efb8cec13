"""How far a job is that holds its rows in one open transaction: nothing it writes can be seen before the end.

The one thing of an open transaction that others see is what its session calls itself, so that is where it is said.
"""

from dataclasses import dataclass

from django.db import connection

from shuanglian.core.feeding import ask


@dataclass(frozen=True, slots=True)
class Progress:
    """So many rows of so many."""

    done: int
    total: int


def tell(job: str, done: int, total: int) -> None:
    """Say how far the job of this name is; forgotten when the transaction ends. What is being fed in goes on meanwhile."""
    ask("SELECT set_config('application_name', %s, true)", [f"{job} {done}/{total}"])


def heard(job: str) -> Progress | None:
    """How far the job of this name is; None when no session is at work on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # what was seen earlier in this transaction
        cursor.execute(
            "SELECT split_part(application_name, ' ', 2) FROM pg_stat_activity"
            " WHERE datname = current_database() AND split_part(application_name, ' ', 1) = %s LIMIT 1",
            [job],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    done, _, total = found[0].partition("/")
    return Progress(int(done), int(total)) if total else None
