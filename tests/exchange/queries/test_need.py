import pytest
from django.contrib.auth.models import AnonymousUser

from shuanglian.exchange import actions
from shuanglian.exchange.queries import needs_visible_to, waiting_for_receiver
from shuanglian.exchange.queries.need import claimable_by

pytestmark = pytest.mark.django_db


def sees(user, need):
    return needs_visible_to(user).filter(pk=need.pk).exists()


def test_only_reported_work_waits_for_the_receiver(promise, opened, handler, clerk):
    assert list(waiting_for_receiver(clerk)) == []

    row = actions.record_delivery(promise, by=handler)
    assert list(waiting_for_receiver(clerk)) == [opened]

    actions.confirm_delivery(row, by=clerk, verdict="solved")
    assert list(waiting_for_receiver(clerk)) == []


def test_a_draft_is_seen_by_who_typed_it(guanli, clerk, staff, handler):
    draft = actions.save_draft(guanli, by=clerk, detail="想招人")

    assert [sees(u, draft) for u in (clerk, staff, handler, AnonymousUser())] == [True, False, False, False]


def test_a_need_handed_in_is_between_the_organisation_and_the_committee(
    submitted, clerk, staff, instructor, township_clerk, handler, other_clerk, stranger
):
    seen = [clerk, staff, instructor, township_clerk]
    hidden = [handler, other_clerk, stranger, AnonymousUser()]

    assert [sees(u, submitted) for u in (*seen, *hidden)] == [True] * 4 + [False] * 4


@pytest.mark.parametrize(
    ("visibility", "handler_sees", "public_sees"),
    [("public", True, True), ("alliance", True, False), ("staff", False, False)],
)
def test_how_far_an_open_need_is_seen(opened, handler, other_clerk, visibility, handler_sees, public_sees):
    type(opened).objects.filter(pk=opened.pk).update(visibility=visibility)

    assert sees(handler, opened) == handler_sees
    assert sees(other_clerk, opened) == sees(AnonymousUser(), opened) == public_sees


def test_a_unit_keeps_seeing_what_it_holds(promise, opened, handler, other_handler):
    type(opened).objects.filter(pk=opened.pk).update(visibility="staff")

    assert (sees(handler, opened), sees(other_handler, opened)) == (True, False)


def test_another_county_is_another_world(opened, staff):
    staff.county = "140922"

    assert not sees(staff, opened)


def test_what_a_handler_may_claim(opened, submitted, handler):
    assert list(claimable_by(handler)) == [opened]
