import pytest

from shuanglian.core import actions
from shuanglian.core.models import Suggestion
from tests.web.queries.test_desk import rows_of, titles
from tests.web.views.test_home import text_of

pytestmark = pytest.mark.django_db


def test_anybody_can_say_something_without_signing_in(client, monday):
    assert 'href="/suggest/"' in client.get("/").content.decode()
    answer = client.post("/suggest/", {"body": "字太小了", "contact": "13800000000"}, follow=True)

    assert "收到了，5 个工作日内答复。" in text_of(answer)
    row = Suggestion.objects.get()
    assert (row.body, row.contact, row.by, row.county) == ("字太小了", "13800000000", None, "140921")


def test_who_is_signed_in_sees_the_answer_on_the_same_page(client, monday, clerk, staff):
    client.force_login(clerk)
    page = text_of(client.post("/suggest/", {"body": "字太小了"}, follow=True))
    assert "答复会发到您的消息里" in page
    assert "字太小了 3月9日提出 最晚 3月16日答复" in page
    actions.answer_suggestion(Suggestion.objects.get(), by=staff, answer="右上角可以调大")

    assert "3月9日答复：右上角可以调大" in text_of(client.get("/suggest/"))


def test_an_empty_box_says_what_is_missing(client, monday):
    answer = client.post("/suggest/", {"body": " "})

    assert (answer.status_code, "请写一句您的意见" in text_of(answer)) == (422, True)
    assert Suggestion.objects.count() == 0


def test_five_in_an_hour_are_enough(client, monday, clerk):
    answers = [client.post("/suggest/", {"body": f"第 {n} 条"}) for n in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [422]
    assert "您刚才已经提了几条，请过一小时再提" in text_of(answers[5])
    assert Suggestion.objects.count() == 5
    client.force_login(clerk)
    assert client.post("/suggest/", {"body": "别人的一条"}).status_code == 302


def test_the_office_finds_it_on_its_desk_and_answers(client, monday, staff, approver, liaison):
    row = actions.send_suggestion(by=None, county="140921", body="字太小了")
    assert titles(approver) == {"suggestions": ["字太小了"]}
    assert titles(liaison) == {}
    (line,) = rows_of(staff, "suggestions")
    assert (line.text, line.left, line.act.href) == ("3月9日提出", 7, f"/suggestions/{row.pk}/")

    client.force_login(staff)
    assert "答复" in text_of(client.get(line.act.href))
    client.post(f"/suggestions/{row.pk}/do/answer/", {"answer": "可以调大"})
    row.refresh_from_db()
    assert (row.answer, row.answered_by) == ("可以调大", staff)
    assert titles(staff) == {}


@pytest.mark.parametrize(("proxies", "sixth"), [(0, 422), (1, 302)])
def test_an_address_that_a_proxy_reports_counts_only_when_the_proxy_is_ours(
    client, monday, settings, proxies, sixth
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    answers = [
        client.post("/suggest/", {"body": f"第 {n} 条"}, headers={"x-forwarded-for": f"10.0.0.{n}"})
        for n in range(6)
    ]

    assert [answer.status_code for answer in answers] == [302] * 5 + [sixth]
