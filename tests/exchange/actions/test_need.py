import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.actions.need import title_of
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import Closure, Need
from shuanglian.exchange.queries import lines_of

pytestmark = pytest.mark.django_db


def test_a_sentence_is_enough(monday, guanli, clerk):
    need = actions.post_need(guanli, by=clerk, detail="下月要招5名数控车工。夜班也行", category="RC")

    assert (need.title, need.number, need.state, need.raised_by) == (
        "下月要招5名数控车工",
        "XQ20260001",
        NeedState.SUBMITTED,
        None,
    )
    assert [(i.requested, i.measure) for i in need.items.all()] == [(1, "次")]


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("招人", "招人"),
        ("招人！越快越好", "招人"),
        ("  模具坏了\n求救", "模具坏了"),
        ("很" * 40, "很" * 29 + "…"),
        ("", ""),
    ],
)
def test_the_first_clause_is_the_title(sentence, title):
    assert title_of(sentence) == title


def test_several_lines_each_with_its_quantity(monday, guanli, clerk):
    items = [{"text": "检测", "quantity": Decimal(46), "measure": "件"}, {"text": "专家到厂"}]
    need = actions.post_need(guanli, by=clerk, detail="要检测，也要专家", category="ZL", items=items)

    assert [(i.position, i.text, i.requested, i.measure) for i in need.items.all()] == [
        (1, "检测", 46, "件"),
        (2, "专家到厂", 1, "次"),
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"detail": ""}, {"detail": ["请写一句话，说明企业有什么难处"]}),
        ({"category": ""}, {"category": ["请选一个类别；拿不准就选最接近的"]}),
        ({"expected_by": dt.date(2026, 3, 8)}, {"expected_by": ["期望时间不能早于今天（2026-03-09）"]}),
        (
            {"contact_phone": "123"},
            {"contact_phone": ["电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"]},
        ),
        ({"quantity": Decimal(0)}, {"quantity": ["数量要大于 0，最多 1,000,000"]}),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_the_field(monday, guanli, clerk, fields, said):
    with pytest.raises(ValidationError) as refusal:
        actions.post_need(guanli, by=clerk, **{"detail": "想招人", "category": "RC", **fields})

    assert refusal.value.message_dict == said
    assert Need.objects.filter(state=NeedState.SUBMITTED).count() == 0


def test_a_word_that_is_no_category_is_refused(monday, guanli, clerk):
    with pytest.raises(ValidationError, match="没有“XX”这一项"):
        actions.post_need(guanli, by=clerk, detail="想招人", category="XX")


def test_nobody_posts_for_another_organisation(monday, haokun, clerk, handler, stranger):
    for person in (clerk, handler, stranger):
        with pytest.raises(PermissionDenied):
            actions.post_need(haokun, by=person, detail="想招人", category="RC")


def test_staff_enter_on_behalf_and_it_shows(monday, guanli, staff, clerk):
    need = actions.post_need(
        guanli, by=staff, detail="电话里说想招人", category="RC", source="hotline", raised_by=clerk
    )

    assert (need.entered_by, need.raised_by, need.source) == (staff, clerk, "hotline")
    assert {e.behalf for e in history(need)} == {"周建国"}


def test_a_draft_has_no_number_and_can_be_thrown_away(guanli, clerk, stranger):
    draft = actions.save_draft(guanli, by=clerk, detail="想")
    assert (draft.number, draft.state) == ("", NeedState.DRAFT)
    with pytest.raises(PermissionDenied):
        actions.discard_draft(draft, by=stranger)

    actions.discard_draft(draft, by=clerk)

    assert Need.objects.count() == 0


def test_a_handed_in_need_is_not_thrown_away(submitted, clerk):
    with pytest.raises(ValidationError, match="已经提交的需求不能删除"):
        actions.discard_draft(submitted, by=clerk)


def test_the_same_words_within_minutes_are_one_need(submitted, guanli, clerk, time_machine):
    again = {"detail": "模具寿命短，想找热处理专家", "category": "KJ"}
    with pytest.raises(ValidationError, match="刚才已经提交过同样的需求（XQ20260001）"):
        actions.post_need(guanli, by=clerk, **again)

    time_machine.move_to(dt.datetime(2026, 3, 9, 1, 11, tzinfo=dt.UTC), tick=False)
    assert actions.post_need(guanli, by=clerk, **again).number == "XQ20260002"


def test_a_returned_need_says_why_and_is_handed_in_again(submitted, staff, clerk):
    need = actions.return_need(submitted, by=staff, note="请写清数量")
    assert (need.state, [n.text for n in Notice.objects.filter(user=clerk, kind="need_returned")]) == (
        NeedState.RETURNED,
        ["“模具寿命短，想找热处理专家”退回补充：请写清数量"],
    )

    need = actions.post_need(need.organization, by=clerk, need=need, quantity=Decimal(2))

    assert (need.state, need.number, need.items.get().requested) == (NeedState.SUBMITTED, "XQ20260001", 2)


def test_returning_needs_a_reason_and_staff(submitted, staff, clerk, handler):
    with pytest.raises(ValidationError, match="退回补充要写明理由"):
        actions.return_need(submitted, by=staff, note="")
    for person in (clerk, handler):
        with pytest.raises(PermissionDenied):
            actions.return_need(submitted, by=person, note="x")


def test_staff_mend_the_category_while_accepting(submitted, staff):
    need = actions.accept_need(submitted, by=staff, category="ZL")

    assert (need.category, need.state) == ("ZL", NeedState.OPEN)
    assert [e.changes for e in history(need) if e.verb == "change"] == [{"category": ["KJ", "ZL"]}]


@pytest.mark.parametrize("who", ["clerk", "handler", "auditor", "stranger", "instructor"])
def test_only_staff_accept(submitted, request, who):
    with pytest.raises(PermissionDenied):
        actions.accept_need(submitted, by=request.getfixturevalue(who))


def test_accepting_twice_is_refused(opened, staff):
    with pytest.raises(ValidationError, match="现在是“待认领”，不能受理并开放"):
        actions.accept_need(opened, by=staff)


def test_withdrawing_ends_the_promises_and_tells_the_units(promise, opened, clerk, handler):
    need = actions.withdraw_need(opened, by=clerk, note="自己解决了")

    promise.refresh_from_db()
    closure = Closure.objects.get(need=need)
    assert (need.state, promise.state) == (NeedState.CLOSED, "withdrawn")
    assert (closure.outcome, closure.ending, closure.reason) == ("withdrawn", "stated", "自己解决了")
    assert [n.text for n in Notice.objects.filter(user=handler, kind="need_closed")] == [
        "“模具寿命短，想找热处理专家”提出单位撤回：自己解决了"
    ]


ANSWER_FIRST = (
    "县科技局报了办理结果，还没有人回答解决了没有。请先回答：已解决、部分解决或者还没有；"
    "不用再办了，选“部分解决”，再勾“到此为止”。"
)


def test_a_report_is_answered_before_the_need_ends_in_another_way(delivery, opened, clerk, staff):
    with pytest.raises(ValidationError) as withdrawing:
        actions.withdraw_need(opened, by=clerk, note="自己解决了")
    with pytest.raises(ValidationError) as closing:
        actions.close_need(opened, by=staff, outcome="explained", note="没有条件")

    assert (withdrawing.value.messages, closing.value.messages) == ([ANSWER_FIRST], [ANSWER_FIRST])

    actions.confirm_delivery(delivery, by=clerk, verdict="not_yet", note="还在开裂")
    assert actions.withdraw_need(opened, by=clerk, note="不做了").state == NeedState.CLOSED


def test_a_part_that_was_reported_is_answered_too(monday, guanli, clerk, staff, kejiju, handler):
    need = actions.post_need(guanli, by=clerk, detail="请专家来两次", category="KJ", quantity=Decimal(2))
    need = actions.accept_need(need, by=staff)
    row = actions.claim(need, by=handler, unit=kejiju)
    actions.record_delivery(row, by=handler, quantity=Decimal(1), finish=False)

    with pytest.raises(ValidationError, match="县科技局报了办理结果"):
        actions.withdraw_need(need, by=clerk, note="一次就够了")


def test_what_was_accepted_before_a_withdrawal_stays_true(monday, guanli, clerk, staff, kejiju, handler):
    need = actions.post_need(guanli, by=clerk, detail="请专家来两次", category="KJ", quantity=Decimal(2))
    need = actions.accept_need(need, by=staff)
    row = actions.claim(need, by=handler, unit=kejiju)
    done = actions.record_delivery(row, by=handler)
    actions.confirm_delivery(done, by=clerk, verdict="partly", accepted=Decimal(1), note="还差一次")

    need = actions.withdraw_need(need, by=clerk, note="一次就够了")

    closure = Closure.objects.get(need=need)
    assert (closure.outcome, closure.ending, closure.reason) == ("partly", "stated", "一次就够了")
    assert [line.delivered for line in lines_of(need.pk)] == [Decimal(1)]


def test_who_may_not_withdraw_hears_nothing_of_reports(delivery, opened, handler):
    with pytest.raises(PermissionDenied):
        actions.withdraw_need(opened, by=handler, note="x")


def test_a_unit_cannot_withdraw_the_need_itself(promise, opened, handler):
    with pytest.raises(PermissionDenied):
        actions.withdraw_need(opened, by=handler, note="x")


@pytest.mark.parametrize("outcome", ["explained", "referred"])
def test_staff_close_with_an_outcome_and_a_reason(opened, staff, outcome):
    need = actions.close_need(opened, by=staff, outcome=outcome, note="县内没有这个条件")

    closure = Closure.objects.get(need=need)
    assert (need.state, closure.outcome, closure.ending) == (NeedState.CLOSED, outcome, "stated")


@pytest.mark.parametrize("outcome", ["fulfilled", "nonsense", ""])
def test_fulfilled_is_never_said_by_staff(opened, staff, outcome):
    with pytest.raises(ValidationError, match="“已解决”要由提出单位确认"):
        actions.close_need(opened, by=staff, outcome=outcome, note="x")


def test_not_feasible_is_contested_once(opened, staff, clerk, handler):
    need = actions.close_need(opened, by=staff, outcome="explained", note="没有条件")
    need = actions.reopen_need(need, by=clerk, note="邻县有，请联系")
    assert (need.state, need.reopenings.get().contests) == (NeedState.OPEN, True)

    need = actions.close_need(need, by=staff, outcome="explained", note="联系过了，也没有")
    with pytest.raises(ValidationError, match="已经提过一次异议"):
        actions.reopen_need(need, by=clerk, note="再想想")
    assert actions.reopen_need(need, by=staff, note="省里有了").state == NeedState.OPEN


def test_reopening_reaches_who_held_it(promise, delivery, opened, clerk, handler):
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    opened.refresh_from_db()

    actions.reopen_need(opened, by=clerk, note="又裂了")

    assert "“模具寿命短，想找热处理专家”重新办理：又裂了" in [
        n.text for n in Notice.objects.filter(user=handler, kind="need_closed")
    ]


def test_reopening_needs_a_reason(opened, staff):
    need = actions.close_need(opened, by=staff, outcome="explained", note="没有条件")

    with pytest.raises(ValidationError, match="重新办理要写明理由"):
        actions.reopen_need(need, by=staff, note=" ")


def test_a_need_under_way_is_not_edited(opened, guanli, clerk):
    with pytest.raises(ValidationError, match="不能再改内容"):
        actions.save_draft(guanli, by=clerk, need=opened, detail="别的")
