import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.accounts.choices import Role
from shuanglian.core.audit import history
from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.queries import holdings_of
from tests.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def successor(kejiju):
    return person("kejiju2", "孙悦", Role.PARTNER_HANDLER, kejiju.pk)


def test_what_is_held_is_shown_first_and_then_moves(promise, handler, successor, staff):
    assert [c.pk for c in holdings_of(handler).commitments] == [promise.pk]

    actions.hand_over(handler, by=staff, to=successor, note="调离")

    promise.refresh_from_db()
    assert promise.handler == successor
    assert holdings_of(handler).empty
    assert history(promise)[0].verb == "hand_over"


def test_nothing_goes_to_somebody_without_access(promise, handler, other_handler, staff):
    with pytest.raises(ValidationError) as refusal:
        actions.hand_over(handler, by=staff, to=other_handler)

    assert refusal.value.messages == ["曹丽没有这些单位的权限：县科技局。请先给他加上角色，或换一个人。"]
    promise.refresh_from_db()
    assert promise.handler == handler


def test_an_inactive_account_takes_nothing_over(promise, handler, successor, staff):
    successor.is_active = False
    successor.save()

    with pytest.raises(ValidationError, match="账号已经停用"):
        actions.hand_over(handler, by=staff, to=successor)


def test_a_former_handler_is_not_told_any_more(promise, delivery, handler, successor, staff, clerk):
    handler.assignments.update(ends="2026-03-08")

    actions.confirm_delivery(delivery, by=clerk, verdict="solved")

    assert Notice.objects.filter(user=handler, kind="confirmed").count() == 0
    assert Notice.objects.filter(user=successor, kind="confirmed").count() == 1


def test_handlers_do_not_hand_over_by_themselves(promise, handler, successor):
    with pytest.raises(PermissionDenied):
        actions.hand_over(handler, by=handler, to=successor)
