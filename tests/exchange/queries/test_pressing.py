import datetime as dt
import random

import pytest
from django.db.models import F

from shuanglian.exchange.models import ClockStop, Deadline, DeadlineRule, Need
from shuanglian.exchange.queries.pressing import earliest_limits, in_order, soonest, with_due
from tests.factories.exchange import NeedFactory
from tests.people import COUNTY

pytestmark = pytest.mark.django_db


def limit(need, day, kind="claim", **more):
    rule = DeadlineRule.objects.get(county=COUNTY, kind=kind, complex=False, category="")
    return Deadline.objects.create(
        county=COUNTY, need=need, kind=kind, rule=rule, started_on=day, due=day, **more
    )


def slow(needs):
    """The same order, worked out for every need: by day, then the older; without a limit the newest first."""
    rows = list(with_due(needs).order_by(F("due").asc(nulls_last=True), "pk"))
    return [n.pk for n in rows if n.due] + [n.pk for n in reversed(rows) if not n.due]


@pytest.fixture
def needs(monday, staff):
    chance = random.Random(7)
    rows = NeedFactory.create_batch(24)
    for nth, need in enumerate(rows):
        for _ in range(nth % 4):
            kind = chance.choice(["claim", "resolve", "confirm", "accept"])
            over = {"met_on": monday} if chance.random() < 0.2 else {}
            row = limit(need, monday + dt.timedelta(days=chance.randrange(-3, 4)), kind, **over)
            if chance.random() < 0.2:
                ClockStop.objects.create(
                    county=COUNTY, deadline=row, reason="等企业的图纸", starts=monday, by=staff
                )
    return Need.objects.filter(pk__in=[need.pk for need in rows])


@pytest.mark.parametrize("size", [1, 5, 7, 20, 30])
def test_pages_along_the_limits_are_the_whole_in_order(needs, size):
    pages = [soonest(needs, start, start + size) for start in range(0, 35, size)]
    assert [pk for page in pages for pk in page] == slow(needs)


def test_a_narrower_question_keeps_the_order(needs):
    some = needs.filter(pk__in=[pk for pk in slow(needs) if pk % 2])
    assert soonest(some, 0, 30) == slow(some)
    assert soonest(needs.none(), 0, 20) == []


def test_each_need_has_one_earliest_limit(needs):
    days = dict(earliest_limits().values_list("need_id", "due"))
    assert len(earliest_limits()) == len(days)
    assert days == {need.pk: need.due for need in with_due(needs) if need.due}


def test_rows_follow_their_ids(needs):
    ids = soonest(needs, 0, 10)
    assert [need.pk for need in in_order(Need.objects.filter(pk__in=ids), ids)] == ids
