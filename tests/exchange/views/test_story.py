from decimal import Decimal

import pytest

from shuanglian.core.audit import history
from shuanglian.exchange import actions
from shuanglian.exchange.models import Deadline, Need
from shuanglian.exchange.queries.detail import need_detail
from shuanglian.exchange.views.story import Event, offer_story, rated_by, story

pytestmark = pytest.mark.django_db
NOON = "3月9日 09:00"


def told(need, *, inside):
    need.refresh_from_db()
    return story(need_detail(need), inside=inside)


def test_a_waiting_need_tells_what_comes(opened):
    assert told(opened, inside=True) == [
        Event(NOON, "冠力集团提出需求", "周建国"),
        Event(NOON, "审核通过，公布到需求大厅", "王晓岚", "", "now"),
        Event("3月16日前", "等单位认领（公布后 5 个工作日内）", kind="todo"),
        Event("认领后 3 个工作日内", "首次对接", kind="todo"),
        Event("对接以后", "办结，请企业确认和评价", kind="todo"),
    ]


def test_outside_nobody_is_named(opened, staff):
    actions.close_need(opened, by=staff, outcome="explained", note="今年没有名额")

    assert told(opened, inside=False) == [
        Event(NOON, "冠力集团提出需求"),
        Event(NOON, "审核通过，公布到需求大厅"),
        Event(NOON, "办结：暂不能办（已说明）", "", "", "now"),
    ]
    assert told(opened, inside=True)[-1] == Event(
        NOON, "办结：暂不能办（已说明）", "王晓岚", "今年没有名额", "now"
    )


def test_the_whole_way_is_told(delivery, clerk, handler):
    need = Need.objects.get()
    assert [e.text for e in told(need, inside=False)][2:] == [
        "县科技局认领，计划 3月30日前办结",
        "县科技局报办结",
        "请企业确认（10 个工作日内没有回话，记为“逾期未确认”）",
    ]

    actions.confirm_delivery(delivery, by=clerk, verdict="not_yet", note="还有一套没看")
    again = actions.record_delivery(delivery.commitment, by=handler)
    actions.confirm_delivery(again, by=clerk, verdict="solved")
    actions.give_feedback(type(delivery.commitment).objects.get(), by=clerk, satisfaction="basically")

    assert [(e.text, e.note) for e in told(need, inside=True)][3:] == [
        ("县科技局报办结", ""),
        ("企业确认：还没有", "还有一套没看"),
        ("县科技局报办结", ""),
        ("企业确认：已解决", ""),
        ("办结：已解决", ""),
        ("企业评价：基本满意", ""),
    ]
    (held,) = need_detail(need).held
    assert (rated_by(held, "receiver").satisfaction, rated_by(held, "provider")) == ("basically", None)


def test_quantities_are_told_when_there_are_some(monday, guanli, clerk, staff, rsj, other_handler):
    need = actions.post_need(
        guanli, by=clerk, detail="招 5 名车工", category="RC", quantity=Decimal(5), measure="人"
    )
    actions.accept_need(need, by=staff)
    row = actions.claim(need, by=other_handler, unit=rsj, quantity=Decimal(3))
    done = actions.record_delivery(row, by=other_handler, quantity=Decimal(2), finish=False)
    actions.confirm_delivery(done, by=clerk, verdict="solved")
    actions.withdraw_need(need, by=clerk, note="自己招到了")

    assert [e.text for e in told(need, inside=False)][2:] == [
        "县人社局认领 3 人，计划 3月30日前办结",
        "县人社局报办结 2 人",
        "企业确认：已解决",
        "提出单位撤回需求",
        "县人社局的认领随之结束",
        "办结：部分解决",
    ]


def test_who_typed_for_another_is_told(monday, guanli, clerk, staff):
    need = actions.post_need(guanli, by=staff, detail="电话里说的", category="KJ", raised_by=clerk)

    assert told(need, inside=True)[0].by == "王晓岚（代周建国）"


def test_an_offer_has_its_story(offer, handler):
    actions.pause_offer(offer, by=handler, note="设备检修")

    assert offer_story(list(history(offer).order_by("pk"))) == [
        Event(NOON, "提交审核", "赵立新"),
        Event(NOON, "审核通过，开放预约", "王晓岚"),
        Event(NOON, "暂停预约", "赵立新", "设备检修", "now"),
    ]


def test_a_booking_tells_of_both_sides(booking, handler):
    assert [e.text for e in told(booking.need, inside=False)] == [
        "冠力集团预约县科技局的资源",
        "县科技局答复（2 个工作日内）",
        "办结，请企业确认和评价",
    ]
    actions.accept_booking(booking, by=handler)
    assert told(booking.need, inside=False)[1].text == "县科技局接受预约"


def test_an_empty_story_is_empty():
    assert offer_story([]) == []


def test_passing_on_and_more_days_are_told_to_those_inside(
    opened, handler, kejiju, rsj, other_handler, staff
):
    row = actions.refer_need(opened, by=handler, from_unit=kejiju, to_unit=rsj, reason="人社局有招聘会")
    actions.answer_referral(row, by=other_handler, accept=False, reason="不是用工的事")
    match = actions.propose_unit(opened, by=staff, unit=kejiju, reason="有专家")
    actions.answer_proposal(match, by=handler, accept=True)
    limit = Deadline.objects.get(kind="resolve")
    actions.extend_deadline(limit, by=handler, days=5, reason="专家出差")
    Deadline.objects.update(met_on=limit.started_on)

    inside = [(e.text, e.note) for e in told(opened, inside=True) if e.kind != "todo"][2:]

    assert inside == [
        ("县科技局转给县人社局", "人社局有招聘会"),
        ("县人社局谢绝转办", "不是用工的事"),
        ("工委商请县科技局认领", "有专家"),
        ("县科技局接受商请", ""),
        ("县科技局认领，计划 3月30日前办结", ""),
        ("延期 5 个工作日", "专家出差"),
    ]
    assert [e.text for e in told(opened, inside=False)][2:3] == ["县科技局认领，计划 3月30日前办结"]
