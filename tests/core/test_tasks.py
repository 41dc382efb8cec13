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


def test_a_confirmed_sheet_is_written_on_behalf_of_who_confirmed_it(batch):
    ImportBatch.objects.update(state=ImportState.WAITING)
    tasks.write_import(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, list(batch.wrong)) == (ImportState.FAILED, [""])  # the file is no workbook


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
