import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from shuanglian.core import actions
from shuanglian.core.actions import take_back
from shuanglian.core.audit import history, record
from shuanglian.core.clock import today
from shuanglian.core.models import ImportBatch, ImportState, Term
from shuanglian.core.registers import TERMS
from tests.core.actions.test_imports import SEEN, refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(batch, staff):
    """R is new, G was changed from 绿 to 青."""
    return actions.confirm_import(batch, TERMS, seen=SEEN, only_valid=True, by=staff)


def test_a_written_sheet_is_taken_back_as_a_whole(written, staff):
    new, changed = Term.objects.get(code="R"), Term.objects.get(code="G")

    assert actions.undo_import(written, TERMS, by=staff) == []
    written.refresh_from_db()
    changed.refresh_from_db()
    assert (written.state, changed.name, changed.position) == (ImportState.UNDONE, "绿", 7)
    assert Term.objects.filter(code="R").exists() is False
    assert [entry.verb for entry in history(new)] == ["undo_import", "create"]
    assert history(new)[0].changes["name"] == ["红", None]
    assert history(changed)[0].changes == {
        "name": ["青", "绿"],
        "position": [2, 7],
        "wordings": [[["", "绿", ""], [today().isoformat(), "青", ""]], []],
    }
    assert history(staff)[0].note == "字典，文件“字典补.xlsx”：撤回 2 项"


def test_rows_that_changed_since_prevent_it_and_are_named(written, staff, secadmin):
    actions.change_term(Term.objects.get(code="R"), by=secadmin, name="大红")

    assert actions.undo_import(written, TERMS, by=staff) == [(2, "大红", f"导入以后，{secadmin}又改动过")]
    written.refresh_from_db()
    assert (written.state, Term.objects.get(code="G").name) == (ImportState.WRITTEN, "青")


def test_rows_that_are_gone_prevent_it(written, staff):
    Term.objects.get(code="R").delete()

    assert actions.undo_import(written, TERMS, by=staff) == [(2, "", "已经不在台账里")]


def test_other_changes_made_on_the_way_prevent_it(written, staff):
    ImportBatch.objects.update(last_entry=record(staff, "change", by=staff).pk + 1)

    assert refusal(actions.undo_import, written, TERMS, by=staff) == [
        "导入时还连带改动了别的内容，不能整批撤回，请逐条改回"
    ]


def test_it_is_taken_back_only_by_who_brought_it_and_within_a_month(written, staff, secadmin, time_machine):
    with pytest.raises(PermissionDenied):
        actions.undo_import(written, TERMS, by=secadmin)

    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(days=30, minutes=1))
    assert refusal(actions.undo_import, written, TERMS, by=staff) == ["导入超过 30 天，不能再整批撤回"]


def test_a_long_sheet_is_taken_back_by_a_job(written, staff, secadmin, monkeypatch):
    monkeypatch.setattr(take_back, "AT_ONCE", 1)
    assert actions.undo_import(written, TERMS, by=staff) == []
    batch = ImportBatch.objects.get()
    assert batch.state == ImportState.UNDOING
    assert actions.stop_import(batch, by=staff).state == ImportState.WRITTEN

    actions.undo_import(batch, TERMS, by=staff)
    actions.change_term(Term.objects.get(code="R"), by=secadmin, name="大红")
    hindered = actions.take_back_import(batch, TERMS, by=staff)
    assert (hindered.state, len(hindered.layout["hindrances"])) == (ImportState.WRITTEN, 1)

    assert actions.take_back_import(batch, TERMS, by=staff).state == ImportState.WRITTEN


def test_the_job_takes_back_once(written, staff, monkeypatch):
    monkeypatch.setattr(take_back, "AT_ONCE", 1)
    actions.undo_import(written, TERMS, by=staff)

    assert actions.take_back_import(written, TERMS, by=staff).state == ImportState.UNDONE
    assert actions.take_back_import(written, TERMS, by=staff).state == ImportState.UNDONE
    assert sorted(Term.objects.filter(dictionary="colour").values_list("name", flat=True)) == ["绿"]
