import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from shuanglian.core.models import ImportBatch
from shuanglian.directory.models import PartyBranch
from shuanglian.directory.queries import hosts_of
from shuanglian.directory.registers.branches import BRANCHES
from tests.factories.directory import PartyBranchFactory
from tests.people import organization


def plan(client, staff, *rows):
    book = Workbook()
    book.active.append(["党组织全称", "党组织代码", "类别", "覆盖单位名称", "正式党员数"])
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    client.force_login(staff)
    answer = client.post(BRANCHES.url("import"), {"file": SimpleUploadedFile("党组织.xlsx", out.getvalue())})
    return answer.url, ImportBatch.objects.latest("pk")


def test_a_sheet_names_the_organisations_a_branch_covers(client, staff, guanli, haokun):
    address, told = plan(client, staff, ["联合支部", "1", "联合支部", "冠力集团、昊坤集团", 6])
    assert told.counts["new"] == 1
    client.post(address, {"do": "write", **{f"seen-{kind}": n for kind, n in told.counts.items()}})
    assert hosts_of(PartyBranch.objects.get()) == [guanli, haokun]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("冠力集闭", "企业台账里没有“冠力集闭”，是不是“冠力集团”？"),
        ("鑫达厂", "有不止一家“鑫达厂”，请改写统一社会信用代码"),
        ("ABCDEFG", "企业台账里没有“ABCDEFG”"),
    ],
)
def test_organisations_that_are_unclear_are_named(client, staff, guanli, town, typed, reason):
    organization("鑫达厂", 5, town)
    organization("鑫达厂", 6, town)
    _, told = plan(client, staff, ["甲支部", "1", "独立支部", typed, 6])
    assert [told for row in told.rows.filter(kind="wrong") for told, _ in row.wrong.values()] == [reason]


def test_detail_says_what_the_rules_would_ask(client, staff, guanli):
    branch = PartyBranchFactory(hosts=[guanli], full_members=2)
    client.force_login(staff)
    page = client.get(BRANCHES.url("detail", branch.pk)).text
    assert "独立支部要有正式党员 3 人以上，现在登记 2 人" in page
    assert "冠力集团" in page


def test_branch_is_ended_with_its_ground(client, staff, guanli, monday):
    branch = PartyBranchFactory(hosts=[guanli])
    client.force_login(staff)
    client.post(BRANCHES.url("move", branch.pk, "end"), {"note": "定组〔2026〕5号"})
    branch.refresh_from_db()
    assert branch.ended_on == monday


def test_new_branch_through_the_form(client, staff, guanli):
    client.force_login(staff)
    facts = {"name": "冠力集团党支部", "kind": "independent", "full_members": 5, "probationary_members": 0}
    wrong = client.post(BRANCHES.url("new"), {**facts, "term_years": 3, "hosts": ""})
    assert (wrong.status_code, "独立支部只覆盖一个单位，现在是 0 个" in wrong.text) == (422, True)
    client.post(BRANCHES.url("new"), {**facts, "term_years": 3, "hosts": "冠力集团"})
    assert hosts_of(PartyBranch.objects.get()) == [guanli]
