from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.exchange import actions
from shuanglian.exchange.choices import CommitmentState, NeedState
from shuanglian.exchange.queries.mine import asking, entered, giving
from tests.factories.exchange import CommitmentFactory, NeedFactory, OfferFactory

pytestmark = pytest.mark.django_db


def titles(rows):
    return [row.title for row in rows]


def test_an_organisation_sees_its_own_in_four_parts(delivery, clerk, other_clerk, guanli, haokun):
    NeedFactory(title="在办", organization=guanli)
    NeedFactory(title="办完", organization=guanli, state=NeedState.CLOSED)
    NeedFactory(title="别家的", organization=haokun)
    actions.save_draft(guanli, by=clerk, detail="写了一半")

    mine = asking(clerk)
    assert titles(mine.confirm) == ["模具寿命短，想找热处理专家"]
    assert titles(mine.under_way) == ["在办"]
    assert titles(mine.closed) == ["办完"]
    assert titles(mine.drafts) == ["写了一半"]
    assert mine.unrated == frozenset()
    other = asking(other_clerk)
    assert (titles(other.under_way), other.confirm, other.closed, other.drafts) == (["别家的"], [], [], [])


def test_what_was_closed_and_not_rated_is_marked(delivery, clerk):
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    need = delivery.commitment.need
    assert asking(clerk).unrated == frozenset({need.pk})

    actions.give_feedback(type(delivery.commitment).objects.get(), by=clerk, satisfaction="satisfied")
    assert asking(clerk).unrated == frozenset()


def test_a_unit_sees_its_promises_by_what_they_wait_for(promise, booking, handler, other_handler, clerk):
    mine = giving(handler)
    assert ([p.commitment for p in mine.asked], [p.commitment for p in mine.working]) == (
        [booking],
        [promise],
    )
    assert [o.title for o in mine.offers] == ["专家入企"]

    delivery = actions.record_delivery(promise, by=handler)
    mine = giving(handler)
    assert ([p.commitment for p in mine.working], [p.commitment for p in mine.reported]) == ([], [promise])
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    assert [p.commitment for p in giving(handler).finished] == [promise]
    other = giving(other_handler)
    assert (other.asked, other.working, other.reported, other.finished, other.offers) == ([], [], [], [], [])


def test_a_withdrawn_promise_is_nobodys_work(promise, handler):
    actions.withdraw_commitment(promise, by=handler, note="人手不够")

    assert giving(handler).working == []


def test_who_types_for_others_sees_what_became_of_it(monday, liaison, instructor, guanli, haokun):
    actions.post_need(haokun, by=liaison, detail="走访听到的难处", category="JC", source="leader_visit")
    NeedFactory(title="厂里自己提的", organization=guanli)
    actions.save_draft(haokun, by=liaison, detail="没写完")

    assert (titles(entered(liaison).needs), titles(entered(liaison).drafts)) == (
        ["走访听到的难处"],
        ["没写完"],
    )
    assert titles(entered(instructor).needs) == ["厂里自己提的"]


def test_query_counts_do_not_grow(monday, clerk, handler, guanli, kejiju):
    def asked(page, user):
        with CaptureQueriesContext(connection) as seen:
            page(user)
        return len(seen)

    def some(number):
        for state in (CommitmentState.ACTIVE, CommitmentState.FINISHED, CommitmentState.REQUESTED):
            CommitmentFactory.create_batch(
                number, unit=kejiju, state=state, need__organization=guanli, quantity=Decimal(1)
            )
        NeedFactory.create_batch(number, organization=guanli, state=NeedState.CLOSED)
        OfferFactory.create_batch(number, unit=kejiju)

    some(1)
    asked(asking, clerk), asked(giving, handler)
    one = asked(asking, clerk), asked(giving, handler)
    some(15)

    assert (asked(asking, clerk), asked(giving, handler)) == one
