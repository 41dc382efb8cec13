"""Real connections, all at once: a last place is given exactly once, and the losers read a plain sentence."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from shuanglian.accounts.choices import Role
from shuanglian.core.sealing import verify_chain
from shuanglian.directory.models import Division
from shuanglian.exchange import actions
from shuanglian.exchange.models import Commitment
from shuanglian.exchange.queries import lines_of, remaining
from tests import people

CROWD = 64


@pytest.fixture
def county(committed):
    """Everything in a committed database: one organisation, sixty-four units with a handler each, staff."""

    town = Division.objects.get(code="140921104")
    guanli = people.organization("冠力集团", 1, town)
    clerk = people.person("guanli", "周建国", Role.ENTERPRISE_CLERK, guanli.pk)
    staff = people.person("staff", "王晓岚", Role.STAFF)
    units = [people.unit(f"单位{n:02d}", "KJ") for n in range(CROWD)]
    handlers = [
        people.person(f"h{n:02d}", f"经办{n:02d}", Role.PARTNER_HANDLER, u.pk) for n, u in enumerate(units)
    ]
    need = actions.post_need(guanli, by=clerk, detail="要一位专家", category="KJ")
    return {
        "need": actions.accept_need(need, by=staff),
        "crowd": list(zip(units, handlers, strict=True)),
        "staff": staff,
        "clerk": clerk,
        "organization": guanli,
    }


def all_at_once(act, crowd):
    """Run ``act`` for each of the crowd on a connection of its own, started together; the sentence or None each."""
    barrier = threading.Barrier(len(crowd), timeout=60)

    def one(person):
        connection.ensure_connection()
        barrier.wait()
        try:
            act(*person)
        except ValidationError as error:
            return error.messages[0]
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(crowd)) as pool:
        return list(pool.map(one, crowd))


def test_sixty_four_claim_one_place_and_one_gets_it(county):
    need = county["need"]

    said = all_at_once(lambda unit, handler: actions.claim(need, by=handler, unit=unit), county["crowd"])

    assert said.count(None) == 1
    assert set(said) - {None} == {"刚被别的单位认领完了。可以留言，或看看相近的需求。"}
    assert [(line.promised, line.open) for line in lines_of(need.pk)] == [(1, 0)]
    assert list(verify_chain()) == []


def test_sixty_four_book_the_last_ten_places(county):
    unit, handler = county["crowd"][0]
    offer = actions.post_offer(unit, by=handler, title="专家入企", category="KJ", standing=True, capacity=10)
    offer = actions.publish_offer(offer, by=county["staff"])
    clerk, organization = county["clerk"], county["organization"]

    def book(_unit, _handler):
        actions.book_offer(offer, by=clerk, organization=organization)

    said = all_at_once(book, county["crowd"])

    item = offer.items.select_related("offer").get()
    assert said.count(None) == 10
    assert set(said) - {None} == {"刚被约满了。可以换个时间，或看看相近的资源。"}
    assert remaining([item], offer.published_at.date()) == {item.pk: Decimal(0)}
    assert Commitment.objects.filter(offer_item=item).count() == 10
