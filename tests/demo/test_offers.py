import datetime as dt
from decimal import Decimal

from demo.days import Days
from demo.offer_stories import OFFER_STORIES
from demo.offers import offer_of, offers


def test_146_offers_of_67_units_in_15_categories():
    assert len(offers()) == 146
    assert len({o.unit for o in offers()}) == 67
    assert len({o.category for o in offers()}) == 15


def test_every_story_is_told_and_exists():
    assert {o.story for o in offers()} == set(OFFER_STORIES)


def test_validity_is_dated_from_the_month_of_loading():
    days = Days(dt.date(2026, 11, 24), lambda day: True)
    fields = offer_of("S001").fields(days)
    assert (fields["valid_from"], fields["valid_until"]) == (dt.date(2026, 5, 1), dt.date(2027, 6, 30))
    assert fields["capacity"] == Decimal(40)


def test_a_standing_offer_has_no_end():
    days = Days(dt.date(2026, 11, 24), lambda day: True)
    assert offer_of("S039").fields(days)["valid_until"] is None
