import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.exchange import actions
from shuanglian.exchange.choices import OfferState
from shuanglian.exchange.models import Offer

pytestmark = pytest.mark.django_db


def test_an_offer_is_written_reviewed_and_open(monday, kejiju, handler, staff):
    row = actions.post_offer(
        kejiju, by=handler, title="专家入企", category="KJ", standing=True, capacity=Decimal(4)
    )
    assert (row.number, row.state, row.items.get().capacity) == ("GX20260001", OfferState.SUBMITTED, 4)

    row = actions.publish_offer(row, by=staff)

    assert (row.state, row.checked_on, row.checked_by) == (OfferState.PUBLISHED, dt.date(2026, 3, 9), staff)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, {"title": ["请写资源名称"]}),
        ({"category": ""}, {"category": ["请选一个类别"]}),
        ({"standing": False}, {"valid_until": ["请写有效期，或选“长期有效”"]}),
        (
            {"standing": False, "valid_from": dt.date(2026, 4, 1), "valid_until": dt.date(2026, 3, 20)},
            {"valid_until": ["结束日期不能早于开始日期"]},
        ),
        ({"capacity": Decimal(-1)}, {"capacity": ["数量不能小于 0"]}),
        (
            {"contact_phone": "12"},
            {"contact_phone": ["电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"]},
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field(monday, kejiju, handler, fields, said):
    with pytest.raises(ValidationError) as refusal:
        actions.post_offer(
            kejiju, by=handler, **{"title": "专家", "category": "KJ", "standing": True, **fields}
        )

    assert refusal.value.message_dict == said


def test_nobody_writes_for_another_unit(monday, rsj, handler, clerk):
    for person in (handler, clerk):
        with pytest.raises(PermissionDenied):
            actions.save_offer(rsj, by=person, title="专家", category="KJ")


def test_units_do_not_review_themselves(monday, kejiju, handler):
    row = actions.post_offer(kejiju, by=handler, title="专家", category="KJ", standing=True)

    with pytest.raises(PermissionDenied):
        actions.publish_offer(row, by=handler)


def test_a_returned_offer_goes_back_with_its_reason(monday, kejiju, handler, staff):
    row = actions.post_offer(kejiju, by=handler, title="专家", category="KJ", standing=True)

    row = actions.return_offer(row, by=staff, note="写清楚对谁开放")

    assert (row.state, history(row)[0].note) == (OfferState.RETURNED, "写清楚对谁开放")


def test_capacity_never_falls_below_what_is_promised(offer, booking, kejiju, handler):
    with pytest.raises(ValidationError, match="已经答应了 1 次，不能改得更少"):
        actions.save_offer(kejiju, by=handler, offer=offer, capacity=Decimal(0))

    actions.save_offer(kejiju, by=handler, offer=offer, capacity=Decimal(1))
    assert offer.items.get().capacity == 1


def test_pausing_takes_no_new_promise_and_resuming_does(offer, guanli, clerk, handler):
    row = actions.pause_offer(offer, by=handler)
    with pytest.raises(ValidationError, match="已暂停、下架或过了有效期"):
        actions.book_offer(row, by=clerk, organization=guanli)

    row = actions.resume_offer(row, by=handler)
    assert actions.book_offer(row, by=clerk, organization=guanli).state == "requested"


def test_another_unit_cannot_pause(offer, other_handler):
    with pytest.raises(PermissionDenied):
        actions.pause_offer(offer, by=other_handler)


def test_taken_down_and_put_up_again_it_is_reviewed_again(offer, handler):
    row = actions.withdraw_offer(offer, by=handler)
    assert row.state == OfferState.WITHDRAWN

    assert actions.submit_offer(row, by=handler).state == OfferState.SUBMITTED
    assert Offer.objects.get().number == "GX20260001"


def test_renewing_needs_a_later_day(offer, handler):
    with pytest.raises(ValidationError, match="新的有效期要晚于今天"):
        actions.renew_offer(offer, by=handler, valid_until=dt.date(2026, 3, 9))

    row = actions.renew_offer(offer, by=handler, valid_until=dt.date(2027, 3, 9))
    assert (row.valid_until, row.checked_on, row.checked_by) == (
        dt.date(2027, 3, 9),
        dt.date(2026, 3, 9),
        handler,
    )


# ---- which townships it serves ----


@pytest.fixture
def local(offer, handler, other_town):
    """For the other township alone."""
    return actions.save_offer(offer.unit, by=handler, offer=offer, divisions=[other_town])


def test_an_offer_serves_the_townships_that_were_chosen(local, handler, other_town, town):
    assert list(local.divisions.all()) == [other_town]
    assert history(local).first().note == f"服务乡镇：{other_town.name}"

    actions.save_offer(local.unit, by=handler, offer=local, title="专家上门")
    assert list(local.divisions.all()) == [other_town]
    actions.save_offer(local.unit, by=handler, offer=local, divisions=[])
    assert (local.divisions.count(), history(local).first().note) == (0, "服务乡镇：全县")


def test_who_is_elsewhere_neither_books_nor_waits_nor_is_served(
    local, opened, guanli, haokun, clerk, other_clerk, handler, kejiju, town, other_town
):
    why = f"这项资源只服务{other_town.name}，冠力集团在{town.name}。可以作为需求提出来。"
    with pytest.raises(ValidationError, match=why):
        actions.book_offer(local, by=clerk, organization=guanli)
    with pytest.raises(ValidationError, match=why):
        actions.join_waiting(local.items.get(), by=clerk, organization=guanli)
    with pytest.raises(ValidationError, match=why):
        actions.claim(opened, by=handler, unit=kejiju, offer_item=local.items.get())

    assert actions.book_offer(local, by=other_clerk, organization=haokun).state == "requested"
