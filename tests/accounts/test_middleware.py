import datetime as dt

import pytest

from shuanglian.accounts.choices import Role
from shuanglian.accounts.middleware import ACTING
from shuanglian.accounts.models import User
from tests.people import give

DOOR = "/accounts/login/"
INSIDE = "/accounts/2fa/"  # any page for people who signed in
NINE = dt.datetime(2026, 3, 9, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def at(time_machine):
    """Move to so many seconds after nine."""

    def move(seconds=0, **span):
        time_machine.move_to(NINE + dt.timedelta(seconds=seconds, **span), tick=False)

    move()
    return move


def test_idle_for_half_an_hour_ends_the_session_with_a_sentence(client, staff, at):
    client.force_login(staff)
    assert client.get(INSIDE).status_code == 200
    at(minutes=29)
    assert client.get(INSIDE).status_code == 200
    at(minutes=58, seconds=50)
    assert client.get(INSIDE).status_code == 200
    at(minutes=89)
    gone = client.get(INSIDE)
    assert gone["Location"] == f"{DOOR}?next=%2Faccounts%2F2fa%2F&expired=1"
    assert "登录过期了，请重新登录。刚才填的内容已经存好。" in client.get(gone["Location"]).text


def test_an_administrator_has_fifteen_minutes(client, sysadmin, at):
    client.force_login(sysadmin)
    client.get(INSIDE)
    at(minutes=15)
    assert client.get(INSIDE).status_code == 200
    at(minutes=30, seconds=1)
    assert client.get(INSIDE)["Location"] == f"{DOOR}?next=%2Faccounts%2F2fa%2F&expired=1"
    assert client.get(INSIDE)["Location"] == f"{DOOR}?next=%2Faccounts%2F2fa%2F"


def test_who_never_signed_in_reads_nothing_about_it(client, db):
    assert client.get(INSIDE)["Location"] == f"{DOOR}?next=%2Faccounts%2F2fa%2F"


def test_session_is_written_at_most_once_a_minute(client, staff, at, django_assert_num_queries):
    client.force_login(staff)
    client.get(INSIDE)
    at(59)
    with django_assert_num_queries(5):  # session, user, roles; the page's own two
        client.get(INSIDE)
    assert client.session["seen"] == int(NINE.timestamp())
    at(61)
    client.get(INSIDE)
    assert client.session["seen"] == int(NINE.timestamp()) + 61


def test_a_form_sent_too_late_leads_back_to_its_page(client, staff, at):
    client.force_login(staff)
    client.get(INSIDE)
    at(minutes=31)
    late = client.post(
        "/accounts/role/", {"role": ""}, headers={"referer": "http://testserver/needs/new/?from=3"}
    )
    assert late["Location"] == f"{DOOR}?next=%2Fneeds%2Fnew%2F%3Ffrom%3D3&expired=1"


def test_a_foreign_referer_leads_home(client, staff, at):
    client.force_login(staff)
    at(minutes=31)
    late = client.post("/accounts/role/", headers={"referer": "https://elsewhere.example/x"})
    assert late["Location"] == f"{DOOR}?next=%2F&expired=1"


def test_a_fragment_sends_the_whole_page_to_sign_in(client, db):
    answer = client.get(
        INSIDE, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/needs/?q=a"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"{DOOR}?next=%2Fneeds%2F%3Fq%3Da")


def test_first_password_is_changed_before_anything_else(client, staff):
    User.objects.filter(pk=staff.pk).update(must_change_password=True)
    client.force_login(staff)
    assert client.get(INSIDE)["Location"] == "/accounts/password/change/?why=first"
    assert (
        client.get(INSIDE, headers={"HX-Request": "true"})["HX-Redirect"]
        == "/accounts/password/change/?why=first"
    )
    assert client.get("/accounts/logout/").status_code == 200


@pytest.mark.parametrize(("days", "status"), [(90, 200), (91, 302)])
def test_administrators_change_theirs_every_ninety_days(client, secadmin, at, days, status):
    User.objects.filter(pk=secadmin.pk).update(password_set=NINE - dt.timedelta(days=days))
    client.force_login(secadmin)
    assert client.get(INSIDE).status_code == status


def test_nobody_else_has_to(client, staff, at):
    User.objects.filter(pk=staff.pk).update(password_set=NINE - dt.timedelta(days=1000))
    client.force_login(staff)
    assert client.get(INSIDE).status_code == 200


def test_chosen_role_narrows_what_the_user_acts_as(client, staff, town):
    post = give(staff, Role.TOWNSHIP, town.pk)
    client.force_login(staff)
    session = client.session
    session[ACTING] = post.pk
    session.save()
    user = client.get(INSIDE).wsgi_request.user
    assert [p.role for p in user.acting] == [Role.TOWNSHIP]
    assert [p.role for p in user.held] == [Role.STAFF, Role.TOWNSHIP]
