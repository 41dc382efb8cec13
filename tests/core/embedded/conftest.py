"""Folders, people and ordinary users for the built-in PostgreSQL."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from shuanglian.core import embedded
from tests.core.embedded.processes import Person


@pytest.fixture(scope="module")
def shared_var(tmp_path_factory):
    return tmp_path_factory.mktemp("shared") / "var"


@pytest.fixture
def var(shared_var):
    """One cluster for most tests; between tests nobody uses it."""
    yield shared_var
    embedded.leave(shared_var)


@pytest.fixture
def fresh(tmp_path):
    yield tmp_path / "var"
    embedded.leave(tmp_path / "var")


@pytest.fixture
def people():
    found = []

    def join(*args, **options):
        found.append(Person(*args, **options))
        return found[-1]

    yield join
    for person in found:
        person.is_killed()


@pytest.fixture
def nobody():
    """Options for a process of an ordinary user that can reach a Python with our packages, and a folder of its own."""
    options = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            found = subprocess.run(
                [python, "-c", "import sys; print(sys.version_info[:2])"],
                capture_output=True,
                text=True,
                cwd="/",
                **options,
            ).stdout.strip()
        except (PermissionError, FileNotFoundError):
            continue
        if found == str(sys.version_info[:2]):
            break
    else:
        pytest.skip("no Python that an ordinary user can reach")
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    if options:
        os.chown(folder, 65534, 65534)
    yield folder, {"python": (python,), **options}
    shutil.rmtree(folder)
