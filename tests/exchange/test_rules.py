"""The sentences themselves: what the office may do it may do in its own county, and nowhere else."""

import pytest

from shuanglian.core.access import can, declared
from shuanglian.exchange import actions
from shuanglian.exchange.models import Deadline

pytestmark = pytest.mark.django_db

ELSEWHERE = "140922"
OFFICE = ["staff", "approver", "auditor", "liaison"]
ABOUT_NOTHING = {"exchange.book_offer"}  # asked without a row: the pages go through the offers one may see


@pytest.fixture
def rows(promise, offer, rsj, staff):
    """One row for each noun that a permission of the exchange may be about."""
    need = promise.need
    return {
        "need": need,
        "offer": offer,
        "commitment": promise,
        "deadline": Deadline.objects.filter(need=need).first(),
        "match": actions.propose_unit(
            actions.split_need(need, by=staff, detail="再请一位专家"), by=staff, unit=rsj, reason="职能相近"
        ),
    }


def asked(rows):
    """(permission, row) for each permission whose last word is one of the nouns."""
    names = sorted(p for p in declared() if p.startswith("exchange.") and p not in ABOUT_NOTHING)
    return [(p, rows[noun]) for p in names if (noun := p.rsplit("_", 1)[-1]) in rows]


@pytest.mark.parametrize("name", OFFICE)
def test_a_role_reaches_no_row_of_another_county(request, rows, name):
    person = request.getfixturevalue(name)
    own = [permission for permission, row in asked(rows) if can(person, permission, row)]
    person.county = ELSEWHERE

    assert own != []
    assert [permission for permission, row in asked(rows) if can(person, permission, row)] == []


def test_the_answer_of_a_unit_of_the_city_is_written_down_in_its_own_county(rows, rsj, staff):
    row = rows["match"]
    row.unit.level = "city"
    pages = ("exchange.answer_proposal", "exchange.write_to_unit")
    assert [can(staff, page, row) for page in pages] == [True, True]

    row.county = ELSEWHERE

    assert [can(staff, page, row) for page in pages] == [False, False]


def test_a_handler_of_another_county_claims_nothing_here(rows, handler):
    assert can(handler, "exchange.claim_need", rows["need"])

    handler.county = ELSEWHERE

    assert not can(handler, "exchange.claim_need", rows["need"])
