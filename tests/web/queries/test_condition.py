import datetime as dt

import pytest
from django.db import connection

from shuanglian.core.models import CalendarDay
from shuanglian.exchange.models import Deadline
from shuanglian.web.queries.condition import background_work, calendar_warning, condition
from tests.web.stories import opened

pytestmark = pytest.mark.django_db


def job(status):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', 'exchange.watch', %s)",
            [status],
        )


def test_the_administrator_reads_what_the_doctor_would_say(db):
    assert [one.subject for one in condition()] == ["数据库", "磁盘", "时钟", "工作日历", "后台任务"]


def test_waiting_work_is_in_order_and_failed_work_is_not(db):
    job("todo")
    assert (background_work().state, background_work().advice) == ("等待 1 件，失败 0 件", "")
    job("failed")
    assert (background_work().state, background_work().advice) == (
        "等待 0 件，失败 1 件",
        "请看后台日志，处理后重新运行",
    )


def test_dates_that_run_into_an_unpublished_year_are_called_a_guess(monday, guanli, clerk, staff):
    CalendarDay.objects.filter(day__year__gte=2027).delete()
    opened(guanli, clerk, staff)
    assert calendar_warning("140921") == ""
    Deadline.objects.filter(met_on=None).update(due=dt.date(2027, 1, 5))
    assert calendar_warning("140921") == (
        "有 1 个时限算到了 2027 年，2027 年的放假安排还没有录入，这些日期可能会变。"
    )
    assert calendar_warning("140922") == ""
    CalendarDay.objects.create(day=dt.date(2027, 1, 1), is_workday=False, note="元旦")
    assert calendar_warning("140921") == ""


def test_from_december_on_the_coming_year_should_be_there(db, time_machine):
    CalendarDay.objects.filter(day__year__gte=2027).delete()
    time_machine.move_to(dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC), tick=False)
    assert calendar_warning("140921") == ""
    time_machine.move_to(dt.datetime(2026, 12, 1, 1, tzinfo=dt.UTC), tick=False)
    assert calendar_warning("140921") == "工作日历没有 2027 年，时限会算不准。"
