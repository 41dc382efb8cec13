import pytest

from shuanglian.core.audit import history
from shuanglian.directory.models import Organization

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.register.sample_urls")]


@pytest.fixture
def typed(town):
    return {
        "name": "新锻造厂",
        "uscc": "",
        "kind": "private_enterprise",
        "division": town.pk,
        "member_count": "3",
        "note": "",
    }


def test_a_new_row_is_made_by_the_action(client, staff, typed):
    client.force_login(staff)
    answer = client.post("/sample/new/", typed)
    row = Organization.objects.get()

    assert (answer.status_code, answer.url) == (302, f"/sample/{row.pk}/")
    assert (row.name, row.member_count, row.county) == ("新锻造厂", 3, "140921")


def test_what_was_typed_stays_beside_its_errors(client, staff, typed):
    client.force_login(staff)
    answer = client.post("/sample/new/", {**typed, "kind": "", "note": "写了很多"})
    body = answer.content.decode()

    assert answer.status_code == 422
    assert body.count("组织类别没有填") == 2  # in the summary and at the field
    assert 'value="写了很多"' in body
    assert "请选择" in body


def test_a_refusal_of_the_action_stands_at_its_field(client, staff, typed):
    client.force_login(staff)
    answer = client.post("/sample/new/", {**typed, "name": "传销公司"})

    assert answer.status_code == 422
    assert '<div class="sl-err" id="id_name_error">' in answer.content.decode()
    assert Organization.objects.count() == 0


def test_a_change_is_recorded_from_what_was_stored(client, staff, guanli, typed):
    client.force_login(staff)
    answer = client.post(f"/sample/{guanli.pk}/edit/", {**typed, "name": "冠力集团", "uscc": guanli.uscc})

    assert answer.status_code == 302
    assert [entry.changes for entry in history(guanli)] == [{"member_count": [0, 3]}]


def test_the_form_is_filled_with_what_is_stored(client, staff, guanli):
    client.force_login(staff)
    body = client.get(f"/sample/{guanli.pk}/edit/").content.decode()

    assert "<h1>修改冠力集团</h1>" in body
    assert 'value="冠力集团"' in body
    assert f'data-draft="sample-{guanli.pk}"' in body


def test_only_visible_rows_can_be_chosen(client, staff, typed):
    client.force_login(staff)
    answer = client.post("/sample/new/", {**typed, "division": 987654})

    assert answer.status_code == 422
    assert Organization.objects.count() == 0


def test_forms_need_permission(client, clerk, guanli, haokun, typed):
    client.force_login(clerk)

    assert client.get("/sample/new/").status_code == 403
    assert client.post("/sample/new/", typed).status_code == 403
    assert client.get(f"/sample/{guanli.pk}/edit/").status_code == 403
    assert client.post(f"/sample/{haokun.pk}/edit/", typed).status_code == 404
