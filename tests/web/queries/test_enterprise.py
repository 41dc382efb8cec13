import datetime as dt

import pytest

from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import User
from shuanglian.exchange import actions
from shuanglian.web.queries.enterprise import WAITING, contacts, own_needs, usable_offers
from tests.people import give, person
from tests.web.stories import booked, claimed, delivered, opened, posted, promise_of, published

pytestmark = pytest.mark.django_db


def waiting(user):
    rows, total = WAITING.fill(User.objects.get(pk=user.pk), 10)
    assert total == len(rows)
    return [(row.title, row.text, row.act.text) for row in rows]


def test_a_delivery_waits_for_the_word_of_the_enterprise_alone(
    monday, guanli, clerk, staff, handler, kejiju, other_clerk
):
    delivery = delivered(guanli, clerk, staff, handler, kejiju)
    assert waiting(clerk) == [
        ("模具寿命短，想找热处理专家", "县科技局 3月9日报办结，请您看看解决了没有", "去确认")
    ]
    assert waiting(other_clerk) == []
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    assert waiting(clerk) == [
        ("模具寿命短，想找热处理专家", "县科技局　已经办结，满意不满意您说了算", "去评价")
    ]
    actions.give_feedback(promise_of(delivery.commitment.need), by=clerk, satisfaction="satisfied")
    assert waiting(clerk) == []


def test_a_promise_without_delivery_does_not_wait_for_the_enterprise(
    monday, guanli, clerk, staff, handler, kejiju
):
    claimed(guanli, clerk, staff, handler, kejiju)
    assert waiting(clerk) == []


def test_a_question_waits_until_somebody_of_the_enterprise_answers(
    monday, guanli, clerk, staff, handler, kejiju, other_clerk
):
    need = claimed(guanli, clerk, staff, handler, kejiju).need
    actions.send_message(need, by=handler, body="46 件都在厂里吗？")
    asked = [("赵立新：46 件都在厂里吗？", "模具寿命短，想找热处理专家", "去回复")]
    owner = person("owner", "韩冠力", Role.OWNER, guanli.pk)
    assert waiting(clerk) == waiting(owner) == asked
    assert waiting(other_clerk) == []
    actions.send_message(need, by=owner, body="都在")
    assert waiting(clerk) == waiting(owner) == []


def test_a_question_goes_after_two_weeks_and_a_long_one_is_cut(
    time_machine, guanli, clerk, staff, handler, kejiju
):
    time_machine.move_to(dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC), tick=False)
    need = claimed(guanli, clerk, staff, handler, kejiju).need
    actions.send_message(need, by=handler, body="问" * 60)
    assert waiting(clerk) == [(f"赵立新：{'问' * 39}…", "模具寿命短，想找热处理专家", "去回复")]
    time_machine.move_to(dt.datetime(2026, 3, 24, 1, tzinfo=dt.UTC), tick=False)
    assert waiting(clerk) == []


def test_internal_notes_of_the_office_never_reach_the_enterprise(monday, guanli, clerk, staff):
    actions.send_message(opened(guanli, clerk, staff), by=staff, body="先问问科技局", kind="internal")
    assert waiting(clerk) == []


def test_returned_needs_and_own_drafts_wait(monday, guanli, clerk, staff):
    need = posted(guanli, clerk)
    actions.return_need(need, by=staff, note="请写明数量")
    draft = actions.save_draft(guanli, by=clerk, title="想做检测")
    assert waiting(clerk) == [
        ("想做检测", "冠力集团　草稿，还没有提交", "接着写"),
        ("模具寿命短，想找热处理专家", "冠力集团　工作人员请您补充后再提交", "去补充"),
    ]
    rows, _ = WAITING.fill(clerk, 10)
    assert [row.act.href for row in rows] == [f"/needs/{draft.pk}/edit/", f"/needs/{need.pk}/edit/"]
    colleague = person("colleague", "冠力同事", Role.OWNER, guanli.pk)
    assert [row[0] for row in waiting(colleague)] == ["模具寿命短，想找热处理专家"]


def test_own_needs_say_the_step_and_what_comes_next(
    monday, guanli, clerk, staff, handler, kejiju, other_clerk
):
    posted(guanli, clerk, "刚提的")
    opened(guanli, clerk, staff, "公布的")
    claimed(guanli, clerk, staff, handler, kejiju, title="认领的")
    promise = claimed(guanli, clerk, staff, handler, kejiju, title="在办的")
    actions.note_progress(promise, by=handler, body="约好了")
    delivered(guanli, clerk, staff, handler, kejiju, title="办好的")
    assert [(n.title, n.step, n.step_name, n.text) for n in own_needs(clerk)] == [
        ("办好的", 5, "办结", "县科技局已报办结，等提出单位确认"),
        ("在办的", 4, "对接", "县科技局正在办，最晚3月30日办好"),
        ("认领的", 3, "认领", "县科技局已认领，最晚3月12日对接"),
        ("公布的", 2, "公布", "等单位认领，最晚3月16日有结果"),
        ("刚提的", 1, "提出", "等工作人员审核，最晚3月11日有结果"),
    ]
    assert own_needs(other_clerk) == []


def test_closed_needs_come_last_with_their_outcome(monday, guanli, clerk, staff, handler, kejiju):
    delivery = delivered(guanli, clerk, staff, handler, kejiju, title="解决了的")
    posted(guanli, clerk, "刚提的")
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    ended = opened(guanli, clerk, staff, "办不了的")
    actions.close_need(ended, by=staff, outcome="explained", note="省里统一安排")
    assert [(n.title, n.step, n.text) for n in own_needs(clerk)] == [
        ("刚提的", 1, "等工作人员审核，最晚3月11日有结果"),
        ("办不了的", 6, "已办结：暂不能办（已说明）"),
        ("解决了的", 6, "已办结：已解决"),
    ]


def test_a_booking_is_a_need_of_its_own(monday, guanli, clerk, staff, handler, kejiju):
    booked(published(kejiju, handler, staff), clerk, guanli)
    assert [(n.title, n.step_name, n.text) for n in own_needs(clerk)] == [
        ("预约：锻件无损检测", "预约", "等县科技局答复")
    ]


def test_usable_offers_serve_the_township_and_have_something_left(
    monday, guanli, other_town, clerk, staff, handler, kejiju
):
    published(kejiju, handler, staff, "全县都能约", period="month")
    published(kejiju, handler, staff, "约满了的", capacity=1)
    booked(published(kejiju, handler, staff, "只剩一次", capacity=2), clerk, guanli)
    elsewhere = published(kejiju, handler, staff, "只服务晋昌镇")
    elsewhere.divisions.add(other_town)
    full = published(kejiju, handler, staff, "满了", capacity=1)
    booked(full, clerk, guanli)
    paused = published(kejiju, handler, staff, "暂停的")
    actions.pause_offer(paused, by=handler)
    assert [(o.title, o.unit, o.left) for o in usable_offers(clerk)] == [
        ("只剩一次", "县科技局", "还能约 1 次"),
        ("约满了的", "县科技局", "还能约 1 次"),
        ("全县都能约", "县科技局", "本月还能约 3 次"),
    ]


def test_contacts_are_the_instructors_of_today(monday, guanli, clerk, instructor, other_clerk):
    assert [(c.name, c.text, c.mobile) for c in contacts(clerk)] == [("刘素芳", "党建指导员", "")]
    assert contacts(other_clerk) == []
    former = person("former", "前任")
    give(former, Role.INSTRUCTOR, guanli.pk, ends=dt.date(2026, 3, 1))
    assert [c.name for c in contacts(clerk)] == ["刘素芳"]
