import datetime as dt

import pytest

from shuanglian.core import tasks
from shuanglian.core.models import Export, ExportState, ImportBatch, ImportFile, ImportState

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(staff):
    made = ImportBatch.objects.create(county="140921", by=staff, register="terms", name="a.xlsx")
    ImportFile.objects.create(batch=made, data=b"PK")
    return made


def test_a_sheet_is_checked_on_behalf_of_who_brought_it(batch):
    tasks.check_import(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.problem[:8]) == (ImportState.FAILED, "这个文件读不了，")  # it is no workbook


@pytest.mark.parametrize(
    ("job", "before", "after"),
    [
        (tasks.write_import, ImportState.WAITING, ImportState.WRITTEN),
        (tasks.take_back_import, ImportState.UNDOING, ImportState.UNDONE),
    ],
)
def test_a_sheet_is_written_and_taken_back_on_behalf_of_who_said_so(batch, job, before, after):
    counts = {"new": 0, "changed": 0, "same": 0, "twice": 0, "wrong": 0}
    ImportBatch.objects.update(state=before, counts=counts, layout={"places": {}})
    job(batch.pk)

    batch.refresh_from_db()
    assert batch.state == after


def test_a_job_whose_owner_lost_his_role_says_so(batch):
    ImportBatch.objects.update(state=ImportState.WAITING, acted_as=[0])
    tasks.write_import(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.problem) == (ImportState.FAILED, "您的角色变了，不能再导入这个台账")


@pytest.mark.parametrize(
    ("before", "after"),
    [(ImportState.WAITING, ImportState.FAILED), (ImportState.UNDOING, ImportState.WRITTEN)],
)
def test_a_job_that_breaks_says_so_and_is_broken(batch, before, after):
    ImportBatch.objects.update(state=before, register="gone")
    job = tasks.write_import if before == ImportState.WAITING else tasks.take_back_import
    with pytest.raises(KeyError):
        job(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.problem[:4]) == (after, "出了意外")


def test_the_night_lets_go_of_old_sheets(batch, system, time_machine):
    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(days=3))
    tasks.forget_imports(0)

    assert ImportFile.objects.count() == 0


def test_an_ordered_export_is_made_and_let_go_in_time(staff, system, time_machine):
    export = Export.objects.create(
        county="140921", by=staff, register="terms", form="csv", name="字典.csv", acted_as=[staff.held[0].pk]
    )
    tasks.make_export(export.pk)
    export.refresh_from_db()
    assert export.state == ExportState.READY

    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(days=3))
    tasks.forget_exports(0)
    export.refresh_from_db()
    assert export.state == ExportState.EXPIRED
