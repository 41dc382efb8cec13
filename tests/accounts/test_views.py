import logging
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from shuanglian.accounts import actions
from shuanglian.accounts.choices import Role
from shuanglian.accounts.middleware import ACTING
from shuanglian.accounts.models import User
from shuanglian.accounts.registers import USERS
from tests.people import give, person

GOOD = "Dingxiang-2026"
BETTER = "Fangshan-2027"
DOOR = "/accounts/login/"


@pytest.fixture
def zhangsan(db):
    user = person("zhangsan", "张三", Role.STAFF, mobile="13800138000")
    user.set_password(GOOD)
    user.save()
    return user


@pytest.fixture
def demo(settings):
    settings.SHUANGLIAN_DEMO = True


@pytest.fixture
def demo_clerk(guanli):
    return person("demo-guanli", "周建国", Role.ENTERPRISE_CLERK, guanli.pk)


# ---- in and out ----


def test_sign_in_leads_to_where_one_wanted_to_go(client, zhangsan):
    page = client.get(f"{DOOR}?next=/needs/")
    assert '<input type="hidden" name="next" value="/needs/">' in page.text
    answer = client.post(DOOR, {"login": "13800138000", "password": GOOD, "next": "/needs/"})
    assert answer["Location"] == "/needs/"
    assert client.session["_auth_user_id"] == str(zhangsan.pk)


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_sign_in_never_leads_elsewhere(client, zhangsan, target):
    answer = client.post(DOOR, {"login": "zhangsan", "password": GOOD, "next": target})
    assert answer["Location"] == "/"


def test_wrong_password_keeps_the_name_and_the_way_back(client, zhangsan):
    page = client.post(DOOR, {"login": "zhangsan", "password": "x", "next": "/needs/"})
    assert page.status_code == 422
    assert 'value="zhangsan"' in page.text
    assert 'name="next" value="/needs/"' in page.text


def test_missing_fields_are_named(client, db):
    page = client.post(DOOR, {})
    assert page.status_code == 422
    assert "请写账号或手机号" in page.text
    assert "请写密码" in page.text


def test_cookie_goes_with_the_browser_and_is_closed_to_scripts(client, zhangsan):
    client.post(DOOR, {"login": "zhangsan", "password": GOOD})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")


def test_sign_up_and_mail_pages_do_not_exist(client, db):
    for path in ("signup", "email", "password/reset", "confirm-email", "inactive"):
        assert client.get(f"/accounts/{path}/").status_code == 404


def test_sign_out_asks_and_then_forgets(client, zhangsan):
    client.force_login(zhangsan)
    assert "退出后，再看需求和办事要重新登录。" in client.get("/accounts/logout/").text
    assert client.post("/accounts/logout/")["Location"] == DOOR
    assert "_auth_user_id" not in client.session


def test_no_page_of_signing_in_carries_inline_code(client, zhangsan):
    client.force_login(zhangsan)
    for path in ("password/change", "logout", "2fa"):
        page = client.get(f"/accounts/{path}/").text
        assert not [bad for bad in ("style=", "onclick", "<script>", "data:image") if bad in page]


# ---- passwords ----


def test_own_password_is_changed_and_said(client, zhangsan):
    User.objects.update(must_change_password=True)
    client.force_login(zhangsan)
    assert (
        "现在用的是初始密码，请先换成只有您知道的密码。"
        in client.get("/accounts/password/change/?why=first").text
    )
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": GOOD, "password1": BETTER, "password2": BETTER}
    )
    assert answer.status_code == 302
    zhangsan.refresh_from_db()
    assert zhangsan.check_password(BETTER)
    assert not zhangsan.must_change_password
    assert client.get("/accounts/2fa/").status_code == 200


def test_password_change_says_what_is_wrong_at_the_field(client, zhangsan):
    client.force_login(zhangsan)
    page = client.post(
        "/accounts/password/change/", {"oldpassword": "wrong", "password1": "short", "password2": "other"}
    ).text
    assert "现在的密码不对，请再试一次" in page
    assert "密码至少 10 位，现在是 5 位" in page


@pytest.mark.parametrize(
    ("first", "again", "sentence"),
    [(BETTER, BETTER + "x", "两遍写的不一样，请再写一遍"), (GOOD, GOOD, "新密码不能和现在的一样")],
)
def test_new_passwords_agree_and_are_new(client, zhangsan, first, again, sentence):
    client.force_login(zhangsan)
    page = client.post(
        "/accounts/password/change/", {"oldpassword": GOOD, "password1": first, "password2": again}
    )
    assert sentence in page.text


def test_account_without_password_can_set_one(client, stranger):
    stranger.set_unusable_password()
    stranger.save()
    client.force_login(stranger)
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
    client.post("/accounts/password/set/", {"password1": GOOD, "password2": GOOD})
    stranger.refresh_from_db()
    assert stranger.check_password(GOOD)


# ---- the second factor ----


def test_second_factor_is_set_up_asked_and_replaced_by_a_recovery_code(client, zhangsan, monday):
    client.post(DOOR, {"login": "zhangsan", "password": GOOD})
    start = client.get("/accounts/2fa/totp/activate/")
    assert start["Location"].startswith("/accounts/reauthenticate/")
    client.post(start["Location"], {"password": GOOD, "next": "/accounts/2fa/totp/activate/"})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search("<code>([A-Z2-7]+)</code>", page.text)[1]
    assert '<rect fill="white"' in page.text
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000" if code != "000000" else "000001"})
    assert "验证码不对，请看清楚后再输一次" in wrong.text
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert Authenticator.objects.filter(user=zhangsan).count() == 2
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert codes[0] in client.get("/accounts/2fa/recovery-codes/").text
    assert codes[0] in client.get("/accounts/2fa/recovery-codes/download/").text
    client.post("/accounts/logout/")

    answer = client.post(DOOR, {"login": "zhangsan", "password": GOOD})
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert "密码对了，还差一步。" in client.get(answer["Location"]).text
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]})["Location"] == "/"
    client.post("/accounts/reauthenticate/", {"password": GOOD})
    assert "还剩 9 个，共 10 个。" in client.get("/accounts/2fa/recovery-codes/").text
    assert "关闭后只凭密码登录" in client.get("/accounts/2fa/totp/deactivate/").text
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()


# ---- roles ----


def test_role_is_chosen_and_given_up_again(client, staff, town):
    post = give(staff, Role.TOWNSHIP, town.pk)
    client.force_login(staff)
    assert client.post("/accounts/role/", {"role": post.pk, "next": "/needs/"})["Location"] == "/needs/"
    assert client.session[ACTING] == post.pk
    client.post("/accounts/role/", {"role": ""})
    assert ACTING not in client.session


@pytest.mark.parametrize("chosen", ["other", "0", "x", "-1", "9" * 30])
def test_a_role_one_does_not_hold_is_refused(client, staff, clerk, chosen):
    client.force_login(staff)
    value = clerk.held[0].pk if chosen == "other" else chosen
    assert client.post("/accounts/role/", {"role": value}).status_code == 403
    assert ACTING not in client.session


def test_choosing_a_role_is_a_form_of_people_who_signed_in(client, db):
    assert client.get("/accounts/role/").status_code == 405
    assert client.post("/accounts/role/", {"role": "1"}).status_code == 302


# ---- the demonstration ----


def test_outside_the_demonstration_there_are_no_doors(client, demo_clerk):
    assert "演示" not in client.get(DOOR).text
    assert client.post("/accounts/demo/", {"username": "demo-guanli"}).status_code == 404


def test_one_click_signs_in_in_the_demonstration(client, demo, demo_clerk):
    assert "企业经办人" in client.get(DOOR).text
    answer = client.post("/accounts/demo/", {"username": "demo-guanli", "next": "/needs/"})
    assert answer["Location"] == "/needs/"
    assert client.session["_auth_user_id"] == str(demo_clerk.pk)


@pytest.mark.parametrize("username", ["zhangsan", "demo-nobody", ""])
def test_no_click_for_others(client, demo, demo_clerk, zhangsan, username):
    assert client.post("/accounts/demo/", {"username": username}).status_code == 404


def test_doors_want_the_csrf_token(demo, demo_clerk):
    assert (
        Client(enforce_csrf_checks=True).post("/accounts/demo/", {"username": "demo-guanli"}).status_code
        == 403
    )


# ---- a second factor that was lost ----


def with_factor(user):
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    return user


def test_the_security_administrator_switches_a_lost_factor_off_on_the_page(client, secadmin, staff):
    with_factor(staff)
    telephone = Client()
    telephone.force_login(staff)
    assert telephone.get("/").status_code == 200
    client.force_login(secadmin)
    page = client.get(USERS.url("detail", staff.pk))
    assert "关闭两步验证" in page.text

    refused = client.post(USERS.url("move", staff.pk, "remove_second_factor"), {"note": ""})
    assert (refused.status_code, Authenticator.objects.count()) == (422, 1)
    client.post(USERS.url("move", staff.pk, "remove_second_factor"), {"note": "手机丢失"})

    assert Authenticator.objects.count() == 0
    assert telephone.get("/accounts/2fa/")["Location"].startswith("/accounts/login/")
    after = client.get(USERS.url("detail", staff.pk)).text
    assert "手机丢失" in after
    assert USERS.url("move", staff.pk, "remove_second_factor") not in after


def test_who_may_not_switch_it_off_finds_no_button_and_is_refused(client, sysadmin, staff):
    with_factor(staff)
    client.force_login(sysadmin)
    address = USERS.url("move", staff.pk, "remove_second_factor")
    assert address not in client.get(USERS.url("detail", staff.pk)).text
    assert client.post(address, {"note": "手机丢失"}).status_code == 403
    assert Authenticator.objects.count() == 1


def test_an_administrator_sets_it_up_anew_before_anything_else(client, sysadmin, auditor):
    actions.remove_second_factor(with_factor(auditor), by=sysadmin, note="手机丢失")
    auditor.refresh_from_db()
    client.force_login(auditor)

    assert client.get("/")["Location"] == "/accounts/2fa/totp/activate/?why=lost"
    assert client.get("/accounts/2fa/totp/activate/").status_code in {200, 302}
    with_factor(auditor)
    assert client.get("/").status_code == 200
    assert "关闭两步验证" not in client.get("/accounts/2fa/").text


def test_a_missing_key_is_said_on_a_page(client, settings, zhangsan, caplog):
    caplog.set_level(logging.CRITICAL)
    with_factor(zhangsan)
    settings.FACTOR_KEYS = ["another-key-0123456789"]
    client.post(DOOR, {"login": "zhangsan", "password": GOOD})
    answer = client.post("/accounts/2fa/authenticate/", {"code": "123456"})
    assert (answer.status_code, "不是您输错了，请不要反复试。" in answer.text) == (503, True)
