import pytest
from django.http import QueryDict

from shuanglian.exchange.forms.hall import need_wish, offer_wish
from shuanglian.exchange.queries.hall import Wish
from shuanglian.exchange.queries.shelf import OfferWish

OPEN = {"state": (), "category": (), "town": (), "urgency": ()}


def test_address_says_what_is_asked():
    asked = need_wish(
        QueryDict("q=热处理&state=open&state=done&category=KJ&town=3&quick=late&sort=due&page=2")
    )

    assert asked == Wish(
        "热处理", {**OPEN, "state": ("open", "done"), "category": ("KJ",), "town": ("3",)}, "late", "due", 2
    )


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("", Wish("", OPEN)),
        ("quick=never&sort=xyz&page=abc", Wish("", OPEN)),
        ("page=-1", Wish("", OPEN)),
        ("page=99999", Wish("", OPEN, page=50)),
        ("page=9999999999999", Wish("", OPEN)),
        ("page=%C2%B2", Wish("", OPEN)),
        ("q=a%00b%0A", Wish("ab", OPEN)),
        ("state=%00&state=", Wish("", OPEN)),
        ("q=" + "长" * 100, Wish("长" * 60, OPEN)),
    ],
)
def test_what_makes_no_sense_is_left_out(address, asked):
    assert need_wish(QueryDict(address)) == asked


def test_offers_are_asked_for_in_the_same_way():
    assert offer_wish(QueryDict("q=检测&category=ZL&category=ZL&quick=free&sort=end&page=3")) == OfferWish(
        "检测", ("ZL",), "free", "end", 3
    )
    assert offer_wish(QueryDict("quick=fit&sort=due&page=x")) == OfferWish()


def test_a_wish_knows_whether_it_narrows():
    assert [need_wish(QueryDict(a)).is_narrow for a in ("", "sort=due", "q=a", "quick=open", "town=1")] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert [offer_wish(QueryDict(a)).is_narrow for a in ("", "sort=end", "category=ZL")] == [
        False,
        False,
        True,
    ]
