"""Who is told of what, in which words: each announcement reaches those it concerns and nobody else."""

from decimal import Decimal

import pytest

from shuanglian.core.models import Notice
from shuanglian.core.notify import kinds
from shuanglian.exchange import actions
from tests import people
from tests.factories.exchange import OfferFactory

pytestmark = pytest.mark.django_db
TITLE = "模具寿命短，想找热处理专家"


@pytest.fixture(autouse=True)
def everybody(staff, clerk, handler, other_handler, other_clerk, instructor):
    """All who might be told are there."""


def told(kind):
    """(who, what) of every notice of one kind, in the order of writing."""
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("user__username", "text"))


def test_staff_hear_of_a_new_need(submitted, staff):
    assert told("need_new") == [(staff.username, f"冠力集团提出“{TITLE}”，待审核")]


def test_who_asked_hears_what_is_lacking(submitted, staff, clerk):
    actions.return_need(submitted, by=staff, note="请写明模具材质")

    assert told("need_returned") == [(clerk.username, f"“{TITLE}”退回补充：请写明模具材质")]


def test_units_with_the_main_mandate_hear_of_an_open_need(opened, handler):
    assert told("need_opened") == [(handler.username, f"新需求“{TITLE}”（冠力集团）")]


def test_who_asked_hears_of_the_claim(promise, clerk):
    assert told("need_claimed") == [(clerk.username, f"县科技局认领了“{TITLE}”1 次")]


def test_who_asked_and_staff_hear_of_a_promise_taken_back(promise, handler, clerk, staff):
    actions.withdraw_commitment(promise, by=handler, note="专家出差")

    text = f"县科技局撤回了认领（{TITLE}）：专家出差"
    assert told("promise_changed") == [(clerk.username, text), (staff.username, text)]


def test_who_asked_and_staff_hear_of_a_smaller_promise(monday, guanli, kejiju, clerk, staff, handler):
    need = actions.post_need(guanli, by=clerk, detail="培训十名焊工", category="KJ", quantity=Decimal(10))
    actions.accept_need(need, by=staff)
    promise = actions.claim(need, by=handler, unit=kejiju)

    actions.shrink_commitment(promise, by=handler, quantity=Decimal(6), note="场地只够六人")

    text = "县科技局把数量改为 6（培训十名焊工）：场地只够六人"
    assert told("promise_changed") == [(clerk.username, text), (staff.username, text)]


def test_who_asked_is_asked_to_confirm(delivery, clerk):
    assert told("delivered") == [(clerk.username, f"县科技局报“{TITLE}”已办，请您确认解决了没有")]


def test_the_unit_hears_the_word(delivery, clerk, handler):
    actions.confirm_delivery(delivery, by=clerk, verdict="not_yet", note="还差一次试模")

    assert told("confirmed") == [(handler.username, f"“{TITLE}”：还没有，还差一次试模")]


def test_the_unit_hears_of_a_booking_and_the_enterprise_of_the_answer(booking, handler, clerk):
    assert told("offer_booked") == [(handler.username, "冠力集团预约：专家入企，请答复")]

    actions.decline_booking(booking, by=handler, note="本月约满")

    assert told("answered") == [(clerk.username, "县科技局谢绝了预约：本月约满（预约：专家入企）")]


def test_a_booking_of_the_city_is_heard_of_by_the_office(monday, city_lab, guanli, clerk, staff, handler):
    offer = OfferFactory(unit=city_lab, title="热处理专家坐诊")
    actions.book_offer(offer, by=clerk, organization=guanli)

    assert [n.text for n in Notice.objects.filter(kind="offer_booked", user=staff)] == [
        "冠力集团预约：热处理专家坐诊，请答复"
    ]
    assert not Notice.objects.filter(kind="offer_booked", user=handler).exists()


def test_a_reopening_reaches_the_unit_that_held_it_and_staff(delivery, clerk, handler, staff):
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    delivery.commitment.need.refresh_from_db()
    Notice.objects.all().delete()

    actions.reopen_need(delivery.commitment.need, by=clerk, note="又裂了")

    text = f"“{TITLE}”重新办理：又裂了"
    assert told("need_closed") == [(handler.username, text), (staff.username, text)]


def test_nobody_is_told_of_his_own_message(promise, clerk, handler, staff):
    actions.send_message(promise.need, by=clerk, body="周三方便吗")

    text = f"“{TITLE}”有新留言：周三方便吗"
    assert told("message") == [(handler.username, text), (staff.username, text)]


def test_internal_notes_reach_the_committee_alone(promise, staff, approver):
    actions.send_message(promise.need, by=staff, body="先不催", kind="internal")

    assert told("message") == [(approver.username, f"“{TITLE}”有内部备注：先不催")]


def test_a_new_need_is_routed_by_duty_and_township(
    submitted, staff, handler, other_handler, kejiju, rsj, town, other_town
):
    """The county's unit whose main duty it is and the township it comes from are told; another township is not."""
    here = people.unit("蒋村镇", "KJ", division=town)
    there = people.unit("晋昌镇", "KJ", division=other_town)
    type(here).objects.filter(pk__in=(here.pk, there.pk)).update(kind="township")
    near = people.person("jiangcun2", "高立", "partner_handler", here.pk)
    far = people.person("jinchang", "武明", "partner_handler", there.pk)

    actions.accept_need(submitted, by=staff)

    told = set(Notice.objects.filter(kind="need_opened").values_list("user", flat=True))
    assert told == {handler.pk, near.pk}
    assert far.pk not in told


def test_nobody_is_told_of_a_kind_he_cannot_set(delivery, booking, clerk, handler, staff, other_handler, rsj):
    need = delivery.commitment.need
    actions.send_message(need, by=staff, body="进展怎么样")
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    actions.decline_booking(booking, by=handler, note="本月排满了")

    told = list(Notice.objects.select_related("user"))
    assert len({notice.kind for notice in told}) > 5
    assert [n.text for n in told if not kinds[n.kind].reaches(n.user)] == []
