"""What of the county the plan is made of: open lines, rooms, ceilings."""

import datetime as dt
from decimal import Decimal

import pytest

from shuanglian.exchange import actions as exchange
from shuanglian.exchange.models import NeedItem, Offer
from shuanglian.matching.queries.plan import ceilings, open_ids, open_lines, supply
from tests.factories.exchange import CommitmentFactory

pytestmark = pytest.mark.django_db
COUNTY = "140921"


def titles():
    return [line.need.title for line in open_lines(COUNTY)]


def test_pages_and_plans_see_the_same_open_lines(
    moulds, furnace, road, expert, kejiju, handler, staff, system
):
    NeedItem.objects.create(need=moulds, position=2, text="请专家看一次", requested=2)
    exchange.claim(furnace, by=handler, unit=kejiju)
    exchange.claim(moulds, by=handler, unit=kejiju, item=moulds.items.first())
    exchange.propose_unit(road, by=staff, unit=kejiju, reason="试试")

    assert [(line.item.text, line.quantity) for line in open_lines(COUNTY)] == [("请专家看一次", Decimal(2))]
    assert open_ids(COUNTY) == {line.item.pk for line in open_lines(COUNTY)}


def test_the_nearest_day_counts(moulds, monday):
    moulds.expected_by = monday + dt.timedelta(days=9)
    moulds.save()
    moulds.items.update(due=monday + dt.timedelta(days=4))

    assert [line.due for line in open_lines(COUNTY)] == [monday + dt.timedelta(days=4)]


def test_what_is_left_counts_promises_and_what_units_are_asked_for(
    class_, moulds, furnace, rsj, staff, monday, system
):
    item = class_.items.get()
    CommitmentFactory(unit=rsj, offer_item=item, quantity=3, period_start=monday.replace(day=1))
    exchange.propose_unit(moulds, by=staff, unit=rsj, reason="有班", offer_item=item)

    assert supply(COUNTY).rooms[item.pk].left == Decimal(16)


@pytest.mark.parametrize(
    "fields", [{"availability": "paused"}, {"state": "withdrawn"}, {"visibility": "staff"}]
)
def test_what_cannot_be_booked_is_not_there(class_, fields):
    Offer.objects.filter(pk=class_.pk).update(**fields)

    assert supply(COUNTY).rooms == {}


def test_a_unit_that_left_the_alliance_gives_nothing(class_, rsj, monday):
    rsj.left_on = monday
    rsj.save()

    assert supply(COUNTY).rooms == {}


def test_an_offer_for_one_township_serves_that_township_only(class_, moulds, furnace, town):
    class_.divisions.add(town)
    given = supply(COUNTY)
    rooms = {line.need.title: given.room_for(line, class_.pk) for line in open_lines(COUNTY)}

    assert {title for title, room in rooms.items() if room} == {"模具寿命短"}


def test_ceilings_are_what_the_month_still_holds(moulds, kejiju, rsj, staff, system):
    kejiju.monthly_capacity = 3
    kejiju.save()
    CommitmentFactory(unit=kejiju)
    exchange.propose_unit(moulds, by=staff, unit=kejiju, reason="试试")

    assert ceilings(COUNTY) == {kejiju.pk: 1}
