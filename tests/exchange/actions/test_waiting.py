import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.module_loading import import_string

from shuanglian.core.audit import history
from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.models import Commitment, Waiting
from shuanglian.exchange.queries import kept, remaining

pytestmark = pytest.mark.django_db

MONDAY, IN_APRIL = dt.date(2026, 3, 9), dt.date(2026, 4, 10)


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
    assert (remaining([item], MONDAY), kept([item], MONDAY)) == ({item.pk: 0}, {item.pk: 1})
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


def test_a_kept_place_is_given_to_nobody_else(
    waiting, full, offer, item, guanli, clerk, handler, other_clerk
):
    actions.decline_booking(full[0], by=handler, note="专家出差")

    with pytest.raises(ValidationError, match="刚被约满了"):
        actions.book_offer(offer, by=clerk, organization=guanli)

    assert actions.take_place(waiting, by=other_clerk).quantity == 1
    assert (remaining([item], MONDAY), kept([item], MONDAY)) == ({item.pk: 0}, {item.pk: 0})


def test_a_unit_cannot_use_a_kept_place_itself(waiting, full, item, opened, handler, kejiju):
    actions.decline_booking(full[0], by=handler, note="专家出差")

    with pytest.raises(ValidationError, match="刚被约满了"):
        actions.claim(opened, by=handler, unit=kejiju, offer_item=item, due=dt.date(2026, 3, 20))


def test_capacity_does_not_fall_below_what_is_kept(waiting, full, offer, kejiju, handler):
    actions.decline_booking(full[0], by=handler, note="专家出差")

    with pytest.raises(ValidationError) as refused:
        actions.save_offer(kejiju, by=handler, offer=offer, capacity=1)

    assert refused.value.messages == [
        "已经答应了 2 次（其中有给轮到的排队单位留着的），不能改得更少；请先和对方商量撤回或减少。"
    ]


def test_no_answer_frees_the_place_for_everybody(waiting, full, offer, guanli, clerk, handler, system):
    actions.decline_booking(full[0], by=handler, note="专家出差")
    actions.lapse_waiting(dt.date(2026, 3, 12), by=system)

    assert actions.book_offer(offer, by=clerk, organization=guanli).quantity == 1


def test_a_withdrawn_booking_asks_the_next_in_line(waiting, full, clerk):
    actions.withdraw_need(full[0].need, by=clerk, note="不去了")

    waiting.refresh_from_db()
    assert waiting.state == "asked"


def test_the_place_is_one_of_the_month_that_was_wished(full, item, haokun, other_clerk, system):
    row = actions.join_waiting(item, by=other_clerk, organization=haokun, wanted_on=IN_APRIL)

    actions.lapse_waiting(MONDAY, by=system)

    row.refresh_from_db()
    assert (row.state, row.period_start) == ("asked", dt.date(2026, 4, 1))
    assert (kept([item], MONDAY), kept([item], IN_APRIL)) == ({item.pk: 0}, {item.pk: 1})
    assert remaining([item], IN_APRIL) == {item.pk: 1}


def test_taking_another_month_leaves_the_kept_place_to_the_next(line, full, handler, other_clerk):
    actions.decline_booking(full[0], by=handler, note="专家出差")

    made = actions.take_place(line[0], by=other_clerk, wanted_on=IN_APRIL)

    assert (made.period_start, states(line)) == (dt.date(2026, 4, 1), ["taken", "asked"])


def test_a_place_of_a_month_that_is_over_is_asked_anew(line, full, handler, system, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 31, 1, 0, tzinfo=dt.UTC), tick=False)
    actions.decline_booking(full[0], by=handler, note="专家出差")
    time_machine.move_to(dt.datetime(2026, 4, 1, 1, 0, tzinfo=dt.UTC), tick=False)

    assert actions.lapse_waiting(dt.date(2026, 4, 1), by=system) == 0

    assert states(line) == ["asked", "asked"]
    assert Waiting.objects.filter(period_start=dt.date(2026, 4, 1)).count() == 2
    assert [e.verb for e in history(line[0])] == ["ask", "wait_on", "ask", "wait"]


def test_whom_a_place_was_kept_for_stands_first_again_while_an_offer_is_paused(
    line, full, offer, handler, other_clerk
):
    actions.decline_booking(full[0], by=handler, note="专家出差")

    actions.pause_offer(offer, by=handler)

    assert states(line) == ["waiting", "waiting"]
    assert Notice.objects.filter(user=other_clerk, kind="place").latest("pk").text == (
        "“专家入企”暂时没有能约的名额了，您还在排队，有名额时再问您"
    )
    actions.resume_offer(offer, by=handler)
    assert states(line) == ["asked", "waiting"]


def test_a_line_ends_with_its_offer(line, full, offer, handler, clerk):
    actions.decline_booking(full[0], by=handler, note="专家出差")

    actions.withdraw_offer(offer, by=handler)

    assert states(line) == ["ended", "ended"]
    assert Notice.objects.get(user=clerk, kind="place").text == "“专家入企”已下架，不用再排队了"


def test_nobody_is_asked_for_a_day_after_the_end(full, offer, item, haokun, other_clerk, kejiju, handler):
    row = actions.join_waiting(item, by=other_clerk, organization=haokun)
    actions.save_offer(
        kejiju, by=handler, offer=offer, standing=False, valid_until=dt.date(2026, 3, 10), lead_days=5
    )

    actions.decline_booking(full[0], by=handler, note="专家出差")

    row.refresh_from_db()
    assert row.state == "waiting"


def test_who_answers_while_the_time_runs_out_has_answered(
    waiting, full, handler, other_clerk, system, monkeypatch
):
    actions.decline_booking(full[0], by=handler, note="专家出差")
    path = "shuanglian.exchange.actions.waiting.lock_offer_items"
    lock = import_string(path)

    def answered_meanwhile(ids):
        monkeypatch.setattr(path, lock)
        actions.leave_waiting(waiting, by=other_clerk)
        return lock(ids)

    monkeypatch.setattr(path, answered_meanwhile)

    assert actions.lapse_waiting(dt.date(2026, 3, 12), by=system) == 0
    waiting.refresh_from_db()
    assert waiting.state == "left"
