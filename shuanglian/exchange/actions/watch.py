"""What happens by the clock, acted by the account ``system``: reminders, missed days, silence, offers about to lapse."""

import datetime as dt

from django.db import transaction
from django.db.models import F, QuerySet

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.calendar import around
from shuanglian.core.clock import today
from shuanglian.core.events import announce
from shuanglian.exchange.actions.delivery import confirm_delivery
from shuanglian.exchange.choices import Confirmer, DeadlineKind, OfferState, Verdict
from shuanglian.exchange.events import DeadlineMissed, DeadlineNear, NeedLeftUnclaimed, OfferLapsing
from shuanglian.exchange.models import Deadline, Delivery, Offer
from shuanglian.exchange.queries.deadline import overdue, ticking

AHEAD = 3  # working days before the day (handbook 4.3)
RENEW_AHEAD = 14  # days before an offer lapses


@transaction.atomic
def watch_deadlines(county: str, *, by: User) -> tuple[int, int]:
    """Remind three working days ahead, announce missed days once; how many of each."""
    require(by, "exchange.watch_deadlines")
    day = today()
    near = around(day).add(day, AHEAD).due
    soon = ticking().filter(county=county, due__gte=day, due__lte=near, reminded_on=None)
    late = overdue(day).filter(county=county, escalated_on=None).exclude(kind=DeadlineKind.CONFIRM)
    reminded = [_mark(row, "reminded_on", DeadlineNear(row)) for row in _whole(soon)]
    missed = [_mark(row, "escalated_on", DeadlineMissed(row)) for row in _whole(late)]
    for row in missed:
        if row.kind == DeadlineKind.CLAIM:
            announce(NeedLeftUnclaimed(row.need, row))
    return len(reminded), len(missed)


@transaction.atomic
def close_silent(delivery: Delivery, *, by: User) -> None:
    """The receiver said nothing for ten working days: accepted by silence, closed as unconfirmed, counted apart."""
    require(by, "exchange.watch_deadlines")
    confirm_delivery(
        delivery,
        by=by,
        verdict=Verdict.SOLVED,
        confirmer=Confirmer.SILENCE,
        note="提出单位逾期没有确认，系统按规则办结；有异议可以重新办理。",
    )


@transaction.atomic
def ask_renewals(county: str, *, by: User) -> int:
    """Tell units of offers that lapse within two weeks, once for each validity; how many were told."""
    require(by, "exchange.watch_deadlines")
    day = today()
    end = day + dt.timedelta(days=RENEW_AHEAD)
    rows = Offer.objects.filter(
        county=county, state=OfferState.PUBLISHED, standing=False, valid_until__gte=day, valid_until__lte=end
    ).exclude(renewal_asked_for=F("valid_until"))
    told = list(rows.select_related("unit").order_by("pk"))
    for offer in told:
        offer.renewal_asked_for = offer.valid_until
        offer.save(update_fields=["renewal_asked_for", "updated"])
        announce(OfferLapsing(offer))
    return len(told)


def _whole(rows: QuerySet[Deadline]) -> list[Deadline]:
    return list(rows.select_related("need__organization", "commitment__unit", "rule").order_by("pk"))


def _mark(row: Deadline, field: str, event: object) -> Deadline:
    setattr(row, field, today())
    row.save(update_fields=[field, "updated"])
    announce(event)
    return row
