import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.calendar import around
from shuanglian.core.models import CalendarDay
from shuanglian.exchange import actions
from shuanglian.exchange.models import Deadline
from shuanglian.exchange.queries import work_out

pytestmark = pytest.mark.django_db


def day(text):
    return dt.date.fromisoformat(text)


def resolve_of(promise):
    return Deadline.objects.get(commitment=promise, kind="resolve")


def move(time_machine, text):
    time_machine.move_to(dt.datetime.fromisoformat(f"{text}T09:00:00+08:00"), tick=False)


def test_each_step_has_its_time_limit(submitted, staff, kejiju, handler):
    actions.claim(actions.accept_need(submitted, by=staff), by=handler, unit=kejiju)

    rows = Deadline.objects.filter(need=submitted).order_by("pk")
    assert [(r.kind, r.due.isoformat(), bool(r.met_on)) for r in rows] == [
        ("accept", "2026-03-11", True),
        ("claim", "2026-03-16", True),
        ("first_contact", "2026-03-12", False),
        ("resolve", "2026-03-30", False),
    ]


def test_an_extension_moves_the_date_and_says_why(promise, handler):
    row = actions.extend_deadline(resolve_of(promise), by=handler, days=5, reason="等省里专家")

    due = resolve_of(promise)
    assert due.due == day("2026-04-07")  # five working days after 30 March, past 清明 (4–6 April)
    worked = work_out(due, around(due.started_on), day("2026-03-09"))
    assert (worked.base.due, worked.extended, worked.stopped, worked.due) == (
        day("2026-03-30"),
        5,
        0,
        due.due,
    )
    assert (row.reason, row.days) == ("等省里专家", 5)


@pytest.mark.parametrize(
    ("days", "reason", "said"),
    [
        (0, "x", "一次延期 1 到 30 个工作日"),
        (31, "x", "一次延期 1 到 30 个工作日"),
        (5, " ", "请写明延期的理由"),
    ],
)
def test_an_extension_without_reason_or_measure_is_refused(promise, handler, days, reason, said):
    with pytest.raises(ValidationError) as refusal:
        actions.extend_deadline(resolve_of(promise), by=handler, days=days, reason=reason)

    assert refusal.value.messages == [said]


def test_another_unit_may_not_extend(promise, other_handler):
    with pytest.raises(PermissionDenied):
        actions.extend_deadline(resolve_of(promise), by=other_handler, days=5, reason="x")


def test_a_stopped_clock_really_moves_the_date(promise, handler, time_machine):
    actions.stop_clock(resolve_of(promise), by=handler, reason="等企业提供图纸")
    move(time_machine, "2026-03-16")

    due = actions.resume_clock(resolve_of(promise), by=handler)

    assert due.due == day("2026-04-07")  # five working days (9→16 March) after 30 March
    assert resolve_of(promise).due == day("2026-04-07")


def test_a_clock_is_stopped_once(promise, handler):
    actions.stop_clock(resolve_of(promise), by=handler, reason="等图纸")

    with pytest.raises(ValidationError, match="已经暂停计时了"):
        actions.stop_clock(resolve_of(promise), by=handler, reason="还在等")


def test_a_changed_day_redates_what_runs(promise, system):
    CalendarDay.objects.filter(day=day("2026-03-20")).update(is_workday=False, note="临时放假")

    assert actions.redate_deadlines("140921", by=system) == 1
    assert actions.redate_deadlines("140921", by=system) == 0

    promise.refresh_from_db()
    assert (resolve_of(promise).due, promise.due) == (day("2026-03-31"), day("2026-03-31"))


def test_a_date_the_unit_named_itself_stays(opened, kejiju, handler, system):
    row = actions.claim(opened, by=handler, unit=kejiju, due=day("2026-03-27"))
    CalendarDay.objects.filter(day=day("2026-03-20")).update(is_workday=False, note="临时放假")

    assert actions.redate_deadlines("140921", by=system) == 0
    assert resolve_of(row).due == day("2026-03-27")


def test_only_staff_and_the_system_redate(clerk):
    with pytest.raises(PermissionDenied):
        actions.redate_deadlines("140921", by=clerk)


def test_a_met_limit_takes_no_extension(promise, delivery, handler):
    with pytest.raises(ValidationError, match="这个时限已经结束了"):
        actions.extend_deadline(resolve_of(promise), by=handler, days=5, reason="x")
