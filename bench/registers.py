# ruff: noqa: PLC0415
"""Pages of a register of 1,000 and of 1,000,000 organisations: how many times longer they take (``bench.pages``)."""

import contextlib

from bench import data
from bench.data import STAFF, say
from bench.pages import LARGE, SMALL, current, report

HERE = "/organizations/"
# What is measured: a name, who looks, the address.
PAGES: tuple[tuple[str, int | None, str], ...] = (
    ("first page", STAFF, HERE),
    ("page 50", STAFF, f"{HERE}?page=50"),
    ("page 250, the last", STAFF, f"{HERE}?page=250"),
    ("by name, backwards", STAFF, f"{HERE}?sort=-name"),
    ("by kind", STAFF, f"{HERE}?sort=kind"),
    ("by day of the check", STAFF, f"{HERE}?sort=-checked_on"),
    ("one town", STAFF, f"{HERE}?division={{town}}"),
    ("one kind, by name", STAFF, f"{HERE}?kind=individual&sort=name"),
    ("town and kind, backwards", STAFF, f"{HERE}?division={{town}}&kind=individual&sort=-name"),
    ("scaled, by name", STAFF, f"{HERE}?is_scaled=1"),
    ("code", STAFF, f"{HERE}?q=911409210000000077"),
    ("half a code", STAFF, f"{HERE}?q=00000077"),
    ("two characters, everywhere", STAFF, f"{HERE}?q=法兰"),
    ("two characters, in few", STAFF, f"{HERE}?q=锻造"),
    ("four characters", STAFF, f"{HERE}?q=第77锻"),
    ("initials", STAFF, f"{HERE}?q=dx77"),
    ("nothing found", STAFF, f"{HERE}?q=养蜂"),
)


def main() -> None:
    """Print a line for each page; the bar is held when all keep it."""
    url = data.start()
    from shuanglian.directory.choices import Level
    from shuanglian.directory.models import Division

    with contextlib.ExitStack() as stack:
        names = []
        for size in (SMALL, LARGE):
            stack.enter_context(data.database(url, f"registers_{size}"))
            data.build_organizations(size)
            data.finish()
            say(f"{size:,} organisations written")
            names.append(current())
        town = Division.objects.filter(level=Level.TOWNSHIP).order_by("code")[3].pk
        report(names, tuple((name, who, page.replace("{town}", str(town))) for name, who, page in PAGES))


if __name__ == "__main__":
    main()
