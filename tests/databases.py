"""Test databases cloned from one migrated template: a clone takes a tenth of a second, migrating takes seven.

The template is named after the migrations' contents, so it is made anew when they change. Every test process has a
clone of its own; a test that must commit (threads, servers, browsers) gets a fresh clone for itself alone.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
KEPT = 3  # older templates are dropped


def fingerprint() -> str:
    """A name for the present migrations."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/*/migrations/*.py")) + [ROOT / "config/settings.py"]:
        digest.update(path.name.encode() + path.read_bytes())
    return f"template_{digest.hexdigest()[:12]}"


def url_of(url: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def use(name: str) -> None:
    """Point Django at a database of the test server."""
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name


def ensure_template(url: str, lock: Path) -> str:
    """The migrated template, made once by whichever test process comes first."""
    name = fingerprint()
    with lock.open("w") as gate, psycopg.connect(url_of(url, "postgres"), autocommit=True) as admin:
        fcntl.flock(gate, fcntl.LOCK_EX)
        found = dict(
            admin.execute("SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database").fetchall()
        )
        if found.get(name) == "ready":
            return name
        old = sorted(d for d in found if d.startswith("template_") and len(d) == len(name))
        for stale in [*old[: max(0, len(old) - KEPT)], *([name] if name in found else [])]:
            _drop(admin, stale)
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        use(name)
        call_command("migrate", verbosity=0, interactive=False)
        connections["default"].close()
        admin.execute(sql.SQL("COMMENT ON DATABASE {} IS 'ready'").format(sql.Identifier(name)))
    return name


@contextmanager
def clone(url: str, template: str, suffix: str) -> Iterator[str]:
    """A database of one's own, dropped at the end; yields its name."""
    name = f"test_{os.getpid()}_{suffix}"
    with psycopg.connect(url_of(url, "postgres"), autocommit=True) as admin:
        _drop(admin, name)
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        try:
            yield name
        finally:
            _drop(admin, name)


def _drop(admin: psycopg.Connection, name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
