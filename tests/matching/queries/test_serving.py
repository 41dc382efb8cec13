import datetime as dt

import pytest

from shuanglian.exchange.choices import Availability, CommitmentState, NeedState
from shuanglian.exchange.models import Offer
from shuanglian.matching.actions import decline_suggestion
from shuanglian.matching.queries import needs_for, suggestions_for
from shuanglian.matching.queries.serving import offers_of_units
from tests.factories.exchange import CommitmentFactory, NeedFactory, OfferFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(guanli, monday):
    return NeedFactory(
        organization=guanli, title="模具老是开裂，想找热处理专家", expected_by=dt.date(2026, 3, 19)
    )


@pytest.fixture
def offer(kejiju, standing):
    row = OfferFactory(unit=kejiju, title="热处理工艺专家进厂")
    standing.make()
    return row


def served(user, *offers):
    return [(one.need, one.offer) for one in needs_for(user, offers)]


def test_both_pages_say_the_same(need, offer, handler):
    NeedFactory(title="职工健康体检", category="YL")

    (one,) = needs_for(handler, [offer])

    assert (one.need, one.offer, one.open_text) == (need, offer, "1 次")
    (other,) = suggestions_for(handler, need).offers
    assert (other.offer, other.words, other.item.pk) == (offer, one.words, one.item)


def test_an_offer_of_the_city_serves_what_the_county_cannot(need, offer, city_lab, staff, handler):
    theirs = OfferFactory(unit=city_lab, title="热处理工艺专家坐诊")
    assert served(staff, theirs) == []

    offer.state = "withdrawn"
    offer.save()
    assert served(staff, theirs) == [(need, theirs)]


def test_only_open_needs_with_something_left(need, offer, handler):
    need.state = NeedState.CLOSED
    need.save()
    assert served(handler, offer) == []

    need.state = NeedState.CLAIMED
    need.save()
    CommitmentFactory(need=need)
    assert served(handler, offer) == []


def test_not_those_the_unit_holds_already(need, offer, handler):
    need.items.update(requested=3)
    CommitmentFactory(need=need, unit=offer.unit, state=CommitmentState.ACTIVE)

    assert served(handler, offer) == []


def test_not_those_it_was_said_not_to_fit(need, offer, handler):
    decline_suggestion(need, offer, by=handler, why="subject")

    assert served(handler, offer) == []


def test_an_offer_that_cannot_be_booked_serves_nobody(need, offer, handler):
    Offer.objects.filter(pk=offer.pk).update(availability=Availability.PAUSED)

    assert needs_for(handler, [offer]) == []


def test_a_unit_sees_what_all_its_offers_could_serve(need, offer, handler, kejiju):
    OfferFactory(unit=kejiju, title="职工健康体检", category="YL")
    other = NeedFactory(title="没给工人查过身体，想做职工体检", category="YL")

    found = served(handler, *offers_of_units([kejiju.pk]))

    assert {need.pk for need, _ in found} == {need.pk, other.pk}


def test_without_an_index_there_is_no_answer(need, offer, handler, standing, monkeypatch):
    monkeypatch.setattr(standing, "use", lambda question: None)

    assert needs_for(handler, [offer]) is None
