"""Fixtures for everybody: real databases, and named people with their organisations and units."""

import datetime as dt
import os
from pathlib import Path

import pytest

from tests import databases
from tests import settings as test_settings

VAR = Path(test_settings.VAR)


@pytest.fixture(scope="session")
def server_url():
    """The URL of the test server: the built-in PostgreSQL, or the one named by DATABASE_URL."""
    if url := os.environ.get("DATABASE_URL"):
        return url
    from shuanglian.core import embedded  # noqa: PLC0415  -- only when there is no other server

    return embedded.start(VAR)


@pytest.fixture(scope="session")
def template(server_url, django_db_blocker):
    VAR.mkdir(parents=True, exist_ok=True)
    with django_db_blocker.unblock():
        return databases.ensure_template(server_url, VAR / "template.lock")


@pytest.fixture(scope="session")
def django_db_setup(server_url, template, django_db_blocker):
    """pytest-django's own set-up, replaced: this process works in a clone of the template."""
    with databases.clone(server_url, template, "main") as name, django_db_blocker.unblock():
        databases.use(name)
        yield
        databases.use(name)


@pytest.fixture
def committed(server_url, template, django_db_setup, django_db_blocker):
    """A fresh database in which everything commits, for tests with several connections; yields its URL."""
    from django.db import connections  # noqa: PLC0415

    before = connections["default"].settings_dict["NAME"]
    with databases.clone(server_url, template, "committed") as name, django_db_blocker.unblock():
        databases.use(name)
        try:
            yield databases.url_of(server_url, name)
        finally:
            databases.use(before)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Private files of a test lie in its own folder; dictionaries are read anew."""
    from django.core.cache import caches  # noqa: PLC0415

    settings.PRIVATE_FILES = tmp_path / "files"
    caches["local"].clear()


@pytest.fixture
def monday(time_machine):
    """Monday 9 March 2026, 9 o'clock in the county office; an ordinary week without holidays."""
    time_machine.move_to(dt.datetime(2026, 3, 9, 1, 0, tzinfo=dt.UTC), tick=False)
    return dt.date(2026, 3, 9)


pytest_plugins = ["tests.people"]
