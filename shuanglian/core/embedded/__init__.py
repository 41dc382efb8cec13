"""The built-in PostgreSQL: ``start(var)`` brings it up, ``address(var)`` says where it listens.

Every process that needs the server calls ``start`` once and from then on holds a *lease*, a shared file lock that the
operating system takes back however the process ends. The *keeper* (``keeper.py``), a small process of its own, runs
the server, restarts it after a crash, and stops it when the last lease is gone. A new user waits for a keeper that is
stopping, so there is no moment at which a dead address is handed out; alive means that a connection succeeds.

Three locks under ``var/postgres``: ``lease`` (shared: users; alone: the keeper while it stops the server), ``gate``
(one starter at a time) and ``keeper`` (one keeper at a time).
"""

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from shuanglian.core.embedded import keeper
from shuanglian.core.embedded.cluster import create_cluster, programs
from shuanglian.core.embedded.errors import EmbeddedError, explain, plain_errors
from shuanglian.core.embedded.places import DATABASE, Places

__all__ = ["EmbeddedError", "address", "leave", "start"]

PATIENCE = 15 * 60  # seconds: replaying gigabytes of log after a crash takes minutes
PAUSE = 0.02
TRIES = 3

_leases: dict[Path, int] = {}  # home of the cluster → descriptor of our lease; forked children share it


def address(var: Path) -> str:
    """The URL of the built-in database of this ``var`` folder. Starts nothing, writes nothing."""
    return Places.of(var).address(DATABASE)


def start(var: Path) -> str:
    """Bring the server up if it is not, take a lease for this process, and return the URL.

    May be called at any time, from many processes at once; the database exists when it returns.

    Raises:
        EmbeddedError: it cannot be had; the sentence says why and what to do.
    """
    if sys.platform != "linux":
        raise EmbeddedError(
            "内置数据库只能在 Linux 上运行，请用 DATABASE_URL 指定外部数据库。"
            "The built-in PostgreSQL runs on Linux only; set DATABASE_URL."
        )
    places = Places.of(var)
    with plain_errors(places.home):
        places.prepare()
        _take_lease(places)
        try:
            with _locked(places, "gate"):
                _bring_up(places)
                _ensure_database(places)
        except BaseException:
            leave(var)
            raise
    return places.address(DATABASE)


def leave(var: Path) -> None:
    """Give the lease of this process back before it ends. The server stops when nobody else holds one."""
    lease = _leases.pop(Places.of(var).home, None)
    if lease is not None:
        os.close(lease)


def _take_lease(places: Places) -> None:
    """Waits while a keeper is stopping the server; it stops for nobody who holds a lease."""
    if places.home in _leases:
        return
    lease = places.open_lock("lease")
    fcntl.flock(lease, fcntl.LOCK_SH)
    if _leases.setdefault(places.home, lease) != lease:
        os.close(lease)  # another thread was faster


@contextlib.contextmanager
def _locked(places: Places, name: str) -> Iterator[None]:
    lock = places.open_lock(name)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _bring_up(places: Places) -> None:
    """Until a connection succeeds: see that there is a keeper, and wait."""
    tries, end, told = 0, time.monotonic() + PATIENCE, places.log_size()
    while time.monotonic() < end:
        lock = places.open_lock("keeper")
        if _try_lock(lock):
            if tries == TRIES:
                os.close(lock)
                raise EmbeddedError(explain(places.log_text(told)))
            tries += 1
            _send_keeper(places, lock)
        os.close(lock)
        if _answers(places):
            return
        time.sleep(PAUSE)
    raise EmbeddedError(
        "内置数据库仍在恢复中，请稍后再试。The built-in PostgreSQL is still recovering; try again later."
    )


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _answers(places: Places) -> bool:
    try:
        psycopg.connect(places.address("postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _send_keeper(places: Places, lock: int) -> None:
    """Start the keeper. It inherits ``lock`` as it is, so at no moment is there a keeper without it.

    The folders are opened here and given by descriptor: run by root, server and keeper belong to an account that may
    not be able to walk to them, and need not be.
    """
    owner = places.owner()
    where = programs(owner)
    create_cluster(places, where, owner)
    with contextlib.ExitStack() as stack:

        def keep(handle: int) -> int:
            stack.callback(os.close, handle)
            return handle

        folders = [keep(os.open(f, os.O_PATH | os.O_DIRECTORY)) for f in places.folders(owner)]
        log, lease = keep(places.open_log(owner)), keep(places.open_lock("lease"))
        numbers = (*(owner or (-1, -1)), lock, lease, *folders)
        subprocess.run(  # noqa: S603 – ourselves; a failure shows as a keeper that is gone
            [sys.executable, "-I", "-S", keeper.__file__, str(where / "postgres"), *map(str, numbers)],
            check=False,
            start_new_session=True,
            cwd="/",
            pass_fds=(lock, lease, *folders),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _ensure_database(places: Places) -> None:
    with psycopg.connect(places.address("postgres"), autocommit=True) as link:
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            link.execute(f"CREATE DATABASE {DATABASE}")
