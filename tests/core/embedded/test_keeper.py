"""The server runs as long as somebody uses it, and comes back whatever is killed."""

import contextlib
import os
import subprocess

import psycopg
import pytest

from shuanglian.core import embedded
from shuanglian.core.embedded import keeper
from tests.core.embedded.processes import (
    ask,
    end_of,
    ended,
    kill,
    leave_and_wait,
    parent_of,
    server_pid,
    write,
    written,
)


def test_server_stops_when_its_last_user_leaves(var, people):
    first, second = people(var), people(var)
    assert [first.says(), second.says()] == [embedded.address(var)] * 2
    end = end_of(server_pid(var))
    first.leaves()
    write(embedded.address(var), "one is left")
    second.leaves()
    assert ended(end)
    assert not (var / "postgres/data/postmaster.pid").exists()


def test_server_stops_when_its_last_user_was_killed(var, people):
    first = people(var)
    first.says()
    end = end_of(server_pid(var))
    first.is_killed()
    assert ended(end)
    assert not (var / "postgres/data/postmaster.pid").exists()


def test_forked_child_shares_the_lease_of_its_parent(var):
    url = embedded.start(var)
    end = end_of(server_pid(var))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writer)
        os.read(reader, 1)
        os._exit(0)
    os.close(reader)
    embedded.leave(var)
    assert ask(url, "SELECT 1") == 1
    os.close(writer)
    os.waitpid(child, 0)
    assert ended(end)


def test_killed_keeper_leaves_the_server_running_and_the_next_one_adopts_it(var):
    url = embedded.start(var)
    pid = server_pid(var)
    kill(parent_of(pid))
    write(url, "without a keeper")
    embedded.start(var)
    assert server_pid(var) == pid
    assert written(url, "without a keeper") == 1
    leave_and_wait(var)


def test_killed_server_is_up_again_at_once_with_everything_committed(var):
    url = embedded.start(var)
    pid = server_pid(var)
    write(url, "before the kill")
    kill(pid)
    assert embedded.start(var) == url
    assert written(url, "before the kill") == 1
    assert server_pid(var) != pid


def test_killing_everybody_loses_nothing(var, people):
    person = people(var)
    person.says()
    pid = server_pid(var)
    write(embedded.address(var), "before the end of the world")
    kill(parent_of(pid))
    kill(pid)
    person.is_killed()
    assert written(embedded.start(var), "before the end of the world") == 1


def test_start_ends_a_backend_that_outlives_its_killed_server(var):
    url = embedded.start(var)
    with contextlib.closing(psycopg.connect(url, autocommit=True)) as busy:
        backend = busy.info.backend_pid
        busy.pgconn.send_query(b"SELECT count(*) FROM (SELECT generate_series(1, 100000000000)) AS s")
        busy.pgconn.flush()
        while ask(url, "SELECT state FROM pg_stat_activity WHERE pid = %s", backend) != "active":
            pass
        end = end_of(backend)
        kill(server_pid(var))
        assert ask(embedded.start(var), "SELECT 1") == 1
        assert ended(end)


@pytest.mark.parametrize("command", ["cat", "true"], ids=["living", "zombie"])
def test_start_is_not_misled_by_a_pid_file_that_names_somebody_else(var, command):
    embedded.start(var)
    leave_and_wait(var)
    owner = (var / "postgres/data").stat().st_uid
    other = subprocess.Popen([command], stdin=subprocess.PIPE, user=owner if os.geteuid() == 0 else None)
    if command == "true":
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    lines = [
        str(other.pid),
        str(var),
        "1763950000",
        "5432",
        str(var / "postgres/socket"),
        "",
        "  1234567         0",
    ]
    (var / "postgres/data/postmaster.pid").write_text("\n".join([*lines, "ready   ", ""]))
    (var / "postgres/socket/.s.PGSQL.5432.lock").write_text("\n".join([*lines, ""]))
    assert ask(embedded.start(var), "SELECT 1") == 1
    leave_and_wait(var)
    assert other.poll() == (None if command == "cat" else 0)
    other.communicate()


def test_start_is_not_misled_by_an_empty_pid_file(var):
    embedded.start(var)
    leave_and_wait(var)
    (var / "postgres/data/postmaster.pid").write_text("")
    assert ask(embedded.start(var), "SELECT 1") == 1


def test_long_log_is_moved_away_and_emptied(tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "LOG_LIMIT", 3)
    (tmp_path / "postgresql.log").write_text("12345")
    handle = os.open(tmp_path, os.O_PATH | os.O_DIRECTORY)
    one = keeper.Keeper("postgres", data=handle, log=handle, sockets=handle)
    one.shorten_log()
    one.shorten_log()
    os.close(handle)
    assert (tmp_path / "postgresql.log").read_text() == ""
    assert (tmp_path / "postgresql.log.1").read_text() == "12345"
