from demo.offers import offers
from demo.units import units


def test_every_unit_that_shares_something_is_there_with_its_duty():
    found = units(offers())
    assert {u.name for u in found} == {o.unit for o in offers()}
    assert [u.name for u in found if not u.duty or (not u.main and not u.source)] == []


def test_units_of_the_city_and_the_province_are_said_to_be_made_up():
    above = [u for u in units(offers()) if u.level != "county"]
    assert [(u.level, "虚构" in u.duty, "虚构" in u.source) for u in above] == [
        ("prefecture", True, True),
        ("prefecture", True, True),
        ("province", True, True),
    ]
    assert [(u.main, u.others) for u in above] == [((), ())] * 3


def test_mandates_follow_from_what_a_unit_offers():
    by_name = {u.name: u for u in units(offers())}
    assert (by_name["县科技局"].main, by_name["县科技局"].others) == (("KJ",), ())
    assert (by_name["县市场监管局"].main, by_name["县市场监管局"].others) == (("ZL",), ("JN", "KJ", "ZW"))


def test_every_category_is_somebodys_main_duty():
    assert len({category for u in units(offers()) for category in u.main}) == 15
