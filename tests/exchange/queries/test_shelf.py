import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.directory.models import Division
from shuanglian.exchange import actions
from shuanglian.exchange.choices import OfferState
from shuanglian.exchange.models import Offer
from shuanglian.exchange.queries.hall import Option
from shuanglian.exchange.queries.shelf import OfferWish, offer_detail, offer_rows, shelf, similar_offers
from tests.factories.exchange import OfferFactory

pytestmark = pytest.mark.django_db


def titles(user, **asked):
    return [row.title for row in shelf(user, OfferWish(**asked)).rows]


def only_row():
    (row,) = offer_rows(Offer.objects.all())
    return row


def test_who_sees_which_offers(monday, clerk, staff, handler, kejiju):
    OfferFactory(title="公开")
    OfferFactory(title="联盟", visibility="alliance")
    OfferFactory(title="待审", state=OfferState.SUBMITTED, unit=kejiju)
    OfferFactory(title="过期", standing=False, valid_until=dt.date(2026, 3, 8))
    OfferFactory(title="下架", state=OfferState.WITHDRAWN)

    assert titles(AnonymousUser()) == ["公开"]
    assert titles(clerk) == ["联盟", "公开"]
    assert sorted(titles(staff)) == sorted(titles(handler)) == ["公开", "待审", "联盟"]


def test_words_category_and_order(monday, clerk):
    OfferFactory(title="检测探伤", category="ZL", standing=False, valid_until=dt.date(2026, 5, 1))
    OfferFactory(title="送法进厂", category="FL", standing=False, valid_until=dt.date(2026, 3, 20))

    assert titles(clerk, q="探伤") == ["检测探伤"]
    assert titles(clerk, categories=("FL",)) == ["送法进厂"]
    assert titles(clerk, sort="end") == ["送法进厂", "检测探伤"]
    page = shelf(clerk, OfferWish(categories=("FL",)))
    assert page.categories == [Option("FL", "法律服务", 1, True), Option("ZL", "质量标准", 1, False)]
    assert page.quick == [
        Option("free", "现在可预约", 1, False),
        Option("standing", "长期有效", 0, False),
        Option("ending", "30 天内到期", 1, False),
    ]


def test_staff_are_offered_what_waits_for_review(monday, staff):
    OfferFactory(state=OfferState.SUBMITTED, title="待审")
    OfferFactory(title="开放")

    assert [o.value for o in shelf(staff, OfferWish()).quick][-1] == "review"
    assert titles(staff, quick="review") == ["待审"]


@pytest.mark.parametrize(
    ("facts", "text", "bookable"),
    [
        ({}, "可预约", True),
        ({"availability": "paused"}, "暂停", False),
        ({"availability": "used_up"}, "已约满", False),
        ({"capacity": Decimal("0.01")}, "可预约", True),
        ({"state": "submitted"}, "待审核", False),
        ({"standing": False, "valid_until": dt.date(2026, 3, 8)}, "已过有效期", False),
        ({"standing": False, "valid_until": dt.date(2026, 3, 9)}, "可预约", True),
        ({"valid_from": dt.date(2026, 4, 1)}, "4月1日起可预约", False),
    ],
)
def test_a_row_says_whether_it_can_be_booked(monday, facts, text, bookable):
    OfferFactory(**facts)

    assert (only_row().state_text, only_row().bookable) == (text, bookable)


def test_what_is_left_is_told_until_it_is_gone(offer, clerk, guanli, booking):
    assert (only_row().left_text, only_row().until) == ("本月还剩 1 次", "长期有效")

    actions.book_offer(offer, by=clerk, organization=guanli)
    assert (only_row().left_text, only_row().state_text, only_row().bookable) == (
        "本月还剩 0 次",
        "已约满",
        False,
    )


def test_query_count_does_not_grow(monday, clerk):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            shelf(clerk, OfferWish(q="专家"))
        return len(seen)

    OfferFactory()
    asked()
    one = asked()
    OfferFactory.create_batch(59)

    assert asked() == one


def test_detail_shows_each_side_its_own_bookings(booking, offer, clerk, other_clerk, handler, staff):
    seen = {
        u.username: len(offer_detail(offer, u, inside=False).bookings)
        for u in (clerk, other_clerk, handler, staff)
    }

    assert seen == {"guanli": 1, "haokun": 0, "kejiju": 1, "wangxiaolan": 1}
    detail = offer_detail(offer, handler, inside=True)
    assert ([left for _, left in detail.items], detail.used) == ([1], 1)
    assert [e.verb for e in detail.entries] == ["create", "submit", "publish"]


def test_similar_offers_can_be_booked(monday, clerk):
    offer = OfferFactory()
    near = OfferFactory()
    OfferFactory(availability="paused")
    OfferFactory(category="FL")

    assert [row.pk for row in similar_offers(offer, clerk)] == [near.pk]


def test_whom_an_offer_serves(monday, town, other_town):
    row = OfferFactory()
    assert (only_row().served, only_row().is_for(town.name)) == ("", True)

    row.divisions.set([other_town])
    found = only_row()
    assert (found.served, found.is_for(town.name), found.is_for(other_town.name), found.is_for("")) == (
        other_town.name,
        False,
        True,
        True,
    )
    row.divisions.set([*Division.objects.filter(level="township").order_by("code")[:3]])
    assert only_row().served.endswith("等 3 个乡镇")
