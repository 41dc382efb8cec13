import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shuanglian.core import actions, dictionary
from shuanglian.core.audit import history
from shuanglian.core.models import ImportBatch, ImportFile, ImportState, SavedView, Term
from shuanglian.core.registers import TERMS
from tests.factories.core import TermFactory

pytestmark = pytest.mark.django_db
RED = {"dictionary": "colour", "code": "R", "name": "红"}


def refusal(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refused:
        call(*args, **kwargs)
    error = refused.value
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def test_a_keeper_adds_a_word(staff, django_capture_on_commit_callbacks):
    assert dictionary.names("colour") == {}
    with django_capture_on_commit_callbacks(execute=True):
        term = actions.create_term(by=staff, **RED)

    assert [(entry.verb, entry.actor) for entry in history(term)] == [("create", staff)]
    assert dictionary.names("colour") == {"R": "红"}


def test_a_code_is_given_once(staff):
    TermFactory(dictionary="colour", code="R")

    assert refusal(actions.create_term, by=staff, **RED) == {"code": ["这个字典里已经有“R”了"]}


def test_dates_must_be_the_right_way_round(staff):
    dates = {"valid_from": dt.date(2026, 3, 2), "valid_to": dt.date(2026, 3, 1)}

    assert refusal(actions.create_term, by=staff, **RED, **dates) == {
        "valid_to": ["停用日期不能早于启用日期"]
    }


def test_a_word_is_renamed_and_ended_but_keeps_its_code(secadmin):
    term = TermFactory(dictionary="colour", code="R", name="红")
    actions.change_term(term, by=secadmin, **{**RED, "name": "大红"}, valid_to=dt.date(2026, 12, 31))

    (entry,) = history(term)
    assert entry.changes == {"name": ["红", "大红"], "valid_to": [None, "2026-12-31"]}
    assert refusal(actions.change_term, term, by=secadmin, code="G") == {
        "code": ["已经有内容用着它，不能改。可以停用这个词，另建一个"]
    }


@pytest.mark.parametrize("name", ["clerk", "sysadmin", "auditor", "stranger"])
def test_others_do_not_keep_dictionaries(request, name):
    user = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        actions.create_term(by=user, **RED)
    with pytest.raises(PermissionDenied):
        actions.change_term(TermFactory(), by=user, name="x")


def test_personal_settings_need_an_open_register(stranger):
    with pytest.raises(PermissionDenied):
        actions.choose_columns(TERMS, ["name"], by=stranger)
    with pytest.raises(PermissionDenied):
        actions.save_view(TERMS, "我的", "?q=1", by=stranger)
    with pytest.raises(PermissionDenied):
        actions.record_export(TERMS, 1, "", by=stranger)


def test_a_kept_list_is_replaced_by_its_name_and_only_ones_own_is_dropped(staff, secadmin):
    first = actions.save_view(TERMS, "常看", "?q=1", by=staff)
    second = actions.save_view(TERMS, "常看", "?q=2", by=staff)

    assert (first.pk, second.query) == (second.pk, "?q=2")
    with pytest.raises(PermissionDenied):
        actions.drop_view(second, by=secadmin)
    actions.drop_view(second, by=staff)
    assert SavedView.objects.count() == 0


def test_kept_lists_have_limits(staff):
    for number in range(actions.MOST_VIEWS):
        actions.save_view(TERMS, f"第{number}", "?", by=staff)

    assert refusal(actions.save_view, TERMS, "再一个", "?", by=staff) == {
        "name": ["最多存 12 组条件，请先删掉不用的"]
    }
    assert refusal(actions.save_view, TERMS, "长" * 21, "?", by=staff) == {
        "name": ["名字不能超过 20 个字，条件也不能太长"]
    }


def sheet(*rows):
    book = Workbook()
    for row in [["字典", "代码", "名称", "次序"], *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("../字典<补>.xlsx", out.getvalue())


@pytest.fixture
def batch(staff):
    TermFactory(dictionary="colour", code="G", name="绿")
    return actions.open_import(TERMS, sheet(["colour", "R", "红", 1], ["colour", "G", "青", 2]), by=staff)


SEEN = {"new": 1, "changed": 1, "same": 0, "wrong": 0}


def test_an_import_is_taken_in_privately(batch, staff):
    assert (batch.by, batch.register, batch.name, batch.state) == (staff, "terms", "字典补.xlsx", "open")
    assert batch.file.data[:4] == b"PK\x03\x04"


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
    seen = {"new": 0, "changed": 0, "same": 1, "wrong": 0}

    assert refusal(actions.confirm_import, again, TERMS, seen=seen, only_valid=True, by=staff) == [
        "没有要写入的行"
    ]


def test_only_who_brought_a_sheet_goes_on_with_it(batch, secadmin):
    for call in (
        lambda: actions.fix_import(batch, {"2": {"name": "x"}}, by=secadmin),
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

    assert refusal(actions.fix_import, batch, {}, by=staff) == ["这个文件已写入，不能再改"]
    assert refusal(actions.drop_import, batch, by=staff) == ["这个文件已写入，不能再改"]


def test_the_job_writes_once_what_was_confirmed(batch, staff):
    assert actions.write_import(batch, TERMS, by=staff).state == ImportState.OPEN  # not confirmed: nothing
    ImportBatch.objects.update(state=ImportState.WAITING)

    assert actions.write_import(batch, TERMS, by=staff).state == ImportState.WRITTEN
    assert actions.write_import(batch, TERMS, by=staff).state == ImportState.WRITTEN
    assert len(history(staff)) == 1


def test_a_job_whose_file_is_gone_says_so(batch, staff):
    ImportBatch.objects.update(state=ImportState.WAITING)
    ImportFile.objects.all().delete()
    failed = actions.write_import(batch, TERMS, by=staff)

    assert (failed.state, failed.wrong) == (
        ImportState.FAILED,
        {"": "这个文件放得太久，已经清掉了，请重新选择"},
    )


def test_sheets_are_let_go_after_two_days(batch, system, staff, time_machine):
    with pytest.raises(PermissionDenied):
        actions.forget_imports(by=staff)
    assert actions.forget_imports(by=system) == 0

    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(days=2, minutes=1))
    assert actions.forget_imports(by=system) == 1
    batch.refresh_from_db()
    assert batch.state == ImportState.DROPPED
