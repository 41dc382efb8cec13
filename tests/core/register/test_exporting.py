import io

import pytest
from openpyxl import load_workbook

from shuanglian.core import actions
from shuanglian.core.models import Export, ExportState
from shuanglian.core.register import exporting, index, sheet
from tests.core.register.sample import SAMPLE

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]


@pytest.fixture(autouse=True)
def sample_is_a_register(monkeypatch):
    monkeypatch.setitem(index.by_slug, "sample", SAMPLE)


def ordered(user, query="", form="xlsx"):
    return actions.order_export(SAMPLE, query, form, total=2, by=user)


def files():
    folder = actions.stored("exports")
    return sorted(folder.iterdir()) if folder.exists() else []


def names():
    page = load_workbook(io.BytesIO(files()[0].read_bytes())).active
    return [page.cell(row, 2).value for row in range(4, page.max_row + 1)]


def state():
    return Export.objects.values_list("state", "done", "reason").get()


def test_the_job_makes_the_file_of_the_address(staff, guanli, haokun):
    exporting.make(ordered(staff, "?sort=-name&q=集团"))

    assert names() == ["山西昊坤法兰集团有限公司", "冠力集团"]
    assert state() == (ExportState.READY, 2, "")
    assert files()[0].parent.stat().st_mode & 0o077 == 0


def test_csv_is_made_the_same_way(staff, guanli):
    exporting.make(ordered(staff, form="csv"))

    assert files()[0].read_bytes().startswith("\ufeff序号,组织名称".encode())


def test_it_sees_what_the_one_who_asked_saw_and_no_more(township_clerk, guanli, haokun):
    exporting.make(ordered(township_clerk))

    assert names() == ["冠力集团"]


def test_a_role_chosen_when_asking_holds_for_the_job(staff, guanli, haokun):
    staff.act_as(staff.held[0].pk)
    export = Export.objects.get(pk=ordered(staff).pk)
    exporting.make(export)

    assert [post.pk for post in export.by.acting] == export.acted_as


def test_a_role_that_is_over_ends_it(staff, guanli, secadmin):
    export = ordered(staff)
    staff.held[0].__class__.objects.filter(user=staff).update(ended_at="2026-01-01T00:00Z")
    exporting.make(Export.objects.get(pk=export.pk))

    assert state() == (ExportState.FAILED, 0, exporting.CHANGED_ROLE)
    assert files() == []


def test_dropping_stops_it_at_the_next_stretch(staff, guanli, haokun, monkeypatch):
    monkeypatch.setattr(sheet, "CHUNK", 1)
    export = ordered(staff)
    monkeypatch.setattr(
        exporting,
        "rows_of",
        lambda asked: (actions.drop_export(export, by=staff) or row for row in (guanli, haokun)),
    )
    exporting.make(export)

    assert state() == (ExportState.DROPPED, 0, "")
    assert files() == []


def test_an_accident_is_told_and_leaves_nothing_behind(staff, guanli, monkeypatch):
    monkeypatch.setattr(exporting, "rows_of", lambda asked: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        exporting.make(ordered(staff))

    assert state() == (ExportState.FAILED, 0, exporting.BROKEN)
    assert files() == []


def test_a_second_run_starts_anew_and_a_third_does_nothing(staff, guanli):
    export = ordered(staff)
    actions.start_export(export, by=staff)
    exporting.make(export)
    exporting.make(export)

    assert (state(), len(files())) == ((ExportState.READY, 1, ""), 1)


def test_progress_is_seen_while_it_is_made(staff, guanli, haokun, monkeypatch):
    monkeypatch.setattr(sheet, "CHUNK", 1)
    export = ordered(staff)
    actions.start_export(export, by=staff)
    counted = exporting.Counted(export, iter((guanli, haokun)), staff)

    assert [state()[1] for _ in counted] == [1, 2]
