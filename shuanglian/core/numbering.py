"""Running numbers per county, kind and year: XQ20260157. A number once given is never given again."""

from django.db import connection

_NEXT = """
INSERT INTO core_counter (county, kind, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (county, kind, year) DO UPDATE SET last = core_counter.last + 1
RETURNING last
"""


def next_number(county: str, kind: str, year: int) -> str:
    """The next number of a kind; inside the caller's transaction, so a rolled-back act leaves no gap."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [county, kind, year])
        (last,) = cursor.fetchone()
    return f"{kind}{year}{last:04d}"
