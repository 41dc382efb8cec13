import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from procrastinate.contrib.django.models import ProcrastinateJob

from shuanglian.core import actions
from shuanglian.core.audit import history
from shuanglian.core.calendar import add_working_days
from shuanglian.core.models import CalendarDay

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2026, 3, 20)
SPRING = dt.date(2029, 2, 13)  # a Tuesday


def refusal(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refused:
        call(*args, **kwargs)
    return refused.value.message_dict


def jobs():
    return [(job.task_name, job.args) for job in ProcrastinateJob.objects.order_by("pk")]


def test_a_day_off_moves_time_limits_and_says_so_to_their_keeper(staff):
    row = actions.change_day(CalendarDay.objects.get(day=FRIDAY), by=staff, is_workday=False, note="临时放假")

    assert add_working_days(dt.date(2026, 3, 19), 1).due == dt.date(2026, 3, 23)
    assert jobs() == [("exchange.redate_deadlines", {"county": "140921"})]
    (entry,) = history(row)
    assert (entry.verb, entry.changes) == (
        "change",
        {"is_workday": [True, False], "note": ["", "临时放假"]},
    )


def test_a_new_note_alone_moves_nothing(staff):
    row = actions.change_day(CalendarDay.objects.get(day=FRIDAY), by=staff, is_workday=True, note="春分")

    assert (row.note, jobs()) == ("春分", [])


def test_a_day_of_a_year_to_come_is_entered(approver):
    row = actions.create_day(by=approver, day=SPRING, is_workday=False, note="春节")
    actions.create_day(by=approver, day=dt.date(2029, 2, 14), is_workday=True)

    assert (row.is_workday, row.note) == (False, "春节")
    assert len(jobs()) == 1  # a Wednesday on which people work is no news


def test_a_day_is_entered_once_and_keeps_its_date(staff):
    row = CalendarDay.objects.get(day=FRIDAY)

    assert refusal(actions.create_day, by=staff, day=FRIDAY, is_workday=False) == {
        "day": ["2026-03-20 已经在日历里了，请直接修改那一天"]
    }
    assert refusal(actions.create_day, by=staff, day=dt.date(1026, 3, 20), is_workday=False) == {
        "day": ["年份要在 2000 到 2100 之间"]
    }
    assert refusal(actions.change_day, row, by=staff, day=SPRING, is_workday=False) == {
        "day": ["日期不能改。请另外新增一天"]
    }


@pytest.mark.parametrize("who", ["clerk", "handler", "secadmin", "sysadmin", "auditor"])
def test_only_the_committee_keeps_the_calendar(request, who):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.create_day(by=person, day=SPRING, is_workday=False)
    with pytest.raises(PermissionDenied):
        actions.change_day(CalendarDay.objects.get(day=FRIDAY), by=person, is_workday=False)
