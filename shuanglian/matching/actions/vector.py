"""Keeping the durable vectors: made by a job after a change, healed by the clock. Derived data, so without history."""

from collections.abc import Sequence

from django.db import connection, transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.exchange.choices import OfferState
from shuanglian.matching.engine.encode import VERSION
from shuanglian.matching.models import OfferVector
from shuanglian.matching.queries import standing
from shuanglian.matching.queries.records import digest_of
from shuanglian.matching.queries.vectors import kept_offers


@transaction.atomic
def keep_vectors(offer_ids: Sequence[int], *, by: User) -> int:
    """Make the vectors of published offers that lack one, drop those of others; returns how many were made.

    An offer that changes meanwhile is left alone: its own job follows. Without an encoder nothing is made.
    """
    require(by, "matching.keep_vector")
    rows = OfferVector.objects.filter(pk__in=offer_ids)
    gone = rows.exclude(offer__state=OfferState.PUBLISHED).filter(vector__isnull=False)
    gone.update(vector=None, encoder="", digest="")
    lacking = [kept for kept in kept_offers(offer_ids) if kept.vector is None]
    vectors = standing.here.encode([kept.record.text for kept in lacking])
    if vectors is None:
        return 0
    return sum(
        OfferVector.objects.filter(pk=int(kept.record.id), number=kept.number).update(
            vector=vector, encoder=VERSION, digest=digest_of(kept.record)
        )
        for kept, vector in zip(lacking, vectors, strict=True)
    )


@transaction.atomic
def forget_vectors(*, by: User) -> int:
    """Drop all vectors, to have them made anew; running processes go on with those they have in memory."""
    require(by, "matching.keep_vector")
    return OfferVector.objects.filter(vector__isnull=False).update(vector=None, encoder="", digest="")


@transaction.atomic
def calm_marks(*, by: User) -> int:
    """After a restore into another cluster marks may lie in the future and be read at every question: set them back."""
    require(by, "matching.keep_vector")
    with connection.cursor() as cursor:
        # One statement: what it sees was marked by transactions of its own snapshot, or by this one.
        cursor.execute(
            """
            UPDATE matching_offervector SET changed = 0
            WHERE changed > greatest(pg_snapshot_xmax(pg_current_snapshot()), pg_current_xact_id())::text::bigint
            """
        )
        return int(cursor.rowcount)
