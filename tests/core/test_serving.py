"""The console with real processes, over a project of one page (tests/core/tiny)."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from shuanglian.core.serving import RefusedError, require_free_port
from tests.core.embedded.processes import ROOT, end_of, ended, server_pid

# Ctrl-C counts also where the tests themselves run behind a shell that told its jobs to ignore it.
COMMAND = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from shuanglian.core.console import main; sys.exit(main())"
)
SPEECH = "built\n", "双链已就绪：http://127.0.0.1:{}/   按 Ctrl-C 停止。Ctrl-C stops.\n", "demo-clerk\n"


LANES = "default works\n", "imports works\n", "exports works\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def var(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    return tmp_path


@pytest.fixture
def console(var, port):
    """Start ``shuanglian`` with some arguments; what is still running at the end is killed."""
    running = []

    def run(*arguments, **environment):
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *arguments],
            cwd=ROOT,
            env={
                **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
                "DJANGO_SETTINGS_MODULE": "tests.core.tiny.settings",
                "SHUANGLIAN_VAR": str(var),
                "PORT": str(port),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


def children_of(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def hears(process, *lines):
    """Reads on until each line has come, in any order."""
    missing = set(lines)
    while missing:
        line = process.stdout.readline()
        assert line, process.communicate()
        missing.discard(line)


def page(port):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        link.request("GET", "/")
        return link.getresponse().read().decode()
    finally:
        link.close()


def first_page(port):
    while True:
        with contextlib.suppress(ConnectionRefusedError):
            return page(port)


@pytest.fixture
def demo(console, port):
    process = console("demo")
    hears(process, *(line.format(port) for line in SPEECH), *LANES)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_demo_serves_until_told_to_stop_and_stops_everything(demo, var, port, number):
    assert page(port) == "from the database"
    ends = [end_of(pid) for pid in (*children_of(demo.pid), server_pid(var))]
    assert len(ends) == 5
    demo.send_signal(number)
    said, errors = demo.communicate(timeout=60)
    assert (said, errors, demo.returncode) == ("已停止。Stopped.\n", "", 0)
    assert [ended(end) for end in ends] == [True] * 5
    require_free_port("127.0.0.1", port)


def test_demo_that_is_killed_takes_its_children_and_the_database_with_it(demo, var):
    ends = [end_of(pid) for pid in (*children_of(demo.pid), server_pid(var))]
    demo.kill()
    assert [ended(end) for end in ends] == [True] * 5


def test_demo_ends_with_a_sentence_when_a_child_dies(demo, port):
    os.kill(children_of(demo.pid)[0], signal.SIGKILL)
    _, errors = demo.communicate(timeout=60)
    assert (errors, demo.returncode) == (
        "服务意外停止，原因见上。A service has stopped by itself; see above.\n",
        1,
    )
    require_free_port("127.0.0.1", port)


def test_demo_outlives_a_killed_database(demo, var, port):
    pid = server_pid(var)
    end = end_of(pid)
    os.kill(pid, signal.SIGKILL)
    assert ended(end)
    while page(port) != "from the database":
        pass


def test_serve_and_worker_share_one_database(console, var, port):
    web, worker = console("serve", "--workers", "1"), console("worker")
    hears(web, f"网址 http://127.0.0.1:{port}/\n")
    hears(worker, *LANES)
    assert first_page(port) == "from the database"
    end = end_of(server_pid(var))
    for process in (web, worker):
        process.terminate()
        process.communicate(timeout=60)
    assert web.returncode == 0
    assert ended(end)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_worker_runs_each_lane_in_a_process_until_told_to_stop(console, number):
    worker = console("worker")
    hears(worker, *LANES)
    ends = [end_of(pid) for pid in children_of(worker.pid)]
    assert len(ends) == 3
    worker.send_signal(number)
    assert worker.communicate(timeout=60) == ("", "")
    assert worker.returncode == 0
    assert [ended(end) for end in ends] == [True] * 3


def test_worker_ends_with_a_sentence_when_a_lane_dies(console):
    worker = console("worker")
    hears(worker, *LANES)
    os.kill(children_of(worker.pid)[1], signal.SIGKILL)
    _, errors = worker.communicate(timeout=60)
    assert errors == "后台任务意外停止，原因见上。A lane of jobs has stopped by itself; see above.\n"
    assert worker.returncode == 1


def test_busy_port_is_said_before_anything_is_done(console, var, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = console("demo")
        said, errors = process.communicate(timeout=60)
    assert (said, process.returncode) == ("", 1)
    assert errors == (
        f"端口 {port} 已被占用。换一个端口，例如：PORT={port + 1}。"
        f"Port {port} is in use; choose another, e.g. PORT={port + 1}.\n"
    )
    assert [path.name for path in var.iterdir()] == ["manifest.json"]


def test_missing_assets_are_said(console, var):
    (var / "manifest.json").unlink()
    process = console("demo")
    _, errors = process.communicate(timeout=60)
    assert errors == f"缺少网页资源 {var}/manifest.json，请先运行 make build。Run make build first.\n"
    assert process.returncode == 1


def test_unusable_folder_is_said(console, var):
    (var / "file").write_text("")
    process = console("worker", SHUANGLIAN_VAR=str(var / "file/var"))
    _, errors = process.communicate(timeout=60)
    assert errors == (
        f"文件夹 {var}/file/var 不可写，请检查权限，或用 SHUANGLIAN_VAR 换一个文件夹。"
        "Cannot write there (Not a directory); check its permissions or set SHUANGLIAN_VAR.\n"
    )
    assert process.returncode == 1


def test_unreachable_external_database_is_said(console, var):
    process = console("demo", DATABASE_URL="postgresql://a:secret@/b?host=/nowhere")
    _, errors = process.communicate(timeout=90)
    assert re.fullmatch(
        "连不上数据库，请检查 DATABASE_URL。The database cannot be reached: .*/nowhere.*\n", errors
    )
    assert "secret" not in errors
    assert process.returncode == 1


def test_address_of_another_machine_is_refused():
    with pytest.raises(RefusedError, match=r"^不能在 192\.0\.2\.1:8000 上提供服务"):
        require_free_port("192.0.2.1", 8000)
