"""What runs later or by the clock. Each job fetches, calls an action as the account ``system``, and logs."""

import logging

from django.conf import settings

from shuanglian.accounts.queries import system_user
from shuanglian.core.clock import today
from shuanglian.core.jobs import task
from shuanglian.exchange import actions, queries

log = logging.getLogger(__name__)
COUNTY = settings.SHUANGLIAN_COUNTY


@task("exchange.watch_deadlines", cron="30 6 * * *")
def watch_deadlines(timestamp: int) -> None:
    """Every morning: reminders three working days ahead, missed days, offers about to lapse, unanswered turns."""
    system = system_user(COUNTY)
    reminded, missed = actions.watch_deadlines(COUNTY, by=system)
    renewals = actions.ask_renewals(COUNTY, by=system)
    lapsed = actions.lapse_waiting(today(), by=system)
    log.info(
        "deadlines: %s reminded, %s missed; %s renewals asked, %s turns lapsed",
        reminded,
        missed,
        renewals,
        lapsed,
    )


@task("exchange.close_silent", cron="0 7 * * *")
def close_silent(timestamp: int) -> None:
    """Every morning: deliveries nobody confirmed in ten working days."""
    system = system_user(COUNTY)
    for delivery in queries.silent_deliveries(COUNTY):
        actions.close_silent(delivery, by=system)


@task("exchange.redate_deadlines")
def redate_deadlines(county: str) -> None:
    """After the table of days was changed."""
    actions.redate_deadlines(county, by=system_user(county))
