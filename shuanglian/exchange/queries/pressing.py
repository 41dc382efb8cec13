"""The time limits that press somebody, and needs in their order.

Waiting for the receiver's word presses nobody here, nor does a limit whose clock stands still. The order starts from
the limits that run, not from the needs: of a million needs some thousands are under way, and a page shows twenty.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from shuanglian.exchange.choices import DeadlineKind
from shuanglian.exchange.models import ClockStop, Deadline, Need


def pressing() -> QuerySet[Deadline]:
    """Running time limits that somebody has to keep."""
    stopped = ClockStop.objects.filter(deadline=OuterRef("pk"), ends=None)
    running = Deadline.objects.filter(~Exists(stopped), met_on=None, dropped_on=None)
    return running.exclude(kind=DeadlineKind.CONFIRM)


def with_due(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Needs with ``due``: the day of the earliest running time limit somebody has to keep, or nothing."""
    first = pressing().filter(need=OuterRef("pk")).order_by("due").values("due")[:1]
    return needs.annotate(due=Subquery(first))


def soonest(needs: QuerySet[Need], start: int, stop: int) -> list[int]:
    """Ids of the needs from place ``start`` to ``stop`` by their earliest limit, of one day the older first.

    Those without a limit come last, the newest first. Up to three queries.
    """
    limits = earliest_limits().filter(need__in=needs.order_by().values("pk")).order_by("due", "need_id")
    ids = list(limits.values_list("need_id", flat=True)[start:stop])
    if len(ids) == stop - start:
        return ids
    limited = start + len(ids) if ids or not start else limits[:start].count()
    free = needs.filter(~Exists(pressing().filter(need=OuterRef("pk")))).order_by("-pk")
    return [
        *ids,
        *free.values_list("pk", flat=True)[max(start - limited, 0) : stop - limited],
    ]


def earliest_limits() -> QuerySet[Deadline]:
    """Of every need the limit that presses first: one row for each."""
    before = Q(due__lt=OuterRef("due")) | Q(due=OuterRef("due"), pk__lt=OuterRef("pk"))
    return pressing().filter(~Exists(pressing().filter(before, need=OuterRef("need"))))


def in_order(needs: Iterable[Need], ids: list[int]) -> list[Need]:
    """The needs in the order of these ids."""
    place = {pk: nth for nth, pk in enumerate(ids)}
    return sorted(needs, key=lambda need: place[need.pk])
