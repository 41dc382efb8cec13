import datetime as dt
import io
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shuanglian.core import actions
from shuanglian.core.actions import imports
from shuanglian.core.audit import history
from shuanglian.core.models import Entry, ImportBatch, ImportFile, ImportRow, ImportState, KnownHeading, Term
from shuanglian.core.registers import TERMS
from tests.core.actions.conftest import sheet
from tests.factories.core import TermFactory

pytestmark = pytest.mark.django_db


def refusal(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refused:
        call(*args, **kwargs)
    return refused.value.messages


SEEN = {"new": 1, "changed": 1, "same": 0, "twice": 0, "wrong": 0}


def waits(batch):
    """As after the press of the button on a long sheet."""
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.WAITING)


def test_an_import_is_taken_in_privately(batch, staff):
    assert (batch.by, batch.register, batch.name, batch.state) == (staff, "terms", "字典补.xlsx", "open")
    assert batch.file.data[:4] == b"PK\x03\x04"
    assert batch.counts == SEEN


def test_a_new_sheet_replaces_the_one_before(batch, staff):
    actions.open_import(TERMS, sheet(["colour", "B", "蓝", 1]), by=staff)

    batch.refresh_from_db()
    assert batch.state == ImportState.DROPPED
    assert ImportFile.objects.count() == 1


def test_confirmed_rows_are_written_with_one_line_for_the_whole(batch, staff):
    written = actions.confirm_import(batch, TERMS, seen=SEEN, only_valid=True, by=staff)

    assert (written.state, written.counts) == (ImportState.WRITTEN, SEEN)
    assert dict(Term.objects.filter(dictionary="colour").values_list("code", "name")) == {
        "R": "红",
        "G": "青",
    }
    assert [(entry.verb, entry.note) for entry in history(staff)] == [
        ("import", "字典，文件“字典补.xlsx”：新增 1 项，更新 1，没变 0，没写入 0")
    ]


def test_nothing_to_write_is_said(batch, staff):
    actions.confirm_import(batch, TERMS, seen=SEEN, only_valid=True, by=staff)
    again = actions.open_import(TERMS, sheet(["colour", "R", "红", 1]), by=staff)
    seen = {"new": 0, "changed": 0, "same": 1, "twice": 0, "wrong": 0}

    assert refusal(actions.confirm_import, again, TERMS, seen=seen, only_valid=True, by=staff) == [
        "没有要写入的行"
    ]


def test_only_who_brought_a_sheet_goes_on_with_it(batch, secadmin):
    for call in (
        lambda: actions.fix_import(batch, TERMS, {"2": {"name": "x"}}, by=secadmin),
        lambda: actions.drop_import(batch, by=secadmin),
        lambda: actions.confirm_import(batch, TERMS, seen=SEEN, only_valid=True, by=secadmin),
    ):
        with pytest.raises(PermissionDenied):
            call()


def test_importing_needs_the_permission_to_add(clerk, auditor):
    for user in (clerk, auditor):
        with pytest.raises(PermissionDenied):
            actions.open_import(TERMS, sheet(), by=user)


def test_a_written_sheet_is_not_corrected_or_cancelled(batch, staff):
    actions.confirm_import(batch, TERMS, seen=SEEN, only_valid=True, by=staff)

    assert refusal(actions.fix_import, batch, TERMS, {}, by=staff) == ["这个文件已写入，不能再改"]
    assert refusal(actions.drop_import, batch, by=staff) == ["这个文件已写入，不能再改"]


def test_the_job_writes_once_what_was_confirmed(batch, staff):
    assert actions.write_import(batch, TERMS, by=staff).state == ImportState.OPEN  # not confirmed: nothing
    waits(batch)

    assert actions.write_import(batch, TERMS, by=staff).state == ImportState.WRITTEN
    assert actions.write_import(batch, TERMS, by=staff).state == ImportState.WRITTEN
    assert len(history(staff)) == 1


def test_a_job_whose_file_is_gone_says_so(batch, staff):
    ImportBatch.objects.update(state=ImportState.CHECKING)
    ImportFile.objects.all().delete()
    failed = actions.check_import(batch, TERMS, by=staff)

    assert (failed.state, failed.problem) == (
        ImportState.FAILED,
        "这个文件放得太久，已经清掉了，请重新选择",
    )


def test_a_job_acts_under_no_more_roles_than_the_user_did(batch, staff):
    waits(batch)
    ImportBatch.objects.update(acted_as=[0])

    with pytest.raises(PermissionDenied):
        actions.write_import(ImportBatch.objects.get(pk=batch.pk), TERMS, by=staff)


def test_a_long_sheet_is_checked_by_a_job(staff, monkeypatch):
    TermFactory(dictionary="colour", code="G")
    monkeypatch.setattr(imports, "is_short", lambda data: False)
    batch = actions.open_import(TERMS, sheet(["colour", "R", "红", 1]), by=staff)
    assert (batch.state, batch.counts, ImportRow.objects.count()) == (ImportState.CHECKING, {}, 0)

    checked = actions.check_import(batch, TERMS, by=staff)

    assert (checked.state, checked.counts["new"], ImportRow.objects.count()) == (ImportState.OPEN, 1, 1)
    assert actions.check_import(batch, TERMS, by=staff).state == ImportState.OPEN


def test_a_job_finds_a_sheet_that_cannot_be_used(staff, monkeypatch):
    monkeypatch.setattr(imports, "is_short", lambda data: False)
    batch = actions.open_import(TERMS, sheet(), by=staff)
    checked = actions.check_import(batch, TERMS, by=staff)

    assert (checked.state, checked.problem) == (ImportState.FAILED, "表头下面没有数据")
    assert ImportFile.objects.count() == 0


def test_a_sheet_is_given_up_before_its_job_begins(batch, staff, secadmin):
    ImportBatch.objects.update(state=ImportState.CHECKING)
    with pytest.raises(PermissionDenied):
        actions.stop_import(batch, by=secadmin)

    assert actions.stop_import(batch, by=staff).state == ImportState.DROPPED
    assert (ImportFile.objects.count(), ImportRow.objects.count()) == (0, 0)
    assert actions.check_import(batch, TERMS, by=staff).state == ImportState.DROPPED


def test_writing_that_is_given_up_leaves_the_preview(batch, staff):
    waits(batch)

    assert actions.stop_import(batch, by=staff).state == ImportState.OPEN
    assert actions.write_import(batch, TERMS, by=staff).state == ImportState.OPEN
    assert (
        actions.confirm_import(batch, TERMS, seen=SEEN, only_valid=True, by=staff).state
        == ImportState.WRITTEN
    )


def test_a_job_that_hears_it_is_not_wanted_takes_everything_back(batch, staff):
    waits(batch)
    ImportFile.objects.update(stopped=True)
    before = Entry.objects.count()

    assert actions.write_import(batch, TERMS, by=staff).state == ImportState.OPEN
    assert Term.objects.filter(dictionary="colour").count() == 1
    assert Entry.objects.count() == before
    assert ImportFile.objects.get().stopped is False

    ImportBatch.objects.update(state=ImportState.CHECKING)
    ImportFile.objects.update(stopped=True)
    assert actions.check_import(batch, TERMS, by=staff).state == ImportState.DROPPED


def test_only_work_that_was_going_on_can_fail(batch, staff, secadmin):
    with pytest.raises(PermissionDenied):
        actions.fail_import(batch, "坏了", by=secadmin)
    actions.fail_import(batch, "坏了", by=staff)
    batch.refresh_from_db()
    assert (batch.state, batch.problem) == (ImportState.OPEN, "")

    waits(batch)
    actions.fail_import(batch, "坏了", by=staff)
    batch.refresh_from_db()
    assert (batch.state, batch.problem) == (ImportState.FAILED, "坏了")


def test_what_is_written_is_not_stopped_any_more(batch, staff):
    actions.confirm_import(batch, TERMS, seen=SEEN, only_valid=True, by=staff)

    assert actions.stop_import(batch, by=staff).state == ImportState.WRITTEN


def test_a_ledger_that_changed_meanwhile_is_looked_at_again(batch, staff):
    Term.objects.filter(code="G").update(name="青")
    looked_at = actions.confirm_import(batch, TERMS, seen=SEEN, only_valid=True, by=staff)

    assert (looked_at.state, looked_at.problem) == (
        ImportState.OPEN,
        "台账刚刚有变化，请再看一遍下面的结果，然后导入",
    )
    assert (looked_at.counts["changed"], looked_at.counts["same"]) == (1, 0)  # only 次序 is left to change
    assert Term.objects.filter(code="R").exists() is False


def test_a_row_that_somebody_else_writes_at_the_same_moment_is_looked_at_again(batch, staff):
    def create(*, by, **facts):
        created = actions.create_term(by=by, **facts)
        Term.objects.create(dictionary=created.dictionary, code=created.code, name="别人的")
        return created

    slower = replace(TERMS, create=create)
    looked_at = actions.confirm_import(batch, slower, seen=SEEN, only_valid=True, by=staff)

    assert (looked_at.state, looked_at.problem) == (
        ImportState.OPEN,
        "台账刚刚有变化，请再看一遍下面的结果，然后导入",
    )


def unclear(staff):
    """A sheet whose headings nobody knows."""
    Term.objects.get_or_create(dictionary="colour", code="G", name="绿")
    book = Workbook()
    for row in [["一览表"], ["哪本", "代号", "叫什么"], ["colour", "R", "红"], ["colour", "B", "蓝"]]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return actions.open_import(TERMS, SimpleUploadedFile("一览.xlsx", out.getvalue()), by=staff)


def test_columns_that_are_not_known_are_matched_by_hand_and_remembered(staff, secadmin):
    batch = unclear(staff)
    assert (batch.state, batch.problem[:7]) == (ImportState.UNCLEAR, "没有找到表头。")
    places = {"dictionary": 0, "code": 1, "name": 2}
    with pytest.raises(PermissionDenied):
        actions.map_import(batch, TERMS, 2, places, by=secadmin)
    assert (
        refusal(actions.map_import, batch, TERMS, 2, {"name": 2}, by=staff)[0][:10] == "缺少用来认出每一行的"
    )

    mapped = actions.map_import(batch, TERMS, 2, places, by=staff)

    assert (mapped.state, mapped.counts["new"], mapped.problem) == (ImportState.OPEN, 2, "")
    assert dict(KnownHeading.objects.filter(user=staff, register="terms").values_list("head", "column")) == {
        "哪本": "dictionary",
        "代号": "code",
        "叫什么": "name",
    }
    assert unclear(staff).state == ImportState.OPEN  # the next time it is known
    assert unclear(secadmin).state == ImportState.UNCLEAR  # to this user


def test_sheets_are_let_go_after_two_days(batch, system, staff, time_machine):
    with pytest.raises(PermissionDenied):
        actions.forget_imports(by=staff)
    assert actions.forget_imports(by=system) == 0

    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(days=2, minutes=1))
    assert actions.forget_imports(by=system) == 1
    batch.refresh_from_db()
    assert batch.state == ImportState.DROPPED
