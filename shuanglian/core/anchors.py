"""Heads of the history remembered outside the database, where its owner cannot quietly change them.

Once an hour one line more in ``anchors/history.txt`` under ``SHUANGLIAN_VAR``: when, how many lines were sealed, the last
digest. The same line goes to the log. ``shuanglian audit verify`` asks the chain to lead through all of them, so what
somebody took away who may do everything in the database is missed from the next hour on.
"""

import datetime as dt
import logging
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from shuanglian.core.clock import SHANGHAI, now
from shuanglian.core.sealing import Head, head

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line of the file."""

    when: dt.datetime
    head: Head


class UnreadableError(Exception):
    """The file holds something else than anchors; the message names the line."""


def path() -> Path:
    """Where the lines stand."""
    return Path(settings.VAR) / "anchors" / "history.txt"


def remembered() -> list[Anchor]:
    """All lines, oldest first; none when nothing was remembered yet.

    Raises:
        UnreadableError: somebody wrote into the file.
    """
    if not path().exists():
        return []
    text = path().read_text("ascii", errors="replace")  # what is no anchor is named, whatever it is
    return [_read(at, line) for at, line in enumerate(text.splitlines(), start=1)]


def remember() -> Anchor | None:
    """Write the head of now behind the others, unless nothing happened since the last."""
    here, before = head(), _last_line()
    if not here.sealed or before.endswith(here.digest):
        return None
    anchor = Anchor(now().replace(microsecond=0), here)
    line = f"{anchor.when.astimezone(SHANGHAI).isoformat()} {here.sealed} {here.digest}"
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path().open("a") as file:
        file.write(f"{line}\n")
    log.warning("history: %s", line)
    return anchor


def _last_line() -> str:
    return path().read_text("ascii", errors="replace").rstrip().rpartition("\n")[2] if path().exists() else ""


def _read(at: int, line: str) -> Anchor:
    try:
        when, sealed, digest = line.split()
        return Anchor(dt.datetime.fromisoformat(when), Head(int(sealed), digest))
    except ValueError as error:
        raise UnreadableError(f"{path()}:{at}") from error
