import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import Closure, Delivery, Message
from shuanglian.exchange.queries import Axis, lines_of, progress, promise_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(monday, guanli, kejiju, clerk, staff, handler):
    """县科技局 has promised three of five."""
    need = actions.post_need(guanli, by=clerk, detail="要做五次检测", category="ZL", quantity=Decimal(5))
    need = actions.accept_need(need, by=staff)
    return actions.claim(need, by=handler, unit=kejiju, quantity=Decimal(3))


def test_the_first_word_of_progress_is_the_first_contact(promise, handler):
    actions.note_progress(promise, by=handler, body="约好周三到厂")

    promise.refresh_from_db()
    assert promise.contacted_on == dt.date(2026, 3, 9)
    assert promise.deadlines.get(kind="first_contact").met_on == dt.date(2026, 3, 9)


@pytest.mark.parametrize("body", ["", "  \n "])
def test_empty_progress_is_refused(promise, handler, body):
    with pytest.raises(ValidationError, match="请写一句办理进展"):
        actions.note_progress(promise, by=handler, body=body)


def test_another_unit_reports_nothing(promise, other_handler):
    with pytest.raises(PermissionDenied):
        actions.record_delivery(promise, by=other_handler)


def test_a_part_may_be_delivered_and_confirmed_alone(three, handler, clerk):
    row = actions.record_delivery(three, by=handler, quantity=Decimal(1), finish=False)
    actions.confirm_delivery(row, by=clerk, verdict="solved")

    three.refresh_from_db()
    promise = promise_of(three)
    assert (three.state, promise.accepted, promise.outstanding) == ("active", 1, 2)
    assert progress(lines_of(three.need_id)) == (Axis.PART, Axis.PART)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"quantity": Decimal(4)}, "数量要大于 0，最多 3 次"),
        ({"quantity": Decimal(-1)}, "数量要大于 0，最多 3 次"),
        ({"happened_on": dt.date(2026, 3, 10)}, "日期不能晚于今天"),
    ],
)
def test_a_report_that_cannot_be_is_refused(three, handler, facts, said):
    with pytest.raises(ValidationError) as refusal:
        actions.record_delivery(three, by=handler, **facts)

    assert refusal.value.messages == [said]


def test_reporting_twice_waits_for_the_answer(delivery, promise, handler):
    with pytest.raises(ValidationError, match="已经报过办结了，正在等提出单位确认"):
        actions.record_delivery(promise, by=handler)


def test_not_yet_says_what_is_missing_and_the_work_goes_on(delivery, promise, opened, clerk, handler):
    with pytest.raises(ValidationError, match="请写一句还差什么"):
        actions.confirm_delivery(delivery, by=clerk, verdict="not_yet")

    actions.confirm_delivery(delivery, by=clerk, verdict="not_yet", note="工艺单还没给")

    opened.refresh_from_db()
    assert (opened.state, promise_of(promise).accepted) == (NeedState.IN_PROGRESS, 0)
    assert promise.deadlines.filter(kind="resolve", met_on=None).count() == 1
    assert actions.record_delivery(promise, by=handler).quantity == 1


def test_partly_and_enough_ends_as_partly(delivery, opened, clerk):
    actions.confirm_delivery(delivery, by=clerk, verdict="partly", complete=True, note="够用了")

    opened.refresh_from_db()
    assert (opened.state, Closure.objects.get(need=opened).outcome) == (NeedState.CLOSED, "partly")


def test_partly_and_more_leaves_something_to_do(delivery, promise, opened, clerk, handler):
    actions.confirm_delivery(delivery, by=clerk, verdict="partly", note="还要一次")

    opened.refresh_from_db()
    assert (opened.state, promise_of(promise).outstanding) == (NeedState.IN_PROGRESS, 1)


def test_accepting_all_and_wanting_more_is_a_contradiction(delivery, clerk):
    with pytest.raises(ValidationError, match="数量都认可的话"):
        actions.confirm_delivery(delivery, by=clerk, verdict="partly", accepted=Decimal(1))


def test_a_word_is_said_once(delivery, clerk):
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")

    with pytest.raises(ValidationError, match="这一笔已经确认过了"):
        actions.confirm_delivery(delivery, by=clerk, verdict="solved")


@pytest.mark.parametrize(
    "who", ["handler", "other_clerk", "other_handler", "stranger", "auditor", "instructor"]
)
def test_only_the_receiver_or_staff_confirm(delivery, request, who):
    with pytest.raises(PermissionDenied):
        actions.confirm_delivery(delivery, by=request.getfixturevalue(who), verdict="solved")


def test_staff_confirm_in_the_receivers_name_and_it_shows(delivery, staff):
    assert actions.confirm_delivery(delivery, by=staff, verdict="solved").confirmer == "staff"


def test_a_need_of_several_units_closes_with_the_last_of_them(three, handler, other_handler, rsj, clerk):
    rest = actions.claim(three.need, by=other_handler, unit=rsj)
    actions.confirm_delivery(actions.record_delivery(three, by=handler), by=clerk, verdict="solved")
    three.need.refresh_from_db()
    assert three.need.state == NeedState.CLAIMED

    actions.confirm_delivery(actions.record_delivery(rest, by=other_handler), by=clerk, verdict="solved")

    three.need.refresh_from_db()
    assert (three.need.state, Closure.objects.get().outcome) == (NeedState.CLOSED, "fulfilled")


def test_what_nobody_claimed_keeps_the_need_open(three, handler, clerk):
    actions.confirm_delivery(actions.record_delivery(three, by=handler), by=clerk, verdict="solved")

    three.need.refresh_from_db()
    (line,) = lines_of(three.need_id)
    assert (three.need.state, line.open, line.delivered) == (NeedState.OPEN, 2, 3)


def test_the_receiver_may_end_there(three, handler, clerk):
    actions.confirm_delivery(actions.record_delivery(three, by=handler), by=clerk, verdict="solved")

    actions.end_here(three, by=clerk, note="三次够了")

    three.need.refresh_from_db()
    assert (three.need.state, Closure.objects.get().outcome) == (NeedState.CLOSED, "partly")


def test_nobody_ends_what_others_still_do(promise, clerk):
    with pytest.raises(ValidationError, match="还有单位在办"):
        actions.end_here(promise, by=clerk)


def test_each_side_says_once_how_it_was(delivery, promise, clerk, handler):
    with pytest.raises(ValidationError, match="办结确认以后才能评价"):
        actions.give_feedback(promise, by=clerk, satisfaction="satisfied")
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    promise.refresh_from_db()

    actions.give_feedback(promise, by=clerk, satisfaction="basically", words="慢了两天")
    actions.give_feedback(promise, by=handler, satisfaction="satisfied")

    assert [(f.side, f.satisfaction) for f in promise.feedback.all()] == [
        ("receiver", "basically"),
        ("provider", "satisfied"),
    ]
    with pytest.raises(ValidationError, match="每一方只评一次"):
        actions.give_feedback(promise, by=clerk, satisfaction="satisfied")


def test_a_report_too_high_is_corrected_by_another_row(three, handler):
    row = actions.record_delivery(three, by=handler)

    actions.correct_delivery(row, by=handler, less=Decimal(1), note="只做了两次")

    assert [(d.quantity, d.corrects_id) for d in Delivery.objects.all()] == [(3, None), (-1, row.pk)]
    assert (promise_of(three).pending, promise_of(three).deliverable) == (2, 1)


def test_a_confirmed_amount_is_corrected_too(three, handler, clerk, staff):
    row = actions.record_delivery(three, by=handler, quantity=Decimal(2), finish=False)
    actions.confirm_delivery(row, by=clerk, verdict="solved")

    actions.correct_delivery(row, by=staff, less=Decimal(1), note="企业少收一次")

    assert (promise_of(three).accepted, promise_of(three).pending) == (1, 0)
    with pytest.raises(ValidationError, match="最多减去 1"):
        actions.correct_delivery(row, by=staff, less=Decimal(2), note="x")


def test_deliveries_and_words_are_never_changed_in_place(delivery):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(quantity=9)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        delivery.delete()


def test_the_same_progress_a_moment_later_is_a_second_press(promise, handler, time_machine):
    first = actions.note_progress(promise, by=handler, body="约好周三到厂")
    again = actions.note_progress(promise, by=handler, body=" 约好周三到厂 ")
    assert (again, Message.objects.count()) == (first, 1)

    time_machine.shift(dt.timedelta(minutes=3))
    assert actions.note_progress(promise, by=handler, body="约好周三到厂") != first


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({}, "accepted", "请填办成了多少；不用再办了，就选“到此为止”"),
        ({"accepted": Decimal(0)}, "accepted", "一点也没办成的话，请选“还没有”"),
    ],
)
def test_partly_of_several_says_how_many(three, handler, clerk, given, field, said):
    row = actions.record_delivery(three, by=handler)

    with pytest.raises(ValidationError) as refused:
        actions.confirm_delivery(row, by=clerk, verdict="partly", **given)

    assert refused.value.message_dict == {field: [said]}


def test_partly_of_one_says_what_is_missing(delivery, clerk):
    with pytest.raises(ValidationError, match="请写一句还差什么"):
        actions.confirm_delivery(delivery, by=clerk, verdict="partly")
