"""What the database keeps for the indexes of the web processes: vectors, and which offers changed since when.

``changes_since`` is the whole of following: it misses no change although transactions commit in any order (see
``models.OfferVector``), and gives rows of transactions that ended meanwhile perhaps twice, which does no harm.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from django.db import connection
from django.db.models import Func, Q, TextField
from numpy.typing import NDArray

from shuanglian.exchange.choices import OfferState
from shuanglian.exchange.models import Offer
from shuanglian.matching.engine import records
from shuanglian.matching.engine.arrays import Floats
from shuanglian.matching.engine.encode import VERSION
from shuanglian.matching.models import DIMENSIONS, OfferVector
from shuanglian.matching.queries.records import digest_of, record_of_offer

Halves = NDArray[np.float16]
TOLERANCE = 0.01  # how far the length of a vector that was kept may be from one
CHUNK = 1000

_CHANGES = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, v.offer_id, v.number
FROM (SELECT 1) AS always LEFT JOIN matching_offervector v ON v.changed >= %s
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A published offer as the index takes it; ``vector`` is None where it must be made anew."""

    record: records.Offer
    number: int
    vector: Halves | None


def changes_since(mark: int) -> tuple[int, dict[int, int]]:
    """The mark to ask from next time, and the offers changed since ``mark`` with the number of their change."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [mark])
        rows = cursor.fetchall()
    return rows[0][0], {offer_id: number for _, offer_id, number in rows if offer_id is not None}


def kept_offers(ids: Iterable[int] | None = None) -> Iterator[Kept]:
    """Published offers (of these ids, or all) in chunks, with the vectors that can be used."""
    rows = OfferVector.objects.filter(offer__state=OfferState.PUBLISHED)
    if ids is not None:
        rows = rows.filter(offer_id__in=list(ids))
    numbers = rows.order_by("pk").values_list("pk", "number", "encoder", "digest", _bytes()).iterator(CHUNK)
    while chunk := list(islice(numbers, CHUNK)):
        offers = Offer.objects.filter(pk__in=[row[0] for row in chunk]).select_related("unit")
        found = {offer.pk: record_of_offer(offer) for offer in offers.prefetch_related("divisions")}
        for offer_id, number, encoder, digest, raw in chunk:
            if record := found.get(offer_id):
                fits = encoder == VERSION and digest == digest_of(record)
                yield Kept(record, number, _vector(raw) if fits else None)


def unfit_ids() -> list[int]:
    """Published offers whose vector is missing, damaged, of another text or encoder, and others that still have one."""
    published = Q(offer__state=OfferState.PUBLISHED)
    gone = OfferVector.objects.filter(~published, vector__isnull=False).values_list("pk", flat=True)
    return [*(int(kept.record.id) for kept in kept_offers() if kept.vector is None), *gone]


def kept_form(vectors: Floats) -> Halves:
    """Vectors as they come back once they were kept, so that all processes compute with the same numbers."""
    return vectors.astype(np.float16)


def _bytes() -> Func:
    return Func("vector", function="halfvec_send", output_field=TextField())


def _vector(raw: bytes | None) -> Halves | None:
    """The numbers of a halfvec as it is sent: two counts, then half-precision numbers. None when damaged."""
    if raw is None:
        return None
    vector = np.frombuffer(bytes(raw)[4:], ">f2").astype(np.float16)
    length = float(np.linalg.norm(vector.astype(np.float32))) if len(vector) == DIMENSIONS else 0.0
    return vector if abs(length - 1) <= TOLERANCE else None  # also when it is not a number
