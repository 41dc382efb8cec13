"""Jobs of matching: a vector after a change, suggestions for a need that opened, and healing by the clock."""

import logging

from django.conf import settings

from shuanglian.accounts.models import User
from shuanglian.accounts.queries import system_user
from shuanglian.core.jobs import task
from shuanglian.exchange.models import Need
from shuanglian.matching import actions, queries
from shuanglian.matching.queries import planning, ranking

log = logging.getLogger(__name__)
BATCH = 100


@task("matching.index_offer")
def index_offer(offer_id: int) -> None:
    """After an offer was published or changed: its vector is kept."""
    actions.keep_vectors([offer_id], by=system_user(settings.SHUANGLIAN_COUNTY))


@task("matching.suggest")
def suggest(need_id: int) -> None:
    """After a need opened: what is suggested for it is written down."""
    need = Need.objects.select_related("division").get(pk=need_id)
    actions.suggest(need, by=system_user(need.county))


@task("matching.heal_vectors", cron="17 * * * *")
def heal_vectors(timestamp: int) -> None:
    """Every hour: vectors that are missing, damaged, of another text or of another encoder are made anew.

    A new encoder is met here: processes of the old one go on with the vectors they have in memory meanwhile.
    """
    log.info("vectors: %s made", reindex())


def reindex(*, everything: bool = False) -> int:
    """Heal all vectors, a batch a transaction, or make ``everything`` anew; returns how many were made."""
    system = system_user(settings.SHUANGLIAN_COUNTY)
    actions.calm_marks(by=system)
    if everything:
        actions.forget_vectors(by=system)
    ids = queries.unfit_ids()
    return sum(actions.keep_vectors(ids[i : i + BATCH], by=system) for i in range(0, len(ids), BATCH))


@task("matching.make_plan")
def make_plan(county: str, user_id: int) -> None:
    """After 重新计算 with many texts to compare: the plan, in the name of whoever asked for it."""
    ranking.make_whole()
    planning.make_ready()
    actions.make_plan(county, by=User.objects.get(pk=user_id), patient=True)


@task("matching.make_plans", cron="47 6-20 * * *")
def make_plans(timestamp: int) -> None:
    """Every hour of the day: what came and went since is planned."""
    county = settings.SHUANGLIAN_COUNTY
    ranking.make_whole()
    planning.make_ready()
    plan = actions.make_plan(county, by=system_user(county), patient=True)
    log.info("plan of %s: %s lines, gap %s", county, plan.planned, plan.gap)
