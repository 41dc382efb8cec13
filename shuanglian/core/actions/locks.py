"""What the verbs of imports share: whose sheet it is and in which state, and how a job hears that it is not wanted.

A job holds the row of the batch; that it is to stop is said through the row of the file, which stays free until the end.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.access import require
from shuanglian.core.feeding import ask
from shuanglian.core.models import ImportBatch, ImportFile, ImportState
from shuanglian.core.register import progress
from shuanglian.core.register.declare import Register
from shuanglian.core.register.imports import staging

LOOKED_AT = (ImportState.OPEN, ImportState.UNCLEAR)
BACK_TO = {
    ImportState.CHECKING: ImportState.DROPPED,
    ImportState.WAITING: ImportState.OPEN,
    ImportState.UNDOING: ImportState.WRITTEN,
}


class StoppedError(Exception):
    """The one who brought the sheet does without it."""


def require_import(register: Register, by: Any) -> None:
    require(by, register.permission("view"))
    if not register.is_importable:
        raise PermissionDenied
    require(by, register.permission("add" if register.create else "change"))


def lock_import(batch: ImportBatch, by: Any, *states: str) -> ImportBatch:
    """The batch, locked, when it is this user's and in one of these states."""
    if batch.by_id != by.pk:
        raise PermissionDenied
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if batch.state not in states:
        raise ValidationError(f"这个文件{batch.get_state_display()}，不能再改")
    batch.problem = ""
    return batch


def take_up_import(batch: ImportBatch, register: Register, by: Any) -> ImportBatch:
    """The batch, locked, for a job that acts as the user did, and under no wider assignments."""
    batch = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk, by=by)
    if not set(batch.acted_as) <= {post.pk for post in by.held}:
        raise PermissionDenied
    by.act_as(batch.acted_as[0] if len(batch.acted_as) == 1 else None)
    require_import(register, by)
    return batch


def reporter(batch: ImportBatch) -> Callable[[int, int], None]:
    """Say how far a job is and hear whether it is to stop, without waiting for what is being fed in.

    While it is, the answer is heard at one of the next reports; ``last_word`` hears it in any case.
    """
    question = ImportFile.objects.filter(batch=batch, stopped=True).values("batch").query.sql_with_params()
    asked: list[Future[list[tuple[Any, ...]]]] = []

    def report(done: int, total: int) -> None:
        progress.tell(job_name(batch), done, total)
        if not asked:
            asked.append(ask(*question))
        if asked[0].done():
            answer = asked.pop()
            if not answer.exception() and answer.result():  # what was refused is said where it was given
                raise StoppedError

    return report


def job_name(batch: ImportBatch) -> str:
    """What the job of a batch calls itself."""
    return f"import-{batch.pk}"


def last_word(batch: ImportBatch) -> None:
    """From here on it is too late to stop: whoever tries waits until everything is written."""
    file = ImportFile.objects.select_for_update(no_key=True).only("stopped").filter(batch=batch).first()
    if file is not None and file.stopped:
        raise StoppedError


def step_back(batch: ImportBatch) -> None:
    """Where a job that was given up leaves the batch."""
    state = BACK_TO[ImportState(batch.state)]
    if state == ImportState.DROPPED:
        let_go(batch)
        return
    ImportFile.objects.filter(batch=batch).update(stopped=False)
    batch.state = state
    batch.save()


def let_go(batch: ImportBatch, state: ImportState = ImportState.DROPPED) -> None:
    batch.state = state
    batch.save()
    ImportFile.objects.filter(batch=batch).delete()
    staging.forget(batch)
