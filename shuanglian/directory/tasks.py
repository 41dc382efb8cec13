"""What runs by the clock in the directory."""

import logging

from django.conf import settings

from shuanglian.accounts.queries import system_user
from shuanglian.core.jobs import task
from shuanglian.directory import actions

log = logging.getLogger(__name__)
COUNTY = settings.SHUANGLIAN_COUNTY


@task("directory.remind_renewals", cron="40 6 * * *")
def remind_renewals(timestamp: int) -> None:
    """Every morning: terms that end within half a year, and terms that are over."""
    told = actions.remind_renewals(COUNTY, by=system_user(COUNTY))
    log.info("terms of branches: %s told", told)
