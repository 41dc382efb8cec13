import io

import pytest
from openpyxl import load_workbook

from shuanglian.core import actions
from shuanglian.core.audit import history
from shuanglian.core.models import Export
from shuanglian.core.register import exporting, index, sheet
from tests.core.register.sample import SAMPLE

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]


def names(answer):
    page = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    return [page.cell(row, 2).value for row in range(4, page.max_row + 1)]


def test_the_narrowed_list_goes_out_in_its_order(monday, client, staff, guanli, haokun):
    client.force_login(staff)

    assert names(client.get("/sample/export/?sort=-name")) == ["山西昊坤法兰集团有限公司", "冠力集团"]
    answer = client.get("/sample/export/?q=冠力&as=xlsx")
    assert names(answer) == ["冠力集团"]
    assert "2026-03-09.xlsx" in answer.headers["Content-Disposition"]


def test_an_export_is_written_into_the_history(client, staff, guanli):
    client.force_login(staff)
    assert names(client.get("/sample/export/?q=冠力&is_scaled=0")) == ["冠力集团"]

    assert [(entry.verb, entry.note, entry.changes) for entry in history(staff)] == [
        ("export", "两新组织基本情况台账，1 家，条件：“冠力”、规模：规模以下", {})
    ]


def test_only_what_one_sees_goes_out(client, township_clerk, guanli, haokun):
    client.force_login(township_clerk)

    assert names(client.get("/sample/export/")) == ["冠力集团"]


@pytest.fixture
def long(monkeypatch):
    """Two rows are many."""
    monkeypatch.setattr(sheet, "MOST_ROWS", 1)
    monkeypatch.setitem(index.by_slug, "sample", SAMPLE)


def test_a_link_to_a_long_list_asks_first(client, staff, guanli, haokun, long):
    client.force_login(staff)
    answer = client.get("/sample/export/?sort=-name&page=3&as=csv")

    assert answer.status_code == 200
    assert 'action="/sample/export/?sort=-name"' in answer.content.decode()
    assert (list(history(staff)), Export.objects.count()) == ([], 0)


def test_a_long_list_is_made_by_a_job_and_fetched_by_who_asked(
    client, staff, approver, guanli, haokun, long, monday
):
    client.force_login(staff)
    answers = [client.post("/sample/export/?sort=-name&open=export", {"as": "xlsx"}) for _ in range(2)]
    export = Export.objects.get()
    here = f"/sample/exports/{export.pk}/"
    assert [answer.url for answer in answers] == [here, here]
    waiting = client.get(here).content.decode()
    assert ('hx-trigger="every 2s"' in waiting, "共 2 行" in waiting) == (True, True)
    assert client.get(here + "file/").url == here

    exporting.make(export)
    part = client.get(here, headers={"HX-Request-Type": "partial"}).content.decode()
    assert (part.startswith("<section"), "every" in part, here + "file/" in part) == (True, False, True)
    file = client.get(here + "file/")
    assert names(file) == ["山西昊坤法兰集团有限公司", "冠力集团"]
    assert "2026-03-09.xlsx" in file.headers["Content-Disposition"]
    assert here in client.get("/sample/exports/").content.decode()

    client.force_login(approver)
    assert [client.get(address).status_code for address in (here, here + "file/")] == [404, 404]
    assert client.post(here).status_code == 404
    assert here not in client.get("/sample/exports/").content.decode()


def test_giving_up_is_one_press(client, staff, guanli, haokun, long):
    client.force_login(staff)
    here = client.post("/sample/export/").url

    assert [client.post(here).url for _ in range(2)] == ["/sample/exports/"] * 2
    assert Export.objects.get().state == "dropped"
    assert "已取消" in client.get(here).content.decode()


def test_after_two_days_the_file_is_gone(client, staff, guanli, haokun, long, time_machine):
    client.force_login(staff)
    here = client.post("/sample/export/").url
    exporting.make(Export.objects.get())
    Export.objects.update(expires="2026-01-01T00:00Z")

    assert client.get(here + "file/").url == here
    assert "已过期" in client.get(here).content.decode()


def test_waiting_in_vain_is_said(client, staff, guanli, haokun, long):
    client.force_login(staff)
    here = client.post("/sample/export/").url
    Export.objects.update(updated="2026-01-01T00:00Z")

    assert "请告诉系统管理员" in client.get(here).content.decode()


def test_what_no_sheet_can_hold_and_too_many_at_once_are_sentences(
    client, staff, guanli, haokun, long, monkeypatch
):
    client.force_login(staff)
    for word in "abc":
        actions.order_export(SAMPLE, f"?q={word}", "xlsx", total=2, by=staff)
    busy = client.post("/sample/export/")
    monkeypatch.setattr(sheet, "MOST_IN_FILE", 1)
    large = client.get("/sample/export/")

    assert (busy.status_code, large.status_code) == (422, 422)
    assert "还在生成" in busy.content.decode()
    assert "一个文件最多 1 行" in large.content.decode()


def test_exporting_needs_permission(client, clerk, guanli):
    client.force_login(clerk)

    for address in ("/sample/export/", "/sample/exports/", "/sample/exports/1/", "/sample/exports/1/file/"):
        assert client.get(address).status_code == 403
    assert client.post("/sample/export/").status_code == 403
    assert list(history(clerk)) == []


def test_the_empty_ledger_has_headings_only(client, staff, guanli):
    client.force_login(staff)

    assert names(client.get("/sample/template/")) == []
