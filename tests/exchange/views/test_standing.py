import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.models import Offer
from tests.factories.exchange import OfferFactory

pytestmark = pytest.mark.django_db
FIELDS = {
    "title": "专家入企",
    "category": "KJ",
    "capacity": "1",
    "measure": "次",
    "period": "month",
    "standing": "on",
    "visibility": "public",
    "lead_days": "0",
}


def text(answer):
    return answer.content.decode()


@pytest.fixture
def held(offer, guanli, clerk, handler):
    """A booking of both places of the month, accepted."""
    row = actions.book_offer(offer, by=clerk, organization=guanli, quantity=Decimal(2))
    return actions.accept_booking(row, by=handler)


# ---- fewer than promised ----


def test_lowering_below_what_is_promised_leads_to_a_choice(client, offer, held, handler, clerk):
    client.force_login(handler)

    answer = client.post(f"/offers/{offer.pk}/edit/", FIELDS)

    assert answer.status_code == 422
    page = text(answer)
    here = f"?next=/offers/{offer.pk}/edit/"
    assert [
        words in page
        for words in (
            "已经答应了 2 次，不能改得更少；请先和对方商量撤回或减少。",
            "先商量好这些预约",
            "3月1日起的一个月：共 2 次",
            "冠力集团",
            f'href="/commitments/{held.pk}/shrink/{here}"',
            f'href="/commitments/{held.pk}/withdraw/{here}"',
            'value="1"',
        )
    ] == [True] * 7

    opened = text(client.get(f"/commitments/{held.pk}/shrink/{here}"))
    assert f'name="next" value="/offers/{offer.pk}/edit/"' in opened
    done = client.post(
        f"/commitments/{held.pk}/shrink/",
        {"quantity": "1", "note": "本月专家只能来一次", "next": f"/offers/{offer.pk}/edit/"},
    )
    assert (done.status_code, done["Location"]) == (303, f"/offers/{offer.pk}/edit/")
    assert (
        Notice.objects.filter(user=clerk, kind="promise_changed", text__contains="本月专家只能来一次").count()
        == 1
    )
    assert client.post(f"/offers/{offer.pk}/edit/", FIELDS).status_code == 303


def test_a_foreign_page_is_not_returned_to(client, held, handler):
    client.force_login(handler)
    page = text(client.get(f"/commitments/{held.pk}/withdraw/?next=https://example.org/"))

    assert "example.org" not in page


# ---- renewing ----


@pytest.fixture
def ending(offer):
    Offer.objects.update(standing=False, valid_until=dt.date(2026, 3, 20))
    return Offer.objects.get()


def test_one_press_renews_for_a_year(client, ending, handler):
    client.force_login(handler)
    button = 'name="valid_until" value="2027-03-20"'
    for address in ("/mine/", f"/offers/{ending.pk}/"):
        page = text(client.get(address))
        assert (button in page, "续期一年" in page) == (True, True)
    assert "有效期到 3月20日　过期以后不再接新的预约，已经答应的照办" in text(client.get("/mine/"))

    for _ in range(2):
        assert client.post(f"/offers/{ending.pk}/renew/", {"valid_until": "2027-03-20"}).status_code == 303

    ending.refresh_from_db()
    assert (ending.valid_until, ending.checked_on) == (dt.date(2027, 3, 20), dt.date(2026, 3, 9))
    assert "快到有效期的资源" not in text(client.get("/mine/"))


def test_what_has_lapsed_is_renewed_from_today(client, ending, handler):
    Offer.objects.update(valid_until=dt.date(2026, 3, 1))
    client.force_login(handler)

    page = text(client.get("/mine/"))

    assert ("3月1日已过有效期" in page, 'value="2027-03-09"' in page) == (True, True)


def test_only_the_unit_and_the_committee_renew(client, ending, other_handler, clerk):
    for user in (other_handler, clerk):
        client.force_login(user)
        assert client.post(f"/offers/{ending.pk}/renew/", {"valid_until": "2027-03-20"}).status_code == 403
        assert "续期" not in text(client.get(f"/offers/{ending.pk}/"))


def test_my_page_asks_no_more_for_more_places_and_offers(
    client, ending, kejiju, handler, other_clerk, haokun
):
    client.force_login(handler)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            client.get("/mine/")
        return len(seen)

    asked()
    one = asked()
    for _ in range(3):
        OfferFactory(unit=kejiju, standing=False, valid_until=dt.date(2026, 3, 25))
    assert asked() == one
