import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.clock import now
from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries import lines_of, remaining

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(monday, guanli, clerk, staff):
    """Five tests are asked for."""
    need = actions.post_need(guanli, by=clerk, detail="要做五次检测", category="ZL", quantity=Decimal(5))
    return actions.accept_need(need, by=staff)


def test_two_units_share_a_need(five, kejiju, rsj, handler, other_handler):
    actions.claim(five, by=handler, unit=kejiju, quantity=Decimal(3))
    actions.claim(five, by=other_handler, unit=rsj)

    (line,) = lines_of(five.pk)
    assert [(p.commitment.unit, p.commitment.quantity) for p in line.promises] == [(kejiju, 3), (rsj, 2)]
    assert (line.promised, line.open) == (5, 0)


def test_more_than_is_open_is_refused_with_what_is_left(five, kejiju, handler):
    with pytest.raises(ValidationError) as refusal:
        actions.claim(five, by=handler, unit=kejiju, quantity=Decimal(6))

    assert refusal.value.message_dict == {"quantity": ["现在只剩 5 次没人认领，请改小一些"]}


def test_only_the_approver_may_over_commit(five, kejiju, handler, approver):
    with pytest.raises(PermissionDenied):
        actions.claim(five, by=handler, unit=kejiju, quantity=Decimal(6), over_commit=True)

    row = actions.claim(five, by=approver, unit=kejiju, quantity=Decimal(6), over_commit=True)

    assert (row.over_commit, lines_of(five.pk)[0].open) == (True, -1)


def test_a_unit_speaks_for_itself(five, rsj, handler):
    with pytest.raises(ValidationError, match="您只能代表自己单位认领"):
        actions.claim(five, by=handler, unit=rsj)


@pytest.mark.parametrize("who", ["clerk", "stranger", "auditor", "instructor"])
def test_who_may_not_claim(five, kejiju, request, who):
    with pytest.raises(PermissionDenied):
        actions.claim(five, by=request.getfixturevalue(who), unit=kejiju)


def test_a_need_for_the_committee_alone_is_not_claimed(five, kejiju, handler):
    type(five).objects.filter(pk=five.pk).update(visibility="staff")
    five.refresh_from_db()

    with pytest.raises(PermissionDenied):
        actions.claim(five, by=handler, unit=kejiju)


def test_a_full_month_is_said_before_anything_is_promised(five, kejiju, handler):
    type(kejiju).objects.filter(pk=kejiju.pk).update(monthly_capacity=1)
    actions.claim(five, by=handler, unit=kejiju, quantity=Decimal(1))

    with pytest.raises(ValidationError, match="县科技局本月最多承接 1 项，已经满了"):
        actions.claim(five, by=handler, unit=kejiju, quantity=Decimal(1))


def test_a_past_day_is_no_promise(five, kejiju, handler):
    with pytest.raises(ValidationError, match="办结日期不能早于今天"):
        actions.claim(five, by=handler, unit=kejiju, due=dt.date(2026, 3, 8))


def test_shrinking_opens_the_rest_at_once_and_tells_everybody(five, kejiju, handler, clerk, staff):
    row = actions.claim(five, by=handler, unit=kejiju)

    actions.shrink_commitment(row, by=handler, quantity=Decimal(2), note="只排得出两次")

    assert lines_of(five.pk)[0].open == 3
    text = "县科技局把数量改为 2（要做五次检测）：只排得出两次"
    assert [n.text for n in Notice.objects.filter(kind="promise_changed")] == [text, text]
    assert set(Notice.objects.filter(kind="promise_changed").values_list("user", flat=True)) == {
        clerk.pk,
        staff.pk,
    }


@pytest.mark.parametrize("quantity", ["0", "1", "3", "5", "-1"])
def test_shrinking_stays_between_done_and_promised(five, kejiju, handler, quantity):
    row = actions.claim(five, by=handler, unit=kejiju, quantity=Decimal(3))
    actions.record_delivery(row, by=handler, quantity=Decimal(2), finish=False)

    with pytest.raises(ValidationError, match="不能少于已经办成的 2，并且要小于现在的 3"):
        actions.shrink_commitment(row, by=handler, quantity=Decimal(quantity), note="x")


def test_withdrawing_opens_the_need_again_and_starts_its_clock(promise, opened, handler):
    actions.withdraw_commitment(promise, by=handler, note="人手不够")

    opened.refresh_from_db()
    assert opened.state == NeedState.OPEN
    assert [d.kind for d in opened.deadlines.filter(met_on=None, dropped_on=None)] == ["claim"]


def test_a_booking_that_its_unit_withdraws_waits_like_any_open_need(booking, handler):
    booking = actions.accept_booking(booking, by=handler)
    actions.withdraw_commitment(booking, by=handler, note="设备送修")

    need = Need.objects.get(pk=booking.need_id)
    assert (need.state, need.opened_at) == (NeedState.OPEN, now())


def test_a_report_that_waits_is_answered_before_a_withdrawal(promise, delivery, handler):
    with pytest.raises(ValidationError, match="确认以后才能撤回"):
        actions.withdraw_commitment(promise, by=handler, note="x")


def test_another_unit_does_not_withdraw(promise, other_handler):
    with pytest.raises(PermissionDenied):
        actions.withdraw_commitment(promise, by=other_handler, note="x")


def test_an_offer_is_booked_and_accepted(booking, offer, handler, clerk):
    need = booking.need
    assert (booking.state, need.state, need.visibility, need.source) == (
        "requested",
        "booked",
        "staff",
        "offer",
    )

    row = actions.accept_booking(booking, by=handler)

    need.refresh_from_db()
    assert (row.state, need.state) == ("active", NeedState.CLAIMED)
    assert [n.text for n in Notice.objects.filter(user=clerk, kind="answered")] == [
        "县科技局接受了预约（预约：专家入企）"
    ]


def test_a_declined_booking_goes_back_with_the_reason(booking, handler, clerk, offer):
    actions.decline_booking(booking, by=handler, note="专家出差")

    booking.need.refresh_from_db()
    item = offer.items.select_related("offer").get()
    assert booking.need.state == NeedState.RETURNED
    assert remaining([item], dt.date(2026, 3, 9)) == {item.pk: Decimal(2)}


def test_declining_needs_a_reason(booking, handler):
    with pytest.raises(ValidationError, match="谢绝要写明理由"):
        actions.decline_booking(booking, by=handler, note="")


def test_the_enterprise_does_not_answer_its_own_booking(booking, clerk):
    with pytest.raises(PermissionDenied):
        actions.accept_booking(booking, by=clerk)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"quantity": Decimal(3)}, "现在只剩 2 次，请改小一些"),
        ({"wanted_on": dt.date(2026, 3, 8)}, "日期不能早于今天"),
    ],
)
def test_a_booking_that_cannot_be_is_refused_in_words(offer, guanli, clerk, wish, said):
    with pytest.raises(ValidationError) as refusal:
        actions.book_offer(offer, by=clerk, organization=guanli, **wish)

    assert said in refusal.value.messages[0]


def test_lead_time_and_validity_bound_the_day(kejiju, handler, staff, guanli, clerk, monday):
    offer = actions.post_offer(
        kejiju,
        by=handler,
        title="检测",
        category="ZL",
        lead_days=3,
        valid_until=dt.date(2026, 3, 31),
        capacity=9,
    )
    offer = actions.publish_offer(offer, by=staff)

    with pytest.raises(ValidationError, match="要提前 3 个工作日预约，最早 3月12日"):
        actions.book_offer(offer, by=clerk, organization=guanli, wanted_on=dt.date(2026, 3, 11))
    with pytest.raises(ValidationError, match="这项资源有效期到 2026年3月31日"):
        actions.book_offer(offer, by=clerk, organization=guanli, wanted_on=dt.date(2026, 4, 1))


def test_a_lapsed_offer_takes_no_new_promise_and_keeps_the_old(
    booking, offer, guanli, clerk, handler, time_machine
):
    type(offer).objects.filter(pk=offer.pk).update(standing=False, valid_until=dt.date(2026, 3, 9))
    time_machine.move_to(dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC), tick=False)

    with pytest.raises(ValidationError, match="已暂停、下架或过了有效期"):
        actions.book_offer(offer, by=clerk, organization=guanli)
    assert actions.accept_booking(booking, by=handler).state == "active"


def test_next_month_has_its_own_places(offer, guanli, clerk):
    for _ in range(2):
        actions.book_offer(offer, by=clerk, organization=guanli)

    row = actions.book_offer(offer, by=clerk, organization=guanli, wanted_on=dt.date(2026, 4, 8))

    assert row.period_start == dt.date(2026, 4, 1)
