"""COPY without waiting: the database takes in one piece of a long list while Python prepares the next.

Within ``feeding()`` what ``copy`` is given is sent from a thread of its own, in the order it was given. Everything else that
this connection is asked waits until all of it is in, so nothing is seen too early; savepoints, which answer nothing, queue
with the rest. Whoever can wait for an answer asks by ``ask``: the question queues too.
"""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection

Answer = TypeVar("Answer")
_QUEUED = ("SAVEPOINT", "RELEASE SAVEPOINT")
_TURN = 0.0002  # seconds: the sender needs Python for moments only, and the database waits for it meanwhile
_PIECE = 256 * 1024  # characters sent at once


def copy(statement: str, text: str) -> None:
    """Give rows in COPY's text format to a ``COPY … FROM STDIN``."""
    for feeder in connection.execute_wrappers:
        if isinstance(feeder, _Feeder):
            feeder.queue(_send, statement, text)
            return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        _send(connection.connection, statement, text)


def ask(statement: str, params: Sequence[Any] = ()) -> "Future[list[tuple[Any, ...]]]":
    """The rows of a question, once its turn has come; outside of ``feeding()`` it is answered at once."""
    for feeder in connection.execute_wrappers:
        if isinstance(feeder, _Feeder):
            return feeder.queue(_ask, statement, params)
    answer: Future[list[tuple[Any, ...]]] = Future()
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        answer.set_result(cursor.fetchall())
    return answer


@contextmanager
def feeding() -> Iterator[None]:
    """Let ``copy`` not wait until the end of the block; inside a transaction.

    Raises:
        DatabaseError: what a ``copy`` was refused for, at the latest when the block ends.
    """
    with _short_turns, ThreadPoolExecutor(max_workers=1) as thread:
        feeder = _Feeder(thread)
        try:
            with connection.execute_wrapper(feeder):
                yield
        except BaseException:
            thread.shutdown(cancel_futures=True)
            raise
        feeder.wait()


class _ShortTurns:
    """Python is handed on sooner while anybody feeds. The interval is the process's: the last to end gives it back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._feeding = 0
        self._usual = 0.0

    def __enter__(self) -> None:
        with self._lock:
            if not self._feeding:
                self._usual = sys.getswitchinterval()
                sys.setswitchinterval(_TURN)
            self._feeding += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._feeding -= 1
            if not self._feeding:
                sys.setswitchinterval(self._usual)


_short_turns = _ShortTurns()


class _Feeder:
    """Sends in a thread; as a wrapper of what is executed it lets everything else wait."""

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self._thread = thread
        self._sent: list[Future[Any]] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Execute a statement after everything that was queued; or queue it."""
        if sql.startswith(_QUEUED):
            self.queue(_execute, sql)
            return None
        self.wait()
        return execute(sql, params, many, context)

    def queue(self, send: Callable[..., Answer], *given: Any) -> Future[Answer]:
        """Let the thread do one more thing with the connection."""
        sent = self._thread.submit(send, connection.connection, *given)
        self._sent.append(sent)
        return sent

    def wait(self) -> None:
        """Until all is in; raises what was refused, once nothing more is on its way."""
        sent, self._sent = self._sent, []
        wait(sent)
        with connection.wrap_database_errors:
            for one in sent:
                one.result()


def _send(session: Any, statement: str, text: str) -> None:
    with session.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(text), _PIECE):
            copy.write(text[start : start + _PIECE])


def _ask(session: Any, statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with session.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def _execute(session: Any, statement: str) -> None:
    with session.cursor() as cursor:
        cursor.execute(statement)
