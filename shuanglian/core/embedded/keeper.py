"""The keeper: runs PostgreSQL as long as anybody holds the lease, then stops it.

It is nobody's child, so it outlives whoever started it and is killed with nobody. Killed itself, it leaves the server
running for its users, and the next keeper adopts it. A server that dies is started again at once.

Run by its path with ``python -I -S``: it may import nothing but the standard library. Its arguments are the program,
the account to become (−1: stay), and open descriptors: its own lock, the lease, and the folders of data, log, sockets.
"""

import contextlib
import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

SETTINGS = (
    "fsync=on",
    "synchronous_commit=on",
    "shared_buffers=128MB",
    "max_connections=300",
    "autovacuum_vacuum_scale_factor=0.02",
    "max_parallel_workers_per_gather=0",  # helpers start slowly and take cores from other pages
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "cluster_name=shuanglian",
)
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
LOG_LIMIT = 5 * 1024 * 1024  # bytes
HOUR = 3600
LONG_ENOUGH = 60  # seconds; a server that lived so long had started
GIVE_UP = 5  # starts in a row that ended sooner
FAST_STOP = 60  # seconds until the stop becomes an immediate one, which the next start recovers from


@dataclass(frozen=True, slots=True)
class Keeper:
    """The folders are descriptors: the account need not be able to walk to them."""

    postgres: str
    data: int
    log: int
    sockets: int

    def keep(self, lease: int) -> int:
        """Run the server until the last user has left. Returns the exit code: 1 when the server does not start."""
        free, failures = _when_free(lease), 0
        while failures < GIVE_UP:
            began = time.monotonic()
            server = self.running_server() or self.start_server()
            try:
                left = self.watch(server, free)
            except SystemExit:
                left = True  # the machine is going down
            if left:
                _stop(server)
                return 0
            os.close(server)
            failures = failures + 1 if time.monotonic() - began < LONG_ENOUGH else 0
            time.sleep(0.1)
        return 1

    def watch(self, server: int, free: int) -> bool:
        """Whether the last user has left (true) or the server has died (false); meanwhile keeps the log short."""
        while not (ready := _wait(server, free, seconds=HOUR)):
            self.shorten_log()
        return free in ready

    def running_server(self) -> int | None:
        """A handle of the postmaster a killed keeper left behind."""
        try:
            pid = int(self.pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return self.open_ours(pid)

    def start_server(self) -> int:
        """Start the postmaster and return a handle of it."""
        self.clear_remains()
        where = [f"--unix_socket_directories={_inside(self.sockets)}"]
        server = subprocess.Popen(  # noqa: S603
            [self.postgres, "-D", str(_inside(self.data)), *where, *(f"--{s}" for s in SETTINGS)],
            pass_fds=(self.data, self.sockets),
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
        )
        return os.pidfd_open(server.pid)

    def clear_remains(self) -> None:
        """What a dead postmaster leaves behind and PostgreSQL itself cannot judge.

        Backends that outlive it would keep the memory in use; they are ended (a crash, which the start recovers from).
        Its number in the pid file may be a zombie's or another process's by now; PostgreSQL takes its own parent's
        number for stale and then still checks the memory, so the file gets ours.
        """
        for orphan in self.processes():
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(orphan, signal.SIGKILL)
            _wait(orphan)
            os.close(orphan)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (_inside(self.sockets) / name).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            _, *rest = self.pid_file.read_text().splitlines() or [""]
            self.pid_file.unlink()
            if rest:
                self.pid_file.write_text("\n".join([str(os.getpid()), *rest, ""]))

    def processes(self) -> Iterator[int]:
        """Handles of all server processes that work in our data directory."""
        for entry in Path("/proc").iterdir():
            handle = self.open_ours(int(entry.name)) if entry.name.isdigit() else None
            if handle is not None:
                yield handle

    def open_ours(self, pid: int) -> int | None:
        """A handle of the process, if it is a PostgreSQL that works in our data directory."""
        try:
            handle = os.pidfd_open(pid)
        except OSError:
            return None
        try:  # asked after the handle exists, so the number cannot have changed hands
            program, folder = Path(f"/proc/{pid}/exe").readlink().name, Path(f"/proc/{pid}/cwd").stat()
            if program.startswith("postgres") and os.path.samestat(folder, os.fstat(self.data)):
                return handle
        except OSError:
            pass
        os.close(handle)
        return None

    def shorten_log(self) -> None:
        """Everybody appends to the same open file, so it is copied and emptied, not renamed."""
        log = _inside(self.log) / "postgresql.log"
        if log.stat().st_size > LOG_LIMIT:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)

    @property
    def pid_file(self) -> Path:
        """Where the postmaster writes its number."""
        return _inside(self.data) / "postmaster.pid"


def _inside(folder: int) -> Path:
    return Path(f"/proc/self/fd/{folder}")


def _when_free(lease: int) -> int:
    """A descriptor that is ready when nobody else holds the lease. From then on the keeper holds it, until it ends."""
    reader, writer = os.pipe()

    def wait() -> None:
        fcntl.flock(lease, fcntl.LOCK_EX)
        os.close(writer)

    threading.Thread(target=wait, daemon=True).start()
    return reader


def _wait(*handles: int, seconds: float | None = None) -> set[int]:
    """The handles that are ready: processes that ended, a lease that is free."""
    poll = select.poll()
    for handle in handles:
        poll.register(handle, select.POLLIN)
    ready = {handle for handle, _ in poll.poll(None if seconds is None else int(seconds * 1000))}
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return ready


def _stop(server: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(server, signal.SIGINT)
        if not _wait(server, seconds=FAST_STOP):
            signal.pidfd_send_signal(server, signal.SIGQUIT)
            _wait(server)


def _end(*_: object) -> NoReturn:
    raise SystemExit


def main(arguments: list[str]) -> int:
    """Become nobody's child, become the account, keep."""
    postgres, numbers = arguments[0], [int(number) for number in arguments[1:]]
    user, group, _lock, lease, data, log, sockets = numbers
    if os.fork():
        os._exit(0)
    if user >= 0:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    os.umask(0o077)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return Keeper(postgres, data, log, sockets).keep(lease)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
