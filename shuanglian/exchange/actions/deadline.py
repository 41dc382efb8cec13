"""Time limits start, are met and are dropped as the work goes its way."""

import datetime as dt

from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.calendar import add_working_days
from shuanglian.core.clock import today
from shuanglian.exchange.models import Commitment, Deadline, Need
from shuanglian.exchange.queries.deadline import rule_for, running


@transaction.atomic
def start_deadline(
    need: Need, kind: str, *, by: User, commitment: Commitment | None = None, due: dt.date | None = None
) -> Deadline:
    """Start a time limit today under the rule in force; ``due`` overrides the rule's day (a promised date)."""
    day = today()
    rule = rule_for(need.county, kind, need.category, day)
    worked_out = due or add_working_days(day, rule.days).due
    return Deadline.objects.create(
        county=need.county,
        need=need,
        commitment=commitment,
        kind=kind,
        rule=rule,
        started_on=day,
        due=worked_out,
    )


@transaction.atomic
def meet_deadlines(need: Need, *kinds: str, by: User, commitment: Commitment | None = None) -> None:
    """Mark the running time limits of these kinds as met today."""
    rows = Deadline.objects.filter(need=need, kind__in=kinds, met_on=None, dropped_on=None)
    if commitment is not None:
        rows = rows.filter(commitment=commitment)
    rows.update(met_on=today())


@transaction.atomic
def drop_deadlines(need: Need, *kinds: str, by: User, commitment: Commitment | None = None) -> None:
    """Running time limits of these kinds (or all) no longer apply; they are neither met nor missed."""
    for deadline in running(need.pk):
        of_this = commitment is None or deadline.commitment_id == commitment.pk
        if of_this and (not kinds or deadline.kind in kinds):
            deadline.dropped_on = today()
            deadline.save(update_fields=["dropped_on", "updated"])
