import datetime as dt

import pytest

from shuanglian.exchange.models import ClockStop, Deadline, DeadlineRule
from shuanglian.exchange.queries.deadline import overdue, running, ticking
from tests.factories.directory import PartnerUnitFactory
from tests.factories.exchange import CommitmentFactory, NeedFactory
from tests.people import COUNTY

pytestmark = pytest.mark.django_db


def limit(need, day, **more):
    rule = DeadlineRule.objects.get(county=COUNTY, kind="claim", complex=False, category="")
    return Deadline.objects.create(
        county=COUNTY, need=need, kind="claim", rule=rule, started_on=day, due=day, **more
    )


def test_the_database_derives_until_when_a_limit_runs(monday):
    need = NeedFactory()
    runs, met, dropped = (
        limit(need, monday),
        limit(need, monday, met_on=monday),
        limit(need, monday, dropped_on=monday),
    )
    found = {row.pk: row.running_until for row in Deadline.objects.filter(need=need)}
    assert found == {runs.pk: monday, met.pk: None, dropped.pk: None}

    later = monday + dt.timedelta(days=3)
    Deadline.objects.filter(pk=runs.pk).update(due=later)
    Deadline.objects.filter(pk=met.pk).update(met_on=None)
    found = {row.pk: row.running_until for row in Deadline.objects.filter(need=need)}
    assert found == {runs.pk: later, met.pk: monday, dropped.pk: None}


def test_a_limit_is_of_the_unit_of_its_promise_whatever_is_written(monday):
    promise, other = CommitmentFactory(), PartnerUnitFactory()
    free = limit(promise.need, monday, unit=other)
    bound = limit(promise.need, monday, unit=other, commitment=promise)
    met = limit(promise.need, monday, commitment=promise, met_on=monday)

    def units():
        return dict(Deadline.objects.filter(need=promise.need).values_list("pk", "unit_id"))

    assert units() == {free.pk: None, bound.pk: promise.unit_id, met.pk: promise.unit_id}
    Deadline.objects.filter(need=promise.need).update(unit=other)
    bound.save()
    assert units() == {free.pk: None, bound.pk: promise.unit_id, met.pk: promise.unit_id}

    promise.unit = other
    promise.save()
    assert units() == {free.pk: None, bound.pk: other.pk, met.pk: other.pk}
    Deadline.objects.filter(pk=bound.pk).update(commitment=None)
    assert units()[bound.pk] is None


def test_what_ticks_is_neither_met_nor_dropped_nor_stopped(monday, staff):
    need = NeedFactory()
    runs, stopped, resumed = (limit(need, monday) for _ in range(3))
    limit(need, monday, met_on=monday)
    limit(need, monday, dropped_on=monday)
    for row, ends in ((stopped, None), (resumed, monday)):
        ClockStop.objects.create(county=COUNTY, deadline=row, reason="等", starts=monday, ends=ends, by=staff)

    assert list(ticking().filter(need=need)) == [runs, resumed]
    assert list(overdue(monday).filter(need=need)) == []
    assert list(overdue(monday + dt.timedelta(days=1)).filter(need=need)) == [runs, resumed]
    assert running(need.pk) == [runs, stopped, resumed]
