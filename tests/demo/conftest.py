"""The demonstration county, built once for this folder's tests and committed: only then is history sealed."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connections
from django.test import override_settings

from tests import databases

TUESDAY = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)  # ten o'clock in the county office


@pytest.fixture(scope="package")
def county(server_url, template, django_db_setup, django_db_blocker):
    """What ``load_demo`` makes on Tuesday 24 November 2026; yields what it said. Tests leave it as it is."""
    before = connections["default"].settings_dict["NAME"]
    said = StringIO()
    with (
        databases.clone(server_url, template, "demo") as name,
        django_db_blocker.unblock(),
        override_settings(SHUANGLIAN_DEMO=True),
        time_machine.travel(TUESDAY, tick=False),
    ):
        databases.use(name)
        try:
            call_command("load_demo", stdout=said)
            yield said.getvalue()
        finally:
            databases.use(before)
