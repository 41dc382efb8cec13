import io

import pytest
from openpyxl import load_workbook

from shuanglian.core.audit import history
from shuanglian.core.register import sheet

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


def test_too_many_rows_are_a_plain_sentence(client, staff, guanli, haokun, monkeypatch):
    monkeypatch.setattr(sheet, "MOST_ROWS", 1)
    client.force_login(staff)
    answer = client.get("/sample/export/")

    assert answer.status_code == 422
    assert "一次最多导出 1 家，现在的条件下更多。请加条件缩小范围，再导出。" in answer.content.decode()
    assert list(history(staff)) == []


def test_exporting_needs_permission(client, clerk, guanli):
    client.force_login(clerk)

    assert client.get("/sample/export/").status_code == 403
    assert list(history(clerk)) == []


def test_the_empty_ledger_has_headings_only(client, staff, guanli):
    client.force_login(staff)

    assert names(client.get("/sample/template/")) == []
