"""What becomes of needs and places in line when an organisation goes, or turns out to be another one."""

import pytest
from django.core.exceptions import ValidationError

from shuanglian.directory import actions as directory
from shuanglian.directory.choices import Registration
from shuanglian.exchange import actions
from shuanglian.exchange.choices import WaitingState
from shuanglian.exchange.models import Waiting
from tests.factories.directory import OrganizationFactory


@pytest.fixture
def full(offer, haokun, staff, system):
    """县科技局's offer, used up by 昊坤集团."""
    actions.book_offer(offer, by=staff, organization=haokun, quantity=offer.items.get().capacity)
    return offer


def wait(offer, organization, staff):
    return actions.join_waiting(offer.items.get(), by=staff, organization=organization)


def test_who_still_asks_for_something_is_not_struck_off(opened, guanli, staff):
    with pytest.raises(ValidationError) as refusal:
        directory.close_organization(guanli, by=staff, note="公告")
    assert refusal.value.messages == [
        f"冠力集团还有 1 项需求没办完（{opened.number}）。请先办结或请企业撤回，再来登记。"
    ]
    guanli.refresh_from_db()
    assert guanli.registration == Registration.ACTIVE


def test_a_pause_of_business_ends_no_need(opened, guanli, staff):
    row = directory.close_organization(guanli, by=staff, registration=Registration.SUSPENDED, note="检修")
    assert row.registration == Registration.SUSPENDED


def test_once_its_needs_are_ended_it_goes_and_leaves_its_places(opened, full, guanli, clerk, staff):
    actions.withdraw_need(opened, by=clerk, note="要搬走了")
    place = wait(full, guanli, staff)
    row = directory.close_organization(guanli, by=staff, registration=Registration.MOVED, note="迁往忻府区")
    place.refresh_from_db()
    assert (row.registration, place.state) == (Registration.MOVED, WaitingState.LEFT)


def test_two_places_in_one_line_become_one(full, guanli, staff):
    twin = OrganizationFactory(name="冠力厂", uscc="")
    kept, given_up = wait(full, guanli, staff), wait(full, twin, staff)
    directory.merge_organizations(guanli, twin, by=staff)
    states = dict(Waiting.objects.filter(organization=guanli).values_list("pk", "state"))
    assert states == {kept.pk: WaitingState.WAITING, given_up.pk: WaitingState.LEFT}


def test_needs_of_both_are_found_under_one(opened, guanli, staff):
    twin = OrganizationFactory(name="冠力厂", uscc="")
    directory.merge_organizations(twin, guanli, by=staff, take=("name", "uscc"))
    opened.refresh_from_db()
    assert opened.organization == twin
