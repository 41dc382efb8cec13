# ruff: noqa: PLC0415
"""Halls, desks and ledgers in a county with 1,000 needs and in one with 1,000,000: how many times longer they take.

Every page is fetched in turn from both, with full lists on either side (see ``bench.data``); what is printed is the
ratio of the medians, and how many queries the page asks.
"""

import contextlib
import statistics
import time
from typing import Any

from bench import data
from bench.data import FIRST, say

BAR = 1.5
SMALL, LARGE = 1_000, 1_000_000
ROUNDS, EACH = 5, 3

HANDLER, CLERK = FIRST["handler"] + 1, FIRST["clerk"] + 1
# What is measured: a name, who looks, the address. ``{last}`` is the id of the newest need.
PAGES: tuple[tuple[str, int | None, str], ...] = (
    ("hall, not signed in", None, "/needs/"),
    ("hall, staff", data.STAFF, "/needs/"),
    ("hall, unit", HANDLER, "/needs/"),
    ("hall, enterprise", CLERK, "/needs/"),
    ("hall, page 30", data.STAFF, "/needs/?page=30"),
    ("hall, soonest first", data.STAFF, "/needs/?sort=due"),
    ("hall, one state", data.STAFF, "/needs/?state=open"),
    ("hall, closed", data.STAFF, "/needs/?state=closed"),
    ("hall, one category", data.STAFF, "/needs/?category=KJ"),
    ("hall, urgent", data.STAFF, "/needs/?urgency=urgent"),
    ("hall, late", data.STAFF, "/needs/?quick=late"),
    ("hall, fits the unit", HANDLER, "/needs/?quick=fit"),
    ("search, common word", data.STAFF, "/needs/?q=模具"),
    ("search, two words, unit", HANDLER, "/needs/?q=法兰 维修"),
    ("search, organisation", data.STAFF, "/needs/?q=第77锻造厂"),
    ("search, number", data.STAFF, "/needs/?q=XQ20260000"),
    ("search, nothing", data.STAFF, "/needs/?q=养蜂"),
    ("search everywhere", data.STAFF, "/search/?q=模具"),
    ("desk, staff", data.STAFF, "/"),
    ("desk, unit", HANDLER, "/"),
    ("home, enterprise", CLERK, "/"),
    ("portal", None, "/"),
    ("mine, unit", HANDLER, "/mine/"),
    ("mine, enterprise", CLERK, "/mine/"),
    ("one need, unit", HANDLER, "/needs/{last}/"),
    ("one need, not signed in", None, "/needs/{last}/"),
    ("ledger of needs", data.STAFF, "/ledger-needs/"),
    ("ledger, one state", data.STAFF, "/ledger-needs/?state=open"),
    ("ledger, a word", data.STAFF, "/ledger-needs/?q=模具"),
    ("ledger, two words", data.STAFF, "/ledger-needs/?q=法兰 维修"),
    ("ledger, an organisation", data.STAFF, "/ledger-needs/?q=第77锻造厂"),
    ("ledger, a number", data.STAFF, "/ledger-needs/?q=XQ2026000077"),
    ("ledger, nothing", data.STAFF, "/ledger-needs/?q=养蜂"),
)


def main() -> None:
    """Print a line for each page; the bar is held when all keep it."""
    url = data.start()
    with contextlib.ExitStack() as stack:
        names = []
        for size in (SMALL, LARGE):
            stack.enter_context(data.database(url, f"pages_{size}"))
            start = time.monotonic()
            data.build_needs(size)
            data.finish()
            say(f"{size:,} needs written in {time.monotonic() - start:.0f} s")
            names.append(current())
        report(names)


def report(names: list[str], pages: tuple[tuple[str, int | None, str], ...] = PAGES) -> None:
    """Measure the two databases and print."""
    say(f"{'page':26} {'queries':>9} {'at 1,000':>10} {'at 1,000,000':>13} {'ratio':>7}")
    worst = 0.0
    for page in pages:
        (small, few), (large, many) = measure(page, names)
        worst = max(worst, large / small)
        asked = f"{few}" if few == many else f"{few} / {many}"
        late = "" if large / small <= BAR else "  MISSED"
        say(f"{page[0]:26} {asked:>9} {small:7.1f} ms {large:10.1f} ms {large / small:7.2f}{late}")
    say(f"worst ratio {worst:.2f}, bar ≤ {BAR}: {'held' if worst <= BAR else 'MISSED'}")


def measure(page: tuple[str, int | None, str], names: list[str]) -> list[tuple[float, int]]:
    """For each database the median time of the page in milliseconds, and its queries."""
    times: dict[str, list[float]] = {name: [] for name in names}
    queries: dict[str, int] = {}
    for _ in range(ROUNDS):
        for name in names:
            client, address = browser(name, page)
            queries[name] = fetch(client, address)[1]
            times[name] += [fetch(client, address)[0] for _ in range(EACH)]
    return [(statistics.median(times[name]), queries[name]) for name in names]


def browser(name: str, page: tuple[str, int | None, str]) -> tuple[Any, str]:
    """A browser on one of the databases, signed in, and the address it asks for."""
    from django.core.cache import caches
    from django.db.models import Max
    from django.test import Client

    from shuanglian.accounts.models import User
    from shuanglian.exchange.models import Need
    from tests import databases

    databases.use(name)
    caches["local"].clear()
    client = Client()
    if page[1] is not None:
        client.force_login(User.objects.get(pk=page[1]), "shuanglian.accounts.backends.NameOrMobile")
    return client, page[2].format(last=Need.objects.aggregate(last=Max("pk"))["last"])


def fetch(client: Any, address: str) -> tuple[float, int]:
    """Milliseconds and queries of one page."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    reset_queries()  # Django keeps 9,000 at most
    with CaptureQueriesContext(connection) as asked:
        start = time.perf_counter()
        answer = client.get(address)
        took = (time.perf_counter() - start) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return took, len(asked)


def current() -> str:
    """The database in use."""
    from django.db import connection

    return str(connection.settings_dict["NAME"])


if __name__ == "__main__":
    main()
