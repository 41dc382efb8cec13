"""A real server on loopback over a database of its own, and a real Chromium in two sizes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from shuanglian.accounts.choices import Role
from shuanglian.directory.models import Division
from tests import people
from tests.journeys.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


@pytest.fixture
def county(committed):
    """The people of story 5.9 in a database that commits; their accounts are those of the demonstration."""
    town = Division.objects.get(code="140921104")
    guanli = people.organization("冠力集团", 1, town)
    kejiju = people.unit("县科技局", "KJ", contact_name="赵立新", contact_phone="03506022222")
    people.person("demo-guanli", "周建国", Role.ENTERPRISE_CLERK, guanli.pk, mobile="13800000000")
    people.person("demo-staff", "王晓岚", Role.STAFF)
    people.person("demo-kejiju", "赵立新", Role.PARTNER_HANDLER, kejiju.pk)
    people.person("system", "系统", Role.SYSTEM, is_active=False)
    return committed


@pytest.fixture
def server(county, tmp_path):
    """The platform in demonstration mode on a free port; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {
        "DATABASE_URL": county,
        "SHUANGLIAN_DEMO": "1",
        "SHUANGLIAN_VAR": str(tmp_path / "var"),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    log = (tmp_path / "server.log").open("w")
    command = [sys.executable, "-m", "tests.journeys.serve", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout.readline() == "ready\n", (tmp_path / "server.log").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()
        log.close()


@pytest.fixture(params=SIZES, ids=list(SIZES))
def browser(request, server):
    """A Chromium of one size; every script error and every breach of the content policy fails the journey."""
    faults = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        width, height = SIZES[request.param]
        context = chromium.new_context(
            base_url=server,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            has_touch=width < 500,
        )
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("console", lambda message: _is_fault(message) and faults.append(message.text))
        yield context
        context.close()
        chromium.close()
    assert faults == []


def _is_fault(message):
    """Errors of scripts and of the content policy; refused forms and lost connections are part of the stories."""
    lost = message.text.startswith("Failed to load resource") or "Failed to fetch" in message.text
    return message.type == "error" and not lost


@pytest.fixture
def visit(browser):
    came = []

    def come(name):
        visitor = Visitor(browser, name)
        visitor.come_in()
        came.append(visitor)
        return visitor

    yield come
    for visitor in came:
        if not visitor.page.is_closed():
            visitor.page.close()
