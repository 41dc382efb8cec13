"""Running the web server and the jobs, alone or side by side.

Django is set up once, before anything forks: granian's workers, the lanes of jobs and the demonstration's children start
with the application loaded and share its memory. Nothing may be open to the database at that moment.
"""

import contextlib
import ctypes
import errno
import gc
import http.client
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from shuanglian.core import embedded

LANES = "shuanglian.core.jobs.Lane"
BLOCKING_THREADS = 4
BETWEEN_COLLECTIONS = 20_000  # new objects that may hold others; Python's 700 suit short scripts
GRACE = 10  # seconds a child has to finish what it is doing
FIRST_PAGE = 60  # seconds
KNOCK = 10  # seconds

_PR_SET_PDEATHSIG = 1


class RefusedError(Exception):
    """Ends a command with a sentence for the person at the keyboard, in Chinese and English."""


def take_database() -> None:
    """Bring the built-in PostgreSQL up and hold a lease until this process ends; knock at one of ``DATABASE_URL``.

    A plain connection fails at once and in the server's own words; the pool would try for a long time first.

    Raises:
        EmbeddedError: the built-in one cannot be had.
        RefusedError: the other one does not answer.
    """
    url = os.environ.get("DATABASE_URL")
    if not url:
        embedded.start(settings.VAR)
        return
    try:
        psycopg.connect(url, connect_timeout=KNOCK).close()
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise RefusedError(
            f"连不上数据库，请检查 DATABASE_URL。The database cannot be reached: {reason}"
        ) from error


def require_free_port(host: str, port: int) -> None:
    """Look before anything slow is begun.

    Raises:
        RefusedError: somebody listens there, or the address is not ours to use.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise RefusedError(
                    f"端口 {port} 已被占用。换一个端口，例如：PORT={port + 1}。"
                    f"Port {port} is in use; choose another, e.g. PORT={port + 1}."
                ) from error
            raise RefusedError(
                f"不能在 {host}:{port} 上提供服务：{error.strerror}。Cannot listen on {host}:{port}."
            ) from error


def load_application() -> None:
    """Import everything a request needs, and let go of the database, so that forks start ready and clean."""
    import_string(settings.WSGI_APPLICATION)
    import_string(f"{settings.ROOT_URLCONF}.urlpatterns")
    _prepare_to_fork()


def _prepare_to_fork() -> None:
    """Nothing stays open. What was loaded stays: the collector of garbage need not walk through it again and again, nor
    after every few hundred objects, of which one page makes a hundred times as many.
    """
    for connection in connections.all(initialized_only=True):
        connection.close()
        with contextlib.suppress(AttributeError):
            connection.close_pool()  # type: ignore[attr-defined]
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN_COLLECTIONS)


def serve_pages(host: str, port: int, workers: int) -> None:
    """Run granian until it is told to stop. Its workers end with it, even when it is killed."""
    load_application()
    os.register_at_fork(after_in_child=_end_with_parent)
    module, _, name = settings.WSGI_APPLICATION.rpartition(".")
    Granian(
        f"{module}:{name}",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=BLOCKING_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


def lanes() -> list[Callable[[], object]]:
    """The lanes of jobs, to be run in a process each: what one keeps in memory or works on is no other's burden."""
    return [partial(call_command, "work", lane=lane.value) for lane in import_string(LANES)]


def run_jobs() -> None:
    """Run the jobs until told to stop; those under way are finished first.

    Raises:
        RefusedError: a lane ended by itself.
    """
    _prepare_to_fork()
    with _children(lanes(), grace=None):
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        raise RefusedError("后台任务意外停止，原因见上。A lane of jobs has stopped by itself; see above.")


def run_together(
    address: tuple[str, int], jobs: Sequence[Callable[[], object]], announce: Callable[[], object]
) -> None:
    """Run each job in a child of its own until Ctrl-C, SIGTERM, or the end of one of them.

    The children end when this process does, however it ends. ``announce`` is called when the first page has come.

    Raises:
        RefusedError: a child ended by itself.
    """
    load_application()
    with _children(jobs, grace=GRACE + 5) as children:
        if _page_comes(address, children):
            announce()
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        raise RefusedError("服务意外停止，原因见上。A service has stopped by itself; see above.")


@contextlib.contextmanager
def _children(jobs: Sequence[Callable[[], object]], *, grace: float | None) -> Iterator[list[ForkProcess]]:
    """A child for each job until the block ends or this process is told to stop; ``grace``: seconds they have to end."""
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_child, args=(job, os.getpid())) for job in jobs]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for child in children:
            child.start()
        yield children
    except KeyboardInterrupt:
        return
    finally:
        _stop(children, grace)


def _child(job: Callable[[], object], parent: int) -> None:
    """A process group of its own: Ctrl-C reaches the parent only, which then stops the children in order."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _end_with_parent()
    if os.getppid() == parent:  # else it died before we asked to be told
        job()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _page_comes(address: tuple[str, int], children: Sequence[ForkProcess]) -> bool:
    end = time.monotonic() + FIRST_PAGE
    while time.monotonic() < end and all(child.is_alive() for child in children):
        link = http.client.HTTPConnection(*address, timeout=FIRST_PAGE)
        try:
            link.request("GET", "/")
            link.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return True
        finally:
            link.close()
    return False


def _stop(children: Sequence[ForkProcess], grace: float | None) -> None:
    """Ask, wait, and in the end take away what is left of each child's process group."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    started = [(child, os.pidfd_open(child.pid)) for child in children if child.pid and child.is_alive()]
    for child, _ in started:
        child.terminate()
    end = time.monotonic() + (grace or 0)
    for _, handle in started:
        wait([handle], None if grace is None else max(0.0, end - time.monotonic()))
        os.close(handle)
    for child in children:
        if child.pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.join()
