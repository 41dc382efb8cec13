import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from procrastinate.contrib.django.models import ProcrastinateJob

from shuanglian.core import actions
from shuanglian.core.audit import history
from shuanglian.core.models import Export, ExportState, Notice
from tests.core.register.sample import SAMPLE

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]


@pytest.fixture
def ordered(staff):
    return actions.order_export(SAMPLE, "?q=冠力", "xlsx", total=9000, by=staff)


@pytest.fixture
def made(ordered, staff):
    """A file that was handed over."""
    actions.start_export(ordered, by=staff)
    place = actions.stored("exports/abc")
    place.parent.mkdir(parents=True)
    place.write_bytes(b"PK12")
    assert actions.finish_export(ordered, SAMPLE, "“冠力”", path="exports/abc", done=8999, by=staff)
    ordered.refresh_from_db()
    return ordered


def test_asking_puts_one_job_on_the_queue_however_often_one_presses(ordered, staff):
    again = actions.order_export(SAMPLE, "?q=冠力", "xlsx", total=9001, by=staff)

    assert again == ordered
    assert [(job.task_name, job.args) for job in ProcrastinateJob.objects.all()] == [
        ("core.make_export", {"export_id": ordered.pk})
    ]
    assert (ordered.state, ordered.total, ordered.acted_as) == ("waiting", 9000, [p.pk for p in staff.acting])


def test_others_and_those_without_permission_ask_in_vain(clerk, ordered, approver):
    with pytest.raises(PermissionDenied):
        actions.order_export(SAMPLE, "", "xlsx", total=9000, by=clerk)
    for act in (actions.start_export, actions.drop_export):
        with pytest.raises(PermissionDenied):
            act(ordered, by=approver)
    with pytest.raises(PermissionDenied):
        actions.note_exported(ordered, 1, by=approver)


def test_not_more_than_three_at_once_and_no_endless_address(ordered, staff):
    for form in ("csv", "xlsx"):
        actions.order_export(SAMPLE, "?sort=name", form, total=9000, by=staff)

    with pytest.raises(ValidationError, match="还在生成"):
        actions.order_export(SAMPLE, "", "xlsx", total=9000, by=staff)
    with pytest.raises(ValidationError, match="条件太长"):
        actions.order_export(SAMPLE, "?q=" + "x" * 1000, "xlsx", total=9000, by=staff)


def test_a_made_file_is_history_and_news_for_the_one_who_asked(made, staff):
    assert (made.state, made.done, made.size) == (ExportState.READY, 8999, 4)
    assert made.expires - made.updated < actions_kept()
    assert [(entry.verb, entry.note) for entry in history(staff)] == [
        ("export", "两新组织基本情况台账，8999 家，条件：“冠力”")
    ]
    assert [(n.user, n.text, n.address) for n in Notice.objects.all()] == [
        (staff, "《两新组织基本情况台账.xlsx》做好了，8999 家", f"/sample/exports/{made.pk}/")
    ]


def actions_kept():
    return dt.timedelta(days=2, seconds=5)


def test_dropping_while_it_is_made_wins(ordered, staff):
    assert actions.start_export(ordered, by=staff)
    assert actions.note_exported(ordered, 2000, by=staff)
    actions.drop_export(ordered, by=staff)
    actions.drop_export(ordered, by=staff)

    assert not actions.note_exported(ordered, 4000, by=staff)
    assert not actions.finish_export(ordered, SAMPLE, "", path="exports/abc", done=9000, by=staff)
    assert not actions.start_export(ordered, by=staff)
    assert (list(history(staff)), Notice.objects.count()) == ([], 0)


def test_dropping_a_made_file_removes_it(made, staff, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.drop_export(made, by=staff)

    assert (Export.objects.get().state, Export.objects.get().path) == (ExportState.DROPPED, "")
    assert not actions.stored("exports/abc").exists()


def test_failing_says_why_and_only_once(ordered, staff):
    actions.fail_export(ordered, SAMPLE, "出了意外", by=staff)
    actions.fail_export(ordered, SAMPLE, "又出了意外", by=staff)

    assert (Export.objects.get().state, Export.objects.get().reason) == (ExportState.FAILED, "出了意外")
    assert [n.text for n in Notice.objects.all()] == ["《两新组织基本情况台账.xlsx》没有做成"]


def test_the_night_removes_what_was_kept_long_enough(
    made, system, staff, time_machine, django_capture_on_commit_callbacks
):
    assert actions.forget_exports(by=system) == 0
    lost = actions.order_export(SAMPLE, "", "csv", total=9000, by=staff)
    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(days=3))
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget_exports(by=system) == 2

    assert {e.pk: e.state for e in Export.objects.all()} == dict.fromkeys(
        (made.pk, lost.pk), ExportState.EXPIRED
    )
    assert not actions.stored("exports/abc").exists()


def test_only_the_system_forgets(staff):
    with pytest.raises(PermissionDenied):
        actions.forget_exports(by=staff)
