from demo.bookings import BOOKINGS
from demo.needs import needs
from demo.offer_stories import BOOKING_STORIES
from demo.offers import offers
from demo.people import GUANLI, HAOKUN, HENGYUE


def test_every_kind_of_booking_is_told():
    assert {b.story for b in BOOKINGS} == set(BOOKING_STORIES)


def test_bookings_are_of_offers_on_the_list_by_somebody_who_asks():
    listed = {o.key for o in offers() if o.story == "published"}
    known = {n.key for n in needs()} | {GUANLI, HAOKUN, HENGYUE}
    assert [b for b in BOOKINGS if b.offer not in listed or b.by not in known] == []


def test_refusals_and_withdrawals_say_why():
    assert [b for b in BOOKINGS if (b.story in ("declined", "cancelled", "released")) != bool(b.reason)] == []
