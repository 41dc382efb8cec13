"""Starting, once, again and at the same time."""

import stat

from shuanglian.core import embedded
from tests.core.embedded.processes import (
    ask,
    server_pid,
)


def test_start_gives_a_private_utf8_database_with_vectors(var):
    url = embedded.start(var)
    assert url == embedded.address(var)
    settings = [
        ask(url, f"SHOW {name}")
        for name in (
            "fsync",
            "synchronous_commit",
            "listen_addresses",
            "timezone",
            "server_encoding",
            "is_superuser",
        )
    ]
    assert settings == ["on", "on", "", "UTC", "UTF8", "on"]
    assert ask(url, "SELECT datlocale FROM pg_database WHERE datname = 'shuanglian'") == "C.UTF-8"
    assert ask(url, "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'") == 1
    modes = [
        stat.S_IMODE((var / "postgres" / f).stat().st_mode) for f in ("", "data", "socket", "log", "lease")
    ]
    assert modes == [0o700, 0o700, 0o700, 0o700, 0o600]


def test_start_again_is_the_same_server(var):
    url = embedded.start(var)
    pid = server_pid(var)
    assert embedded.start(var) == url
    assert server_pid(var) == pid


def test_start_after_leaving_never_meets_a_server_that_is_stopping(var):
    for _ in range(5):
        assert ask(embedded.start(var), "SELECT 1") == 1
        embedded.leave(var)


def test_start_by_many_at_once_makes_one_cluster(fresh, people):
    four = [people(fresh) for _ in range(4)]
    assert [person.says() for person in four] == [embedded.address(fresh)] * 4
    assert ask(embedded.address(fresh), "SELECT count(*) FROM pg_database WHERE datname = 'shuanglian'") == 1
