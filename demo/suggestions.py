"""What the machine makes of the county that was built: vectors of the offers, suggestions for the needs still open,
and the plan for all of them.

The same jobs stand in the queue; here they are done before the first page is asked for.
"""

import datetime as dt

from django.conf import settings

from demo.days import Days
from shuanglian.accounts.queries import system_user
from shuanglian.core.calendar import around
from shuanglian.core.clock import SHANGHAI, at, today
from shuanglian.exchange.choices import CLAIMABLE, Source
from shuanglian.exchange.models import Need
from shuanglian.matching import actions
from shuanglian.matching.queries import standing
from shuanglian.matching.tasks import reindex


def suggest_for_all() -> int:
    """Keep all vectors and write down what is suggested for each open need; returns how many suggestions."""
    reindex()
    standing.here.make()
    system = system_user(settings.SHUANGLIAN_COUNTY)
    needs = Need.objects.filter(state__in=CLAIMABLE).exclude(source=Source.OFFER).select_related("division")
    yesterday = Days(today(), around(today()).is_workday).day(-1)
    with at(dt.datetime.combine(yesterday, dt.time(17, 45), SHANGHAI)):
        made = sum(len(actions.suggest(need, by=system)) for need in needs.order_by("pk"))
        actions.make_plan(settings.SHUANGLIAN_COUNTY, by=system, patient=True)
    return made
