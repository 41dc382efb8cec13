import pytest

from shuanglian.core.register import acting
from shuanglian.directory.models import Organization

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]


@pytest.fixture
def press(client, staff, guanli, haokun):
    """Press a bulk button for both organisations."""
    client.force_login(staff)
    return lambda do, **fields: client.post(
        "/sample/bulk/", {"do": do, "row": [guanli.pk, haokun.pk], "here": "?sort=name", **fields}
    )


def test_what_needs_no_words_is_done_at_once(press, staff):
    answer = press("check")

    assert (answer.status_code, answer.url) == (302, "/sample/?sort=name")
    assert Organization.objects.filter(checked_by=staff).count() == 2


def test_a_reason_is_asked_first_and_the_rows_are_listed(press):
    answer = press("archive")
    body = answer.content.decode()

    assert answer.status_code == 200
    assert "<h1>停用这 2 家？</h1>" in body
    assert [name in body for name in ("冠力集团", "山西昊坤法兰集团有限公司")] == [True, True]
    assert Organization.objects.filter(registration="cancelled").count() == 0


def test_the_answered_question_does_it(press):
    assert press("archive", sure="1", note="").status_code == 422
    assert press("archive", sure="1", note="已注销").status_code == 302
    assert Organization.objects.filter(registration="cancelled").count() == 2


def test_what_could_not_be_done_is_named_with_its_reason(press, haokun):
    Organization.objects.filter(pk=haokun.pk).update(registration="moved")
    body = press("check").content.decode()

    assert "已核对无误 1 家，1 家没有办成" in body
    assert "已经注销，不用核对" in body


def test_rows_out_of_sight_are_counted(press, guanli):
    body = press("check", row=[guanli.pk, 987654]).content.decode()

    assert "另外 1 家" in body
    assert "已经不在您能看到的范围里" in body


def test_all_rows_of_the_list_are_meant_and_asked_about_first(press, client, staff, guanli, haokun):
    asked = press("check", row=[], all="1", here="?q=冠力")
    assert asked.status_code == 200
    body = asked.content.decode()
    assert ("<h1>核对无误这 1 家？</h1>" in body, f'name="row" value="{guanli.pk}"' in body) == (True, True)
    assert Organization.objects.filter(checked_by=staff).count() == 0

    assert press("check", row=[guanli.pk], sure="1", here="?q=冠力").url == "/sample/?q=%E5%86%A0%E5%8A%9B"
    assert list(Organization.objects.filter(checked_by=staff)) == [guanli]


def test_all_is_not_more_than_a_person_can_answer_for(press, monkeypatch, client):
    monkeypatch.setattr(acting, "MOST_ROWS", 1)

    assert press("check", all="1").status_code == 302
    assert "一次最多 1 行" in client.get("/sample/").content.decode()


@pytest.mark.parametrize(
    ("rows", "sentence"), [([], "请先勾选要办的行"), (["x", "9" * 30], "请先勾选要办的行")]
)
def test_nothing_chosen_is_said(press, client, rows, sentence):
    answer = press("check", row=rows)

    assert answer.status_code == 302
    assert sentence in client.get(answer.url).content.decode()


def test_too_many_at_once_is_said(press, client):
    answer = press("check", row=list(range(1, 502)))

    assert "一次最多 500 行，请少选一些" in client.get(answer.url).content.decode()


def test_only_bulk_buttons_exist(press):
    assert press("explode").status_code == 404


def test_who_may_not_is_told_for_every_row(press, client, clerk, guanli):
    client.force_login(clerk)
    body = client.post(
        "/sample/bulk/", {"do": "count", "row": [guanli.pk], "sure": "1", "members": "3"}
    ).content.decode()

    assert "您的角色不能登记党员数" in body
