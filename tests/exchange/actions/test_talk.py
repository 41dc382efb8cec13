import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.models import ContactLook

pytestmark = pytest.mark.django_db


def test_both_sides_and_staff_hear_a_message_but_not_the_speaker(promise, opened, clerk, handler, staff):
    actions.send_message(opened, by=handler, body="周三上午方便吗")

    heard = set(Notice.objects.filter(kind="message").values_list("user", flat=True))
    assert heard == {clerk.pk, staff.pk}


def test_an_internal_note_stays_with_staff(promise, opened, approver, staff, clerk, handler):
    actions.send_message(opened, by=staff, body="这家催过两次", kind="internal")

    assert set(Notice.objects.filter(kind="message").values_list("user", flat=True)) == {approver.pk}
    for person in (clerk, handler):
        with pytest.raises(PermissionDenied):
            actions.send_message(opened, by=person, body="x", kind="internal")


@pytest.mark.parametrize("who", ["other_clerk", "stranger", "auditor"])
def test_strangers_to_a_need_do_not_talk_in_it(opened, request, who):
    with pytest.raises(PermissionDenied):
        actions.send_message(opened, by=request.getfixturevalue(who), body="x")


def test_empty_words_are_refused(opened, clerk):
    with pytest.raises(ValidationError, match="请写留言内容"):
        actions.send_message(opened, by=clerk, body=" ")


def test_nobody_talks_about_a_draft(guanli, clerk):
    draft = actions.save_draft(guanli, by=clerk, detail="想")

    with pytest.raises(ValidationError, match="需求提交以后才能留言"):
        actions.send_message(draft, by=clerk, body="x")


def test_looking_at_a_contact_is_written_down(promise, opened, handler, staff):
    actions.look_at_contact(opened, by=handler)
    actions.look_at_contact(opened, by=staff)

    assert [look.by for look in ContactLook.objects.order_by("pk")] == [handler, staff]


@pytest.mark.parametrize("who", ["other_handler", "other_clerk", "auditor", "stranger"])
def test_who_may_not_look(promise, opened, request, who):
    with pytest.raises(PermissionDenied):
        actions.look_at_contact(opened, by=request.getfixturevalue(who))


def test_the_same_words_a_moment_later_are_said_once(opened, clerk, staff):
    first = actions.send_message(opened, by=clerk, body="什么时候来？")

    assert actions.send_message(opened, by=clerk, body=" 什么时候来？ ") == first
    assert actions.send_message(opened, by=staff, body="什么时候来？") != first
