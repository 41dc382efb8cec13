import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from shuanglian.core.audit import history
from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.models import AgendaItem

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 9)


@pytest.fixture
def item(opened, staff):
    return actions.put_on_agenda(opened, by=staff, reason=" 两个单位都接不了 ")


def test_a_need_goes_on_the_agenda_of_its_quarter_once(item, opened, staff):
    again = actions.put_on_agenda(opened, by=staff, reason="再说一遍")

    assert (again, AgendaItem.objects.get()) == (item, item)
    assert (item.quarter, item.reason, item.state) == (dt.date(2026, 1, 1), "两个单位都接不了", "waiting")
    assert [(e.verb, e.note) for e in history(item)] == [("put_on_agenda", "两个单位都接不了")]


def late(time_machine):
    time_machine.move_to(dt.datetime.fromisoformat("2026-03-17T09:00:00+08:00"), tick=False)


def test_what_no_asked_unit_took_in_its_time_goes_on_by_itself(
    opened, staff, system, rsj, other_handler, time_machine
):
    asked = actions.propose_unit(opened, by=staff, unit=rsj, reason="去年办过")
    actions.answer_proposal(asked, by=other_handler, accept=False, reason="专家在外地")
    assert AgendaItem.objects.count() == 0
    late(time_machine)

    actions.watch_deadlines("140921", by=system)
    actions.watch_deadlines("140921", by=system)

    row = AgendaItem.objects.get()
    assert (row.need, row.reason, row.by) == (
        opened,
        "认领时限 3月16日 已过，商请过 1 次，没有单位接",
        system,
    )


def test_before_units_were_asked_it_is_the_office_that_acts(opened, staff, system, time_machine):
    late(time_machine)

    actions.watch_deadlines("140921", by=system)

    assert AgendaItem.objects.count() == 0


def test_a_no_after_the_time_puts_it_on_once_nobody_is_being_asked(
    opened, staff, system, rsj, kejiju, handler, other_handler, time_machine
):
    first = actions.propose_unit(opened, by=staff, unit=rsj, reason="去年办过")
    second = actions.propose_unit(opened, by=staff, unit=kejiju, reason="主责单位")
    late(time_machine)
    actions.watch_deadlines("140921", by=system)

    actions.answer_proposal(first, by=other_handler, accept=False, reason="专家在外地")
    assert AgendaItem.objects.count() == 0
    actions.answer_proposal(second, by=handler, accept=False, reason="排不开")

    assert AgendaItem.objects.get().reason == "认领时限 3月16日 已过，商请过 2 次，没有单位接"


def test_what_somebody_holds_goes_on_no_agenda(promise, staff):
    with pytest.raises(ValidationError, match="现在是“待首次对接”，没人认领的才上季度会"):
        actions.put_on_agenda(promise.need, by=staff, reason="x")


def test_the_result_is_written_down_once_and_the_asker_told(item, staff, clerk):
    done = actions.discuss_item(item, by=staff, result="请县科技局牵头，三月底前办", discussed_on=DAY)

    assert (done.state, done.result, done.discussed_on) == ("discussed", "请县科技局牵头，三月底前办", DAY)
    assert [n.text for n in Notice.objects.filter(user=clerk, kind="agenda")] == [
        "季度会议了“模具寿命短，想找热处理专家”：请县科技局牵头，三月底前办"
    ]
    with pytest.raises(ValidationError, match="已经议过了"):
        actions.discuss_item(item, by=staff, result="改主意了", discussed_on=DAY)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"result": " "}, "result"), ({"discussed_on": dt.date(2026, 3, 10)}, "discussed_on")],
)
def test_a_result_without_words_or_of_tomorrow_is_refused(item, staff, wrong, field):
    with pytest.raises(ValidationError) as refused:
        actions.discuss_item(item, by=staff, **{"result": "请县科技局牵头", "discussed_on": DAY, **wrong})

    assert list(refused.value.message_dict) == [field]


def test_a_need_comes_back_to_a_later_meeting(item, opened, staff):
    actions.discuss_item(item, by=staff, result="再找市里的专家", discussed_on=DAY)

    again = actions.put_on_agenda(opened, by=staff, reason="市里也没有")

    assert [row.state for row in opened.agenda.order_by("pk")] == ["discussed", "waiting"]
    assert again != item


def test_no_reason_no_agenda(opened, staff):
    with pytest.raises(ValidationError, match="请写为什么上会"):
        actions.put_on_agenda(opened, by=staff, reason=" ")


@pytest.mark.parametrize("who", ["handler", "clerk", "liaison", "auditor", "township_clerk"])
def test_who_may_not_set_or_write_the_agenda(request, item, opened, who):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.put_on_agenda(opened, by=person, reason="x")
    with pytest.raises(PermissionDenied):
        actions.discuss_item(item, by=person, result="x", discussed_on=DAY)


def test_the_table_keeps_one_waiting_item(item, opened, staff):
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaItem.objects.create(county="140921", need=opened, quarter=DAY, reason="x", by=staff)
