"""The demonstration county, built once and committed (only then is history sealed); every test process has a clone.

The building takes half a minute, so it is kept under a name made of the sources and used again while they are the same.
"""

import datetime as dt
import fcntl
import hashlib
from contextlib import ExitStack
from io import StringIO

import psycopg
import pytest
import time_machine
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from psycopg import sql

from tests import databases
from tests import settings as test_settings

TUESDAY = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)  # ten o'clock in the county office
SOURCES = (
    "config",
    "demo",
    "shuanglian/accounts",
    "shuanglian/core",
    "shuanglian/directory",
    "shuanglian/exchange",
)


@pytest.fixture(scope="package")
def county(server_url, template, django_db_setup, django_db_blocker):
    """What ``load_demo`` makes on Tuesday 24 November 2026; yields what it said. Tests leave it as it is."""
    before = connections["default"].settings_dict["NAME"]
    with (
        ExitStack() as stack,
        django_db_blocker.unblock(),
        override_settings(SHUANGLIAN_DEMO=True),
        time_machine.travel(TUESDAY, tick=False),
    ):
        stack.callback(databases.use, before)
        with (test_settings.VAR / "demo.lock").open("w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            built, said = _ensure_built(server_url, template)
            databases.use(stack.enter_context(databases.clone(server_url, built, "demo")))
        yield said


def _ensure_built(url, template):
    """The name of the building and what its command said, which is kept as the database's comment."""
    name = f"demo_{_fingerprint()}"
    with psycopg.connect(databases.url_of(url, "postgres"), autocommit=True) as admin:
        rows = admin.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE 'demo\\_%'"
        )
        found = dict(rows.fetchall())
        if found.get(name):
            return name, found[name]
        for stale in found:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(stale)))
        here = sql.Identifier(name)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(here, sql.Identifier(template)))
        databases.use(name)
        said = StringIO()
        call_command("load_demo", stdout=said)
        connections["default"].close()
        admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(here, sql.Literal(said.getvalue())))
    return name, said.getvalue()


def _fingerprint():
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((databases.ROOT / folder).rglob("*.*")):
            if path.suffix in (".py", ".jsonl"):
                digest.update(path.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
