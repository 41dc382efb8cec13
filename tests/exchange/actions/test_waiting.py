import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.models import Commitment, Waiting
from shuanglian.exchange.queries import remaining

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(offer):
    return offer.items.select_related("offer").get()


@pytest.fixture
def full(offer, guanli, clerk):
    """Both places are booked."""
    return [actions.book_offer(offer, by=clerk, organization=guanli) for _ in range(2)]


@pytest.fixture
def waiting(full, item, haokun, other_clerk):
    return actions.join_waiting(item, by=other_clerk, organization=haokun)


def test_a_freed_place_asks_the_next_in_line_and_books_nobody(waiting, full, handler, other_clerk, item):
    actions.decline_booking(full[0], by=handler, note="专家出差")

    waiting.refresh_from_db()
    assert (waiting.state, waiting.answer_by) == ("asked", dt.date(2026, 3, 11))
    assert remaining([item], dt.date(2026, 3, 9))[item.pk] == Decimal(1)
    notice = Notice.objects.get(user=other_clerk, kind="place")
    assert notice.text == "“专家入企”有名额了，请在 3月11日前答复"


def test_taking_the_place_books_it(waiting, full, handler, other_clerk, haokun):
    actions.decline_booking(full[0], by=handler, note="专家出差")

    row = actions.take_place(waiting, by=other_clerk)

    assert (row.state, row.need.organization, row.mode) == ("requested", haokun, "booked")
    assert Waiting.objects.get().state == "taken"


def test_nobody_takes_a_place_before_being_asked(waiting, other_clerk):
    with pytest.raises(ValidationError, match="还没有轮到"):
        actions.take_place(waiting, by=other_clerk)


def test_no_answer_in_two_working_days_lets_the_next_one_be_asked(
    waiting, full, item, guanli, clerk, handler, system
):
    behind = actions.join_waiting(item, by=clerk, organization=guanli)
    actions.decline_booking(full[0], by=handler, note="专家出差")

    assert actions.lapse_waiting(dt.date(2026, 3, 11), by=system) == 0
    assert actions.lapse_waiting(dt.date(2026, 3, 12), by=system) == 1

    waiting.refresh_from_db()
    behind.refresh_from_db()
    assert (waiting.state, behind.state) == ("lapsed", "asked")


def test_leaving_the_line_moves_it_up(waiting, full, item, guanli, clerk, handler, other_clerk):
    behind = actions.join_waiting(item, by=clerk, organization=guanli)
    actions.decline_booking(full[0], by=handler, note="x")

    actions.leave_waiting(waiting, by=other_clerk)

    behind.refresh_from_db()
    assert behind.state == "asked"


def test_one_stands_in_line_once(waiting, item, haokun, other_clerk):
    with pytest.raises(ValidationError, match="已经在排队了"):
        actions.join_waiting(item, by=other_clerk, organization=haokun)


def test_nobody_stands_in_line_for_somebody_else(full, item, haokun, clerk):
    with pytest.raises(ValidationError, match="您只能代表自己单位排队"):
        actions.join_waiting(item, by=clerk, organization=haokun)


def test_a_unit_cannot_stand_in_line(full, item, haokun, handler):
    with pytest.raises(PermissionDenied):
        actions.join_waiting(item, by=handler, organization=haokun)


def test_a_place_asked_of_one_is_not_asked_of_another(waiting, full, item, guanli, clerk, handler):
    behind = actions.join_waiting(item, by=clerk, organization=guanli)

    actions.decline_booking(full[0], by=handler, note="x")

    behind.refresh_from_db()
    assert behind.state == "waiting"
    assert Commitment.objects.filter(state="requested").count() == 1


@pytest.fixture
def line(waiting, item, guanli, clerk):
    """Two wait for one place each."""
    return [waiting, actions.join_waiting(item, by=clerk, organization=guanli)]


def states(line):
    return [Waiting.objects.get(pk=row.pk).state for row in line]


@pytest.mark.parametrize(
    ("capacity", "asked"), [(2, ["waiting"] * 2), (3, ["asked", "waiting"]), (4, ["asked"] * 2)]
)
def test_more_capacity_asks_as_many_as_fit(line, offer, kejiju, handler, capacity, asked):
    actions.save_offer(kejiju, by=handler, offer=offer, capacity=capacity)

    assert states(line) == asked


def test_nobody_is_asked_while_an_offer_is_paused(line, full, offer, handler):
    actions.pause_offer(offer, by=handler)
    actions.decline_booking(full[0], by=handler, note="专家出差")
    before = states(line)
    actions.resume_offer(offer, by=handler)

    assert (before, states(line)) == (["waiting", "waiting"], ["asked", "waiting"])


def test_a_new_period_brings_places_for_who_waits(line, system, time_machine):
    assert (actions.lapse_waiting(dt.date(2026, 3, 31), by=system), states(line)) == (0, ["waiting"] * 2)

    time_machine.move_to(dt.datetime(2026, 4, 1, 1, 0, tzinfo=dt.UTC), tick=False)

    assert (actions.lapse_waiting(dt.date(2026, 4, 1), by=system), states(line)) == (0, ["asked"] * 2)
