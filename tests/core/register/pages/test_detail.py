import pytest
from django.urls import path

from config.urls import handler403, handler404
from shuanglian.core.audit import history
from shuanglian.core.register import index
from shuanglian.core.register.declare import Panel
from shuanglian.directory.models import Organization
from tests.core.register.sample_urls import urlpatterns as sample_urls

__all__ = ["handler403", "handler404", "urlpatterns"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
urlpatterns = [path("panel/<int:pk>/", lambda request, pk: None, name="test.panel"), *sample_urls]


@pytest.fixture
def page(client, staff, guanli):
    client.force_login(staff)
    return lambda query="": client.get(f"/sample/{guanli.pk}/{query}").content.decode()


def test_the_page_shows_sections_buttons_and_who_may_see_it(page, guanli):
    body = page()

    assert f'<p class="sl-num">{guanli.uscc}</p>' in body
    assert "<dt>组织类别</dt>" in body
    assert "<dt>核对日期</dt>" not in body  # nothing filled in
    assert f'href="/sample/{guanli.pk}/edit/"' in body
    assert [body.count(f">{label}</a>") for label in ("登记党员数", "停用")] == [1, 1]
    assert "停用后不再出现在台账和统计里。30 天内可以恢复。" in body
    assert "蒋村镇的经办人和工委工作人员能看。" in body


def test_others_do_not_read_who_may_see_it(client, clerk, guanli):
    client.force_login(clerk)
    body = client.get(f"/sample/{guanli.pk}/").content.decode()

    assert "谁能看" not in body
    assert f'href="/sample/{guanli.pk}/edit/"' not in body
    assert "核对无误" in body


def test_without_scripts_the_question_is_shown_in_its_place(page):
    assert '<dialog class="sl-dialog" id="do-archive" aria-labelledby="do-archive-t" open>' in page(
        "?open=archive"
    )


def test_the_way_out_of_a_question_is_plain_whatever_the_act_is_called(page):
    body = page("?open=archive")

    assert ("data-close>先不办</a>" in body, "先不停用" in body) == (True, False)


def test_one_press_is_enough_when_nothing_is_asked(client, page, guanli, staff):
    answer = client.post(f"/sample/{guanli.pk}/do/check/", follow=True)

    guanli.refresh_from_db()
    assert (answer.redirect_chain, guanli.checked_by) == ([(f"/sample/{guanli.pk}/", 302)], staff)
    assert "已核对无误" in answer.content.decode()


def test_a_reason_must_be_given(client, page, guanli):
    empty = client.post(f"/sample/{guanli.pk}/do/archive/", {"note": " "})
    given = client.post(f"/sample/{guanli.pk}/do/archive/", {"note": "已注销"})

    assert (empty.status_code, given.status_code) == (422, 302)
    assert "理由没有填" in empty.content.decode()
    assert 'id="do-archive" aria-labelledby="do-archive-t" data-open-now' in empty.content.decode()
    assert [(entry.verb, entry.note) for entry in history(guanli)] == [("archive", "已注销")]


def test_what_was_typed_stays_when_the_action_refuses(client, page, guanli):
    answer = client.post(f"/sample/{guanli.pk}/do/count/", {"members": "1000"})
    body = answer.content.decode()

    assert answer.status_code == 422
    assert "党员数太多，请核对" in body
    assert 'value="1000"' in body


def test_a_refusal_without_a_form_is_said_on_the_page(client, page, guanli):
    Organization.objects.filter(pk=guanli.pk).update(registration="moved")
    answer = client.post(f"/sample/{guanli.pk}/do/check/", follow=True)

    assert "已经注销，不用核对" in answer.content.decode()


def test_pressing_needs_permission_and_a_button_that_exists(client, clerk, guanli):
    client.force_login(clerk)

    assert client.post(f"/sample/{guanli.pk}/do/archive/", {"note": "x"}).status_code == 403
    assert client.post(f"/sample/{guanli.pk}/do/explode/").status_code == 404
    assert client.get(f"/sample/{guanli.pk}/do/check/").status_code == 405


def test_a_hidden_row_has_no_buttons(client, clerk, haokun):
    client.force_login(clerk)

    assert client.get(f"/sample/{haokun.pk}/").status_code == 404
    assert client.post(f"/sample/{haokun.pk}/do/check/").status_code == 404


def test_panels_of_upper_apps_are_loaded_for_those_who_may(page, guanli, monkeypatch):
    panels = [
        Panel(Organization, "走访", "test.panel", lambda user, row: True),
        Panel(Organization, "秘密", "test.panel", lambda user, row: False),
    ]
    monkeypatch.setattr(index, "panels", panels)
    body = page()

    assert f'hx-get="/panel/{guanli.pk}/" hx-trigger="load"' in body
    assert f'<a href="/panel/{guanli.pk}/">看走访</a>' in body
    assert "秘密" not in body
