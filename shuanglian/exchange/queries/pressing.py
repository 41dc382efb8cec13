"""The time limits that press somebody, and needs in their order.

Waiting for the receiver's word presses nobody here, nor does a limit whose clock stands still. The order starts from
the limits that run, not from the needs: of a million needs some thousands are under way, and a page shows twenty.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from shuanglian.exchange.choices import DeadlineKind
from shuanglian.exchange.models import Deadline, Need
from shuanglian.exchange.queries.deadline import ticking, unstopped


def pressing() -> QuerySet[Deadline]:
    """Running time limits that somebody has to keep."""
    return ticking().exclude(kind=DeadlineKind.CONFIRM)


def with_due(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Needs with ``due``: the day of the earliest running time limit somebody has to keep, or nothing."""
    first = _of_need(OuterRef("pk")).order_by("running_until").values("running_until")[:1]
    return needs.annotate(due=Subquery(first))


def _of_need(need: OuterRef) -> QuerySet[Deadline]:
    """The same for one need, found by the need instead of the day."""
    running = Deadline.objects.filter(unstopped(), need=need, running_until__isnull=False)
    return running.exclude(kind=DeadlineKind.CONFIRM)


def soonest(needs: QuerySet[Need], start: int, stop: int) -> list[int]:
    """Ids of the needs from place ``start`` to ``stop`` by their earliest limit, of one day the older first.

    Those without a limit come last, the newest first. Up to three queries.
    """
    limits = earliest_limits().filter(need__in=needs.order_by().values("pk"))
    limits = limits.order_by("running_until", "need_id")
    ids = list(limits.values_list("need_id", flat=True)[start:stop])
    if len(ids) == stop - start:
        return ids
    limited = start + len(ids) if ids or not start else limits[:start].count()
    free = needs.filter(~Exists(_of_need(OuterRef("pk")))).order_by("-pk")
    return [
        *ids,
        *free.values_list("pk", flat=True)[max(start - limited, 0) : stop - limited],
    ]


def earliest_limits() -> QuerySet[Deadline]:
    """Of every need the limit that presses first: one row for each."""
    before = Q(running_until__lt=OuterRef("running_until"))
    before |= Q(running_until=OuterRef("running_until"), pk__lt=OuterRef("pk"))
    return pressing().filter(~Exists(_of_need(OuterRef("need")).filter(before)))


def in_order(needs: Iterable[Need], ids: list[int]) -> list[Need]:
    """The needs in the order of these ids."""
    place = {pk: nth for nth, pk in enumerate(ids)}
    return sorted(needs, key=lambda need: place[need.pk])
