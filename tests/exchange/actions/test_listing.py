from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from docx import Document
from openpyxl import load_workbook

from shuanglian.exchange import actions
from shuanglian.exchange.models import ListIssue
from shuanglian.exchange.papers import list_excel, list_word
from shuanglian.exchange.queries.lists import NEED_HEADINGS, OFFER_HEADINGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(promise, opened, staff):
    type(opened).objects.filter(pk=opened.pk).update(contact_name="周建国", contact_phone="13800000000")
    return actions.issue_list("needs", by=staff)


def test_issues_are_numbered_and_frozen(issue, opened, staff):
    assert (issue.version, str(issue), len(issue.rows)) == (1, "《项目需求清单》第1期", 1)
    row = dict(zip(NEED_HEADINGS, issue.rows[0], strict=True))
    assert (row["需求编号"], row["提出单位"], row["状态"], row["认领单位"]) == (
        "XQ20260001",
        "冠力集团",
        "待首次对接",
        "县科技局",
    )
    assert actions.issue_list("needs", by=staff).version == 2
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ListIssue.objects.filter(pk=issue.pk).update(rows=[])


def test_the_workbook_has_the_ledgers_title_and_columns(issue):
    sheet = load_workbook(BytesIO(list_excel(issue, public=False))).active

    assert sheet["A1"].value == "《项目需求清单》"
    assert [c.value for c in sheet[3]] == NEED_HEADINGS
    assert sheet["J4"].value == "13800000000"


def test_the_public_version_hides_contacts(issue):
    sheet = load_workbook(BytesIO(list_excel(issue, public=True))).active

    row = dict(zip(NEED_HEADINGS, [c.value for c in sheet[4]], strict=True))
    assert (row["提出单位"], row["联系人"], row["联系电话"]) == ("冠力集团", "", "")


def test_the_word_file_has_title_and_table(offer, staff):
    paper = Document(BytesIO(list_word(actions.issue_list("offers", by=staff), public=True)))

    assert paper.paragraphs[0].text == "《共享开放清单》"
    assert [c.text for c in paper.tables[0].rows[0].cells] == OFFER_HEADINGS
    assert paper.tables[0].rows[1].cells[4].text == "专家入企"


def test_a_formula_typed_by_somebody_stays_text(submitted, guanli, clerk, staff):
    need = actions.post_need(guanli, by=clerk, detail="=HYPERLINK(1)", category="KJ")
    actions.accept_need(need, by=staff)
    sheet = load_workbook(BytesIO(list_excel(actions.issue_list("needs", by=staff), public=False))).active

    titles = [sheet.cell(row, 6) for row in (4, 5)]
    assert {(c.value, c.data_type) for c in titles} >= {("=HYPERLINK(1)", "s")}


def test_an_empty_list_is_not_issued(monday, staff):
    with pytest.raises(ValidationError, match="现在没有可以印发的内容"):
        actions.issue_list("needs", by=staff)


@pytest.mark.parametrize("who", ["handler", "clerk", "auditor"])
def test_only_staff_issue(promise, request, who):
    with pytest.raises(PermissionDenied):
        actions.issue_list("needs", by=request.getfixturevalue(who))
