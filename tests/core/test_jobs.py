import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from shuanglian.core.jobs import later

pytestmark = pytest.mark.django_db


def test_a_job_waits_by_name_with_its_ids():
    later("exchange.redate_deadlines", county="140921")

    assert [(j.task_name, j.args, j.status) for j in ProcrastinateJob.objects.all()] == [
        ("exchange.redate_deadlines", {"county": "140921"}, "todo")
    ]


def test_a_job_of_a_rolled_back_act_never_existed():
    with transaction.atomic():
        later("exchange.redate_deadlines", county="140921")
        transaction.set_rollback(True)

    assert ProcrastinateJob.objects.count() == 0


def test_a_name_that_no_app_declares_is_said_to_nobody():
    later("nobody.answers", need_id=7)

    assert ProcrastinateJob.objects.count() == 0
