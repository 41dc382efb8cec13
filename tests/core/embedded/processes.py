"""Processes of the tests, and waiting for them: always for an event, never for a time."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

from shuanglian.core import embedded

ROOT = Path(__file__).parents[3]
ALWAYS = 60_000  # milliseconds until we no longer believe that something will happen
USER = """
import sys
from pathlib import Path
from shuanglian.core import embedded
try:
    print(embedded.start(Path(sys.argv[1])), flush=True)
except embedded.EmbeddedError as error:
    print(error, flush=True)
sys.stdin.read()
"""


class Person:
    """A process that uses the server until told to leave."""

    def __init__(self, var, *, python=(sys.executable,), **options):
        environment = {
            "PYTHONPATH": os.pathsep.join([str(ROOT), *(p for p in sys.path if "site-packages" in p)])
        }
        self.process = subprocess.Popen(
            [*python, "-c", USER, str(var)],
            cwd="/",
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )

    def says(self):
        return self.process.stdout.readline().strip()

    def leaves(self):
        self.process.communicate(timeout=60)

    def is_killed(self):
        self.process.kill()
        self.process.communicate(timeout=60)


def server_pid(var):
    return int((var / "postgres/data/postmaster.pid").read_text().split()[0])


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def end_of(pid):
    """A handle to wait with; taken while the process lives."""
    return os.pidfd_open(pid)


def ended(handle):
    """Waits for the end of the process."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    try:
        return bool(poll.poll(ALWAYS))
    finally:
        os.close(handle)


def kill(pid):
    handle = end_of(pid)
    os.kill(pid, signal.SIGKILL)
    assert ended(handle)


def ask(url, query, *values):
    with psycopg.connect(url) as link:
        return link.execute(query, values).fetchone()[0]


def write(url, word):
    with psycopg.connect(url) as link:
        link.execute("CREATE TABLE IF NOT EXISTS said (word text)")
        link.execute("INSERT INTO said VALUES (%s)", [word])


def written(url, word):
    return ask(url, "SELECT count(*) FROM said WHERE word = %s", word)


def leave_and_wait(var):
    end = end_of(server_pid(var))
    embedded.leave(var)
    assert ended(end)
