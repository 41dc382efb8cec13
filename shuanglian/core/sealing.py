"""Whether the history is what was recorded.

The database seals what a transaction recorded when it commits (see migration ``0016_one_seal_for_a_transaction``): the seal's
digest is SHA-256 over the digest before it and those of the lines, so a line changed or removed later breaks the chain.
Newest lines removed with their seals are missed by the head, a row apart (``0014_the_chain_has_a_head``), and by what
was remembered of the head outside the database (``core.anchors``).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from shuanglian.core.models import ChainHead

# Every line that a seal covers, in the order of its digests. The text is that of ``core_entry_text(e)`` in the database;
# verification does not trust that function.
_CHAIN = """
SELECT s.id, s.previous, s.digest, line.id, substr(s.digests, (32 * line.place - 31)::int, 32),
       (SELECT concat_ws('|', e.id, extract(epoch from e."when")::numeric(20, 6), e.actor_id, e.behalf, e.verb,
                         e.kind_id, e.object_id, e.changes::text, e.note)
        FROM core_entry e WHERE e.id = line.id)
FROM core_seal s CROSS JOIN LATERAL (
    SELECT id, row_number() OVER () AS place
    FROM unnest(coalesce(s.lines, ARRAY[int8range(s.entry_id, s.entry_id + 1)])) AS run,
         generate_series(lower(run), upper(run) - 1) AS id
) line
ORDER BY s.id, line.place
"""
# Lines whose numbers lie between what all seals together cover.
_UNSEALED = """
WITH covered AS (
    SELECT lower(run) AS first, upper(run) AS past
    FROM core_seal s, unnest(coalesce(s.lines, ARRAY[int8range(s.entry_id, s.entry_id + 1)])) AS run
    UNION ALL SELECT (-2 ^ 63)::bigint, (-2 ^ 63)::bigint
), gaps AS (
    SELECT max(past) OVER (ORDER BY first, past) AS low,
           coalesce(lead(first) OVER (ORDER BY first, past), 9223372036854775807) AS high
    FROM covered
)
SELECT e.id FROM gaps JOIN core_entry e ON e.id >= low AND e.id < high WHERE low < high ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold: the entry (0 when none is left), and a sentence that says what is wrong."""

    entry_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """How many lines were sealed at some moment, and the digest of the last of them."""

    sealed: int
    digest: str


def head() -> Head:
    """Where the chain stands now, as the database keeps it apart from the lines."""
    kept = ChainHead.objects.first()
    return Head(kept.sealed, kept.digest) if kept else Head(0, "")


def verify_chain(remembered: Iterable[Head] = ()) -> Iterator[Break]:
    """Recompute every digest from the stored lines; yields each break found. Reads in one pass, flat memory.

    ``remembered``: heads of earlier moments. The chain must still lead through each of them, and through the head of now.
    """
    missing = {at.digest: at.sealed for at in (*remembered, head()) if at.sealed}
    entry_id, place, last = 0, 0, ""
    for (_, previous, digest), lines in groupby(_rows(_CHAIN), key=itemgetter(0, 1, 2)):
        chained, held = hashlib.sha256(previous.encode()), True
        for *_, entry_id, kept, text in lines:
            chained.update(f"|{text}".encode() if kept is None else kept)
            place += 1
            if wrong := _wrong(kept, text):
                held = False
                yield Break(entry_id, wrong)
        if previous != last:
            yield Break(entry_id, "does not follow the entry sealed before it")
        elif held and chained.hexdigest() != digest:
            yield Break(entry_id, "or its seal was changed after it was sealed")
        last = digest
        missing.pop(digest, None)
    yield from (Break(unsealed, "has no seal") for (unsealed,) in _rows(_UNSEALED))
    for sealed in sorted(missing.values()):
        yield Break(entry_id, f"is the last of {place}, and what was number {sealed} is not among them")
    if place > head().sealed:
        yield Break(entry_id, "was not sealed by the database")


def _rows(statement: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(2000):
            yield from rows


def _wrong(kept: bytes | None, text: str | None) -> str:
    """What is wrong with a line, by its own digest; the digest of an older line is that of its seal."""
    if text is None:
        return "was removed after it was sealed"
    if kept is not None and kept != hashlib.sha256(text.encode()).digest():
        return "was changed after it was sealed"
    return ""
