# ruff: noqa: S603, PLC0415, C901
"""A claim over HTTP beside pgbench running the statements of that claim on the same server, in turn, in one run.

The web side is what a unit's browser sends: a POST with session and CSRF token to granian (two workers), which checks
session, roles and permission, locks, writes the promise, its history and time limits, tells the organisation, and lets
the database seal the history when it commits. pgbench side: the statements of one such request as they were recorded,
ids replaced by variables, prepared, 16 clients. Both sides claim another need each time.
"""

import asyncio
import datetime as dt
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from bench import data
from bench.data import FIRST, say

BAR = 0.15
CLIENTS = 16
ROUNDS, SECONDS = 6, 4
NEEDS = 60_000  # the first half for pgbench, the other for the web
SESSION = 1_000_000_000_000_000_000  # + client: a session key that pgbench can count up to
CSRF = "c" * 32
_GENERATED = ("exchange_commitment", "core_entry", "exchange_deadline", "core_notice")


def main() -> None:
    """Print both speeds and their ratio."""
    if not shutil.which("pgbench"):
        say("claim: pgbench is not installed (Debian: postgresql-contrib); nothing to compare with")
        return
    url = data.start()
    with data.database(url, "claim") as address:
        data.build_needs(NEEDS, state="open")
        data.finish()
        make_sessions()
        script = to_script(record_claim())
        statements = sum(1 for line in script.splitlines() if not line.startswith("\\"))
        with served(address) as port:
            http, plain = measure(port, address, script)
        check()
    ratio = statistics.median(http) / statistics.median(plain)
    say(f"claim over HTTP       {statistics.median(http):8.1f} /s   rounds {_words(http)}")
    say(f"pgbench, same {statements:3d} st. {statistics.median(plain):8.1f} /s   rounds {_words(plain)}")
    say(f"ratio                 {ratio:8.3f}      bar ≥ {BAR}: {'held' if ratio >= BAR else 'MISSED'}")


def measure(port: int, address: str, script: str) -> tuple[list[float], list[float]]:
    """Claims a second over HTTP, and transactions a second of pgbench, round by round."""
    needs = iter(range(FIRST["need"] + NEEDS // 2, FIRST["need"] + NEEDS))
    asyncio.run(claim_for(2, port, needs))  # workers are warm, sessions renewed
    http, plain, used = [], [], 1
    for _ in range(ROUNDS):
        http.append(asyncio.run(claim_for(SECONDS, port, needs)))
        rate = pgbench(address, script, used)
        plain.append(rate)
        used += int(rate * SECONDS / CLIENTS * 1.5) + 20
    return http, plain


# ---- the web side ----


def make_sessions() -> None:
    """One signed-in handler for each client."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session

    from shuanglian.accounts.middleware import SEEN
    from shuanglian.accounts.models import User
    from shuanglian.core.clock import now

    for client in range(CLIENTS + 1):
        user = User.objects.get(pk=FIRST["handler"] + 1 + client)
        kept = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: "shuanglian.accounts.backends.NameOrMobile",
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            SEEN: int(now().timestamp()),
        }
        Session.objects.create(
            session_key=str(SESSION + client),
            session_data=Session.get_session_store_class()().encode(kept),
            expire_date=now() + dt.timedelta(hours=1),
        )


def request_of(need: int, client: int, due: dt.date) -> bytes:
    """A claim as a browser sends it."""
    body = f"csrfmiddlewaretoken={CSRF}&due={due.isoformat()}&plan=%E5%91%A8%E4%B8%89%E4%B8%8A%E5%8D%88%E5%88%B0%E5%8E%82"
    return (
        f"POST /needs/{need}/claim/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: sessionid={SESSION + client}; csrftoken={CSRF}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def today() -> dt.date:
    """The day of this machine's clock."""
    return dt.date.today()  # noqa: DTZ011


def due_day() -> dt.date:
    """A day the claim form takes."""
    return today() + dt.timedelta(days=7)


async def claim_for(seconds: float, port: int, needs: Iterator[int]) -> float:
    """All clients claim one need after the other; claims a second."""
    start = time.monotonic()
    end = start + seconds
    done = await asyncio.gather(*(_client(n, port, needs, end) for n in range(CLIENTS)))
    return sum(done) / (time.monotonic() - start)


async def _client(client: int, port: int, needs: Iterator[int], end: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due, claims = due_day(), 0
    while time.monotonic() < end:
        writer.write(request_of(next(needs), client, due))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 303"):
            raise RuntimeError(head.decode())
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length[1]) if length else 0)
        claims += 1
    writer.close()
    return claims


@contextmanager
def served(address: str) -> Iterator[int]:
    """The platform on a free port; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).with_name("shuanglian"), "serve", "--port", str(port), "--workers", "2"]
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not come up")


# ---- the database side ----

Statement = tuple[str, tuple[Any, ...], dict[str, Any]]  # text, parameters, what it returned


def record_claim() -> list[Statement]:
    """The statements of one claim by the client after the last, with BEGIN and COMMIT where they are."""
    from django.db import connection
    from django.test import Client

    with connection.cursor() as cursor:
        for nth, table in enumerate(_GENERATED):
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, (nth + 1) * 100_000_000]
            )
    found: list[Statement] = []
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = str(SESSION + CLIENTS)
    client.cookies["csrftoken"] = CSRF
    commit, inside = connection.commit, False

    def keep(execute: Any, text: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal inside
        if connection.in_atomic_block and not inside:
            found.append(("BEGIN", (), {}))
            inside = True
        answer = execute(text, params, many, context)
        returned = _returned(context["cursor"].cursor, text)
        found.append((text, tuple(params or ()), returned))
        return answer

    def end() -> None:
        nonlocal inside
        found.append(("COMMIT", (), {}))
        inside = False
        commit()

    form = {"csrfmiddlewaretoken": CSRF, "due": due_day().isoformat(), "plan": "周三上午到厂"}
    client.post(f"/needs/{FIRST['need'] + 1}/claim/", form)  # what a process reads once, it has read
    connection.commit = end
    with connection.execute_wrapper(keep):
        answer = client.post(f"/needs/{FIRST['need'] + 2}/claim/", form)
    connection.commit = commit
    assert answer.status_code == 303, answer.content.decode()
    return found


def _returned(cursor: Any, text: str) -> dict[str, Any]:
    """The id or number that an INSERT of one row returned; the cursor is wound back for Django."""
    if "RETURNING" not in text:
        return {}
    rows = cursor.fetchall()
    cursor.scroll(0, mode="absolute")
    return {cursor.description[0].name: rows[0][0]} if len(rows) == 1 else {}


def to_script(statements: list[Statement]) -> str:
    """A pgbench script: ids of this need, handler, unit and session become variables, generated ids come from \\gset."""
    need, client = FIRST["need"] + 2, CLIENTS
    handler = FIRST["handler"] + 1 + client
    known: dict[str, str] = {
        str(need): ":need",
        str(need + 1_000_000): ":item",
        str(handler): ":handler",
        str(handler - FIRST["handler"] + FIRST["unit"]): ":unit",
        str(SESSION + client): ":session",
    }
    lines = [
        "\\set turn :turn + 1",
        f"\\set need {FIRST['need']} + :turn * {CLIENTS} + :client_id",
        "\\set item :need + 1000000",
        f"\\set handler {FIRST['handler'] + 1} + :client_id",
        f"\\set unit {FIRST['unit'] + 1} + :client_id",
        f"\\set session {SESSION} + :client_id",
    ]
    numbered: tuple[str, str] | None = None
    for nth, (text, params, returned) in enumerate(statements):
        wanted = [_value(p, known, numbered) for p in params]
        line = " ".join((text % tuple(wanted) if params else text).split())
        if not returned:
            lines.append(f"{line};")
            continue
        lines.append(f"{line} \\gset s{nth}_")
        column, value = next(iter(returned.items()))
        name = f":s{nth}_{column}"
        if column == "last":
            numbered = f"DJ{today().year}{value:04d}", name
        else:
            known[str(value)] = name
    return "\n".join(lines) + "\n"


def _value(value: Any, known: dict[str, str], numbered: Any) -> str:
    """A parameter as pgbench reads it: a variable, or a literal without colons."""
    if isinstance(value, list):  # a column of several rows
        kind = "::bigint[]" if all(isinstance(one, int) for one in value) else ""
        return f"ARRAY[{', '.join(_value(one, known, numbered) for one in value)}]{kind}"
    if isinstance(value, Jsonb):
        return f"{_quoted(json.dumps(value.obj, ensure_ascii=False))}::jsonb"
    if value is None or isinstance(value, bool):
        return str(value if value is not None else "NULL").upper()
    if str(value) in known:
        return f"{known[str(value)]}::text" if isinstance(value, str) else known[str(value)]
    if numbered and value == numbered[0]:
        return f"('{value[:6]}' || {numbered[1]}::text)"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, dt.datetime):
        return f"{_quoted(value.isoformat())}::timestamptz"
    if isinstance(value, dt.date):
        return f"{_quoted(value.isoformat())}::date"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\072").replace("\n", "\\n")
    return f"E'{plain}'"


def pgbench(address: str, script: str, first: int) -> float:
    """Transactions a second of the script, prepared, without the time to connect; ``first``: needs used so far."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claim.sql"
        path.write_text(script)
        command = ["pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS)]
        command += ["-D", f"turn={first}", "-f", str(path), address]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    rate = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    if done.returncode or rate is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(rate[1])


def check() -> None:
    """Everything claimed is promised, and the history of both sides is sealed without a break."""
    from shuanglian.core.sealing import verify_chain
    from shuanglian.exchange.models import Commitment, Need

    assert Commitment.objects.count() == Need.objects.filter(state="claimed").count()
    assert next(verify_chain(), None) is None


def _words(rates: list[float]) -> str:
    return "  ".join(f"{rate:.0f}" for rate in rates)


if __name__ == "__main__":
    main()
