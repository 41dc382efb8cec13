"""Where the built-in PostgreSQL lives, and whose it is.

Everything lies in ``var/postgres``, a folder of mode 0700: that folder is the only protection of a server that asks
for no password. An ordinary user owns all of it. PostgreSQL refuses to run as root; run by root, the data belong to a
system account of their own, while every folder above stays as closed as it was.
"""

import fcntl
import hashlib
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from shuanglian.core.embedded.errors import EmbeddedError

DATABASE = ROLE = ACCOUNT = "shuanglian"
Owner = tuple[int, int]  # user id, group id

_SOCKET = "/.s.PGSQL.5432"
_SOCKET_LIMIT = 107  # bytes of a path in sockaddr_un
_SHORT = Path("/tmp")  # noqa: S108 – short, and the same for every process whatever its TMPDIR; checked below


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one cluster."""

    home: Path
    sockets: Path

    @classmethod
    def of(cls, var: Path) -> "Places":
        """The places under a ``var`` folder; sockets move to a short path when this one is too long for them."""
        home = var.resolve() / "postgres"
        sockets = home / "socket"
        if len(os.fsencode(sockets)) + len(_SOCKET) > _SOCKET_LIMIT:
            sockets = _SHORT / f"shuanglian-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
        return cls(home, sockets)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The log file; the keeper moves it to ``postgresql.log.1`` when it grows."""
        return self.home / "log" / "postgresql.log"

    def address(self, database: str) -> str:
        """The URL of one database of this cluster."""
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self.sockets), safe='')}"

    def prepare(self) -> None:
        """Make the closed folder in which everything lies.

        Raises:
            EmbeddedError: it belongs to somebody else.
        """
        self.home.parent.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(mode=0o700, exist_ok=True)
        owner = self.home.stat().st_uid
        if os.geteuid() not in (0, owner):
            raise EmbeddedError(
                f"文件夹 {self.home} 属于另一个系统账户，请换用那个账户，或用 SHUANGLIAN_VAR 换一个文件夹。"
                f"{self.home} belongs to another account; use that account or set SHUANGLIAN_VAR."
            )
        self.home.chmod(0o700)

    def owner(self) -> Owner | None:
        """As whom the server runs: nobody special for an ordinary user; for root the owner of what is there already,
        else a system account, made when missing.

        Raises:
            EmbeddedError: the account cannot be made.
        """
        if os.geteuid() != 0:
            return None
        for folder in (self.data, self.home):
            if folder.exists() and folder.stat().st_uid != 0:
                return folder.stat().st_uid, folder.stat().st_gid
        return _system_account()

    def folders(self, owner: Owner | None) -> tuple[Path, Path, Path]:
        """Data, log and socket folders, the latter two made when missing."""
        for folder in (self.log.parent, self.sockets):
            make_private(folder, owner)
        return self.data, self.log.parent, self.sockets

    def open_lock(self, name: str) -> int:
        """A descriptor of a lock file of its own. Run by root in somebody's folder, the file becomes theirs."""
        handle = os.open(self.home / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.geteuid() == 0 and os.fstat(handle).st_uid != (home := self.home.stat()).st_uid:
            os.fchown(handle, home.st_uid, home.st_gid)
        return handle

    def open_log(self, owner: Owner | None) -> int:
        """A descriptor of the log, for appending."""
        handle = os.open(self.log, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        if owner:
            os.fchown(handle, *owner)
        return handle

    def log_size(self) -> int:
        """How much the log says by now, in bytes."""
        return self.log.stat().st_size if self.log.exists() else 0

    def log_text(self, since: int = 0) -> str:
        """What the log has said since then."""
        return self.log.read_bytes()[since:].decode(errors="replace") if self.log.exists() else ""


def make_private(folder: Path, owner: Owner | None) -> None:
    """A folder that only its owner enters. It may lie in the common temporary folder, so what is there is checked.

    Raises:
        EmbeddedError: somebody else made it.
    """
    try:
        folder.mkdir(mode=0o700)
        if owner:
            os.chown(folder, *owner)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != (owner[0] if owner else os.geteuid()):
        raise EmbeddedError(
            f"文件夹 {folder} 属于另一个系统账户，请移走后再试。"
            f"{folder} belongs to another account; move it away and try again."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)


def _system_account() -> Owner:
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make_account()
        entry = pwd.getpwnam(ACCOUNT)
    return entry.pw_uid, entry.pw_gid


def _make_account() -> None:
    """PostgreSQL's programs want a named account. Two folders may ask for it at once, so one asks at a time."""
    with Path("/etc/passwd").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            pwd.getpwnam(ACCOUNT)
        except KeyError:
            pass
        else:
            return
        try:
            subprocess.run(  # noqa: S603
                ["/usr/sbin/useradd", "-r", "-U", "-M", "-s", "/usr/sbin/nologin", ACCOUNT],
                check=True,
                capture_output=True,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise EmbeddedError(
                f"无法新建系统账户 {ACCOUNT}。请改用普通账户运行，或用 DATABASE_URL 指定外部数据库。"
                "PostgreSQL does not run as root and its account cannot be made; run as an ordinary user or set "
                "DATABASE_URL."
            ) from error
