import threading

import pytest
from django.db import transaction
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from shuanglian.core import jobs
from shuanglian.core.jobs import later


@pytest.mark.django_db
def test_a_job_waits_by_name_with_its_ids():
    later("exchange.redate_deadlines", county="140921")

    assert [(j.task_name, j.args, j.status) for j in ProcrastinateJob.objects.all()] == [
        ("exchange.redate_deadlines", {"county": "140921"}, "todo")
    ]


@pytest.mark.django_db
def test_a_job_of_a_rolled_back_act_never_existed():
    with transaction.atomic():
        later("exchange.redate_deadlines", county="140921")
        transaction.set_rollback(True)

    assert ProcrastinateJob.objects.count() == 0


@pytest.mark.django_db
def test_a_name_that_no_app_declares_is_said_to_nobody():
    later("nobody.answers", need_id=7)

    assert ProcrastinateJob.objects.count() == 0


# ---- lanes ----


@pytest.mark.django_db
def test_imports_and_exports_wait_in_lanes_of_their_own():
    for name in ("core.write_import", "core.make_export", "core.forget_exports"):
        later(name, x=1)

    assert dict(ProcrastinateJob.objects.values_list("task_name", "queue_name")) == {
        "core.write_import": "imports",
        "core.make_export": "exports",
        "core.forget_exports": "default",
    }


@pytest.fixture
def three_jobs(committed, monkeypatch):
    """One job of each lane that is done only when all three are under way."""
    together = threading.Barrier(3, timeout=20)
    monkeypatch.setattr(app.connector, "get_worker_connector", lambda: PsycopgConnector(conninfo=committed))
    for lane in jobs.Lane:
        declare = jobs.task(f"tests.meet_in_{lane.value}", lane=lane)
        declare(lambda: together.wait())
        later(f"tests.meet_in_{lane.value}")
    yield
    for lane in jobs.Lane:
        app.tasks.pop(f"tests.meet_in_{lane.value}")


@pytest.mark.usefixtures("three_jobs")
def test_no_lane_waits_for_another(django_db_blocker):
    with django_db_blocker.unblock():
        jobs.work(until_done=True)

        states = ProcrastinateJob.objects.filter(task_name__startswith="tests.").values_list(
            "status", flat=True
        )
        assert list(states) == ["succeeded"] * 3


@pytest.mark.usefixtures("three_jobs")
def test_a_worker_of_one_lane_leaves_the_others_alone(django_db_blocker, monkeypatch):
    monkeypatch.setattr(threading.Barrier, "wait", lambda self: 0)
    with django_db_blocker.unblock():
        jobs.work([jobs.Lane.EXPORTS], until_done=True)

        states = ProcrastinateJob.objects.filter(task_name__startswith="tests.")
        assert dict(states.values_list("queue_name", "status")) == {
            "default": "todo",
            "imports": "todo",
            "exports": "succeeded",
        }
