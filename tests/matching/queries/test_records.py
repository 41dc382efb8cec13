import datetime as dt

import pytest

from shuanglian.exchange.models import NeedItem
from shuanglian.matching.queries.records import digest_of, record_of_need, record_of_offer
from tests.factories.exchange import NeedFactory, OfferFactory

pytestmark = pytest.mark.django_db


def test_a_need_is_read_with_the_texts_of_its_lines(guanli, town):
    need = NeedFactory(organization=guanli, title="招人", detail="想招人")
    assert record_of_need(need).text == "招人。想招人"
    NeedItem.objects.create(need=need, position=2, text="数控车工")

    record = record_of_need(need)

    assert (record.text, record.region) == ("招人。想招人；招人；数控车工", town.name)


def test_an_offer_that_always_holds_has_no_end(town, other_town):
    offer = OfferFactory(title="热处理专家进厂", standing=True, valid_until=dt.date(2026, 3, 1))
    assert (record_of_offer(offer).valid_until, record_of_offer(offer).region) == (None, "")

    offer.divisions.set([town])
    assert record_of_offer(offer).region == town.name

    offer.divisions.set([town, other_town])
    assert record_of_offer(offer).region == ""


def test_only_another_text_has_another_digest():
    offer = OfferFactory(title="热处理专家进厂")
    before = digest_of(record_of_offer(offer))

    offer.category, offer.valid_from = "YL", dt.date(2026, 3, 1)
    assert digest_of(record_of_offer(offer)) == before

    offer.detail = "含检测报告"
    assert digest_of(record_of_offer(offer)) != before
