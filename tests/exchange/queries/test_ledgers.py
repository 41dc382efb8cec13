import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.queries.ledgers import ledger_commitments, ledger_needs, ledger_offers

pytestmark = pytest.mark.django_db


def test_ledgers_are_for_those_who_keep_and_check_them(
    booking, promise, staff, auditor, handler, clerk, stranger
):
    seen = {
        user.username: (
            ledger_needs(user).count(),
            ledger_offers(user).count(),
            ledger_commitments(user).count(),
        )
        for user in (staff, auditor, handler, clerk, stranger)
    }

    assert seen == {
        "wangxiaolan": (2, 1, 2),
        "auditor": (2, 1, 2),
        "kejiju": (2, 1, 2),
        "guanli": (0, 0, 0),
        "stranger": (0, 0, 0),
    }


def test_rows_say_how_it_ended(delivery, clerk, staff):
    assert [(n.outcome, n.closed_on) for n in ledger_needs(staff)] == [(None, None)]
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")

    (need,) = ledger_needs(staff)
    assert (need.outcome, need.closed_on.isoformat()) == ("fulfilled", "2026-03-09T01:00:00+00:00")
    (row,) = ledger_commitments(staff)
    assert (row.verdict, row.confirmer) == ("solved", "receiver")


def test_offers_count_what_was_not_taken_back(booking, offer, handler, staff, clerk, guanli):
    actions.book_offer(offer, by=clerk, organization=guanli)
    actions.decline_booking(booking, by=handler, note="那天不行")

    assert [o.times for o in ledger_offers(staff)] == [1]
