"""COPY without waiting: the database takes in one piece of a long list while Python prepares the next.

Within ``feeding()`` what ``copy`` is given is sent from a thread of its own, in the order it was given. Everything else that
this connection is asked waits until all of it is in, so nothing is seen too early; savepoints, which answer nothing, queue
with the rest.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from django.db import connection

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
        self._sent: list[Future[None]] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Execute a statement after everything that was queued; or queue it."""
        if sql.startswith(_QUEUED):
            self.queue(_execute, sql)
            return None
        self.wait()
        return execute(sql, params, many, context)

    def queue(self, send: Callable[..., None], *given: str) -> None:
        """Let the thread do one more thing with the connection."""
        self._sent.append(self._thread.submit(send, connection.connection, *given))

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


def _execute(session: Any, statement: str) -> None:
    with session.cursor() as cursor:
        cursor.execute(statement)
