import re

import pytest

from shuanglian.core.audit import history
from shuanglian.core.register import paper
from shuanglian.directory.models import Organization

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]


def texts(answer, tag):
    return re.findall(rf"<{tag}[^>]*>([^<]*)</{tag}>", answer.content.decode())


def test_the_sheet_has_title_unit_date_all_rows_and_the_sum(monday, client, staff, guanli, haokun):
    Organization.objects.update(member_count=7)
    client.force_login(staff)
    answer = client.get("/sample/print/?sort=-name&q=集团")

    assert texts(answer, "h1") == ["两新组织基本情况台账"]
    assert [text for text in texts(answer, "span") if "填报" in text or "共 " in text] == [
        "填报单位：定襄县委非公和社会组织工委　　打印日期：2026-03-09",
        "共 2 家，条件：“集团”",
    ]
    assert texts(answer, "th")[:3] == ["序号", "组织名称", "统一社会信用代码"]
    cells = texts(answer, "td")
    assert [cell for cell in cells if "集团" in cell] == ["山西昊坤法兰集团有限公司", "冠力集团"]
    assert (cells[-13], "14" in cells[-13:]) == ("合计", True)


def test_only_the_columns_of_the_list_when_asked(client, staff, guanli):
    client.force_login(staff)

    assert texts(client.get("/sample/print/?cols=shown"), "th")[:4] == [
        "序号",
        "组织名称",
        "统一社会信用代码",
        "组织类别",
    ]


def test_printing_is_written_down_and_asks_for_permission(client, staff, clerk, guanli):
    client.force_login(staff)
    client.head("/sample/print/")
    client.get("/sample/print/?q=冠力")
    client.force_login(clerk)

    assert client.get("/sample/print/").status_code == 403
    assert [(e.verb, e.note) for e in history(staff)] == [
        ("print", "两新组织基本情况台账，1 家，条件：“冠力”")
    ]
    assert list(history(clerk)) == []


def test_too_many_rows_are_a_sentence(client, staff, guanli, haokun, monkeypatch):
    monkeypatch.setattr(paper, "MOST_ROWS", 1)
    client.force_login(staff)
    answer = client.get("/sample/print/")

    assert answer.status_code == 422
    assert "一次最多打印 1 家，请加条件缩小范围" in answer.content.decode()
    assert list(history(staff)) == []


def test_an_empty_list_prints_a_sentence_and_nonsense_is_named(client, staff):
    client.force_login(staff)
    body = client.get("/sample/print/?sort=xyz&cols=9").content.decode()

    assert ("没有符合条件的内容" in body, "看不懂，没有用上：排序：xyz" in body) == (True, True)
