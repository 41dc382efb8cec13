"""Refusals in sentences."""

import pytest

from shuanglian.core import embedded
from shuanglian.core.embedded.errors import DISK_FULL, explain
from tests.core.embedded.processes import leave_and_wait


def test_unwritable_folder_is_named_in_a_sentence(nobody, people):
    folder, options = nobody
    (folder / "closed").mkdir(mode=0o555)
    assert people(folder / "closed/var", **options).says() == (
        f"文件夹 {folder}/closed/var/postgres 不可写，请检查权限，或用 SHUANGLIAN_VAR 换一个文件夹。"
        f"Cannot write to {folder}/closed/var; check its permissions or set SHUANGLIAN_VAR."
    )


def test_file_where_a_folder_should_be_is_named_in_a_sentence(tmp_path):
    (tmp_path / "var").write_text("")
    with pytest.raises(embedded.EmbeddedError, match=r"^内置数据库的文件夹 .*/var/postgres 有问题"):
        embedded.start(tmp_path / "var")


def test_server_that_does_not_start_is_reported_in_its_own_words(fresh):
    embedded.start(fresh)
    leave_and_wait(fresh)
    with (fresh / "postgres/data/postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(embedded.EmbeddedError, match=r"^内置数据库无法启动。.*contains errors"):
        embedded.start(fresh)


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("FATAL: could not write lock file: No space left on device\n", DISK_FULL),
        (
            "LOG: x\nFATAL: y\nLOG: z\n",
            "内置数据库无法启动。The built-in PostgreSQL does not start: FATAL: y",
        ),
        ("", "内置数据库无法启动。The built-in PostgreSQL does not start: ?"),
    ],
)
def test_explain_finds_the_cause(log, sentence):
    assert explain(log) == sentence
