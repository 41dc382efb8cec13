"""Addresses, folders and accounts."""

import os
import re
import stat
from pathlib import Path

import pytest

from shuanglian.core import embedded
from shuanglian.core.embedded.places import Places
from tests.core.embedded.processes import (
    ask,
    end_of,
    ended,
    leave_and_wait,
    parent_of,
    server_pid,
)


def test_address_is_computed_without_touching_the_disk(tmp_path):
    expected = f"postgresql://shuanglian@/shuanglian?host={str(tmp_path / 'var/postgres/socket').replace('/', '%2F')}"
    assert embedded.address(tmp_path / "var") == expected
    assert list(tmp_path.iterdir()) == []


def test_address_moves_to_a_short_folder_when_the_path_is_too_long_for_a_socket(tmp_path):
    long = tmp_path / ("很长的名字" * 8) / "var"
    assert re.fullmatch(r"/tmp/shuanglian-[0-9a-f]{16}", str(Places.of(long).sockets))
    assert embedded.address(long) != embedded.address(long / "other")


def test_start_works_in_a_long_path_and_its_socket_folder_is_private(tmp_path):
    var = tmp_path / ("很长的名字" * 8) / "var"
    try:
        assert ask(embedded.start(var), "SELECT 1") == 1
        assert stat.S_IMODE(Places.of(var).sockets.stat().st_mode) == 0o700
    finally:
        leave_and_wait(var)
        Places.of(var).sockets.rmdir()


def test_start_refuses_a_socket_folder_that_is_not_a_folder_of_ours(tmp_path):
    var = tmp_path / ("很长的名字" * 8) / "var"
    sockets = Places.of(var).sockets
    sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(embedded.EmbeddedError, match="属于另一个系统账户"):
            embedded.start(var)
    finally:
        sockets.unlink()


def test_ordinary_user_has_a_server_of_his_own(nobody, people):
    folder, options = nobody
    person = people(folder / "var", **options)
    assert person.says() == embedded.address(folder / "var")
    pid = server_pid(folder / "var")
    assert Path(f"/proc/{pid}").stat().st_uid == folder.stat().st_uid
    end = end_of(pid)
    person.leaves()
    assert ended(end)


@pytest.mark.skipif(os.geteuid() != 0, reason="root only")
def test_root_may_join_the_server_of_a_user_and_leaves_him_his_files(nobody, people):
    folder, options = nobody
    var = folder / "var"
    people(var, **options).leaves()
    assert embedded.start(var) == embedded.address(var)
    assert {path.stat().st_uid for path in (var / "postgres").iterdir()} == {65534}
    leave_and_wait(var)
    person = people(var, **options)
    assert person.says() == embedded.address(var)
    end = end_of(server_pid(var))
    person.leaves()
    assert ended(end)


@pytest.mark.skipif(os.geteuid() != 0, reason="root only")
def test_root_opens_no_folder_and_the_server_is_not_root(var):
    embedded.start(var)
    assert Path(f"/proc/{server_pid(var)}").stat().st_uid != 0
    assert Path(f"/proc/{parent_of(server_pid(var))}").stat().st_uid != 0
    assert stat.S_IMODE((var / "postgres").stat().st_mode) == 0o700
    assert (var / "postgres").stat().st_uid == 0
