import pytest
from django.db import connection

from shuanglian.web.queries.condition import background_work, condition

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
