import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from shuanglian.exchange import actions
from shuanglian.exchange.models import ListIssue

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(opened, guanli, clerk, staff):
    """Beside the public need of 冠力集团 one that only the alliance may see."""
    need = actions.post_need(
        guanli,
        by=clerk,
        detail="想找律师看合同",
        category="FL",
        visibility="alliance",
        contact_phone="13800000000",
    )
    return actions.accept_need(need, by=staff)


@pytest.fixture
def issue(secret, staff):
    return actions.issue_list("needs", by=staff)


def file_of(client, issue, edition, form="xlsx"):
    answer = client.get(reverse("exchange.list_file", args=[issue.pk, edition, form]))
    return b"".join(answer.streaming_content) if answer.status_code == 200 else answer.status_code


def test_staff_look_at_the_rows_and_then_issue(client, secret, staff):
    client.force_login(staff)
    preview = client.get("/lists/needs/new/").content.decode()
    assert "印发《项目需求清单》" in preview
    assert "3月9日这一期共 2 项，公开版 1 项。" in preview
    assert ListIssue.objects.count() == 0

    page = client.post("/lists/needs/new/", follow=True).content.decode()
    assert "《项目需求清单》第 1 期已印发" in page
    assert "2026年3月9日印发　2 项" in page
    assert "内部版" in page
    client.post("/lists/needs/new/")
    assert sorted(ListIssue.objects.values_list("kind", "version")) == [("needs", 1), ("needs", 2)]


def test_an_empty_list_is_not_issued(client, monday, staff):
    client.force_login(staff)

    assert "现在没有可以印发的内容" in client.get("/lists/offers/new/").content.decode()
    assert "现在没有可以印发的内容。" in client.post("/lists/offers/new/", follow=True).content.decode()
    assert ListIssue.objects.count() == 0


def test_anybody_takes_the_public_edition(client, issue):
    page = client.get("/lists/").content.decode()
    assert ("公开版" in page, "内部版" in page, "印发本期清单" in page, "2 项" in page) == (
        True,
        False,
        False,
        False,
    )

    sheet = load_workbook(io.BytesIO(file_of(client, issue, "public"))).active
    assert sheet.cell(1, 1).value == "《项目需求清单》"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [(row[5], row[8], row[9]) for row in rows] == [("模具寿命短，想找热处理专家", "", "")]
    words = Document(io.BytesIO(file_of(client, issue, "public", "docx")))
    assert words.paragraphs[0].text == "《项目需求清单》"
    assert "13800000000" not in "".join(c.text for row in words.tables[0].rows for c in row.cells)


def test_the_internal_edition_is_for_staff(client, issue, staff, request):
    assert file_of(client, issue, "internal") == 404
    for who in ("handler", "clerk", "liaison", "auditor", "secadmin"):
        client.force_login(request.getfixturevalue(who))
        assert file_of(client, issue, "internal") == 404
    client.force_login(staff)
    sheet = load_workbook(io.BytesIO(file_of(client, issue, "internal"))).active

    assert [(sheet.cell(r, 6).value, sheet.cell(r, 10).value) for r in (4, 5)] == [
        ("模具寿命短，想找热处理专家", ""),
        ("想找律师看合同", "13800000000"),
    ]


def test_an_issue_stays_as_it_was(client, issue, secret, clerk, guanli, staff):
    before = ListIssue.objects.get().rows
    actions.withdraw_need(secret, by=clerk, note="不找了")

    assert ListIssue.objects.get().rows == before


@pytest.mark.parametrize("who", ["handler", "clerk", "liaison", "auditor"])
def test_only_staff_issue(client, secret, request, who):
    client.force_login(request.getfixturevalue(who))

    assert [client.get("/lists/needs/new/").status_code, client.post("/lists/needs/new/").status_code] == [
        403,
        403,
    ]
    assert ListIssue.objects.count() == 0


def test_what_does_not_exist_is_404(client, issue, staff):
    client.force_login(staff)
    wrong = ["/lists/people/new/", "/lists/999/public.xlsx", f"/lists/{issue.pk}/secret.xlsx"]

    assert [client.get(a).status_code for a in [*wrong, f"/lists/{issue.pk}/public.pdf"]] == [404] * 4


def test_the_page_asks_the_same_number_of_questions_of_any_number_of_issues(client, issue, staff):
    client.force_login(staff)
    client.get("/lists/")
    with CaptureQueriesContext(connection) as one:
        client.get("/lists/")
    for _ in range(5):
        actions.issue_list("needs", by=staff)
    with CaptureQueriesContext(connection) as six:
        page = client.get("/lists/").content.decode()

    assert ("第 6 期" in page, len(six)) == (True, len(one))
