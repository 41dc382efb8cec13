import logging

import pytest
from django.contrib.auth import authenticate

from shuanglian.accounts import backends
from shuanglian.accounts.models import User
from shuanglian.accounts.passwords import open_again
from tests.people import person

GOOD = "Dingxiang-2026"
SHUT = "密码连续输错 5 次，这个账号锁定 30 分钟。请稍后再试，或请系统管理员重置密码。"


@pytest.fixture
def zhangsan(db):
    user = person("zhangsan", "张三", mobile="13800138000")
    user.set_password(GOOD)
    user.save()
    return user


def sign_in(client, login, password):
    return client.post("/accounts/login/", {"login": login, "password": password})


@pytest.mark.parametrize(
    "login", ["zhangsan", " ZhangSan ", "13800138000", "+86 138-0013-8000", "１３８００１３８０００"]
)
def test_name_or_mobile_and_password_are_the_key(zhangsan, login):
    assert authenticate(None, username=login, password=GOOD) == zhangsan


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("zhangsan", "wrong"),
        ("zhangsan", ""),
        ("", GOOD),
        ("lisi", GOOD),
        ("13900139000", GOOD),
        ("+86", GOOD),
    ],
)
def test_anything_else_is_none(zhangsan, login, password):
    assert authenticate(None, username=login, password=password) is None


def test_an_empty_mobile_is_nobodys_name(db):
    person("zhangsan", "张三")
    assert backends.account_named(" ") is None


def test_shut_account_stays_out(zhangsan):
    User.objects.update(is_active=False)
    assert authenticate(None, username="zhangsan", password=GOOD) is None


def test_password_is_hashed_with_argon2(zhangsan):
    assert zhangsan.password.startswith("argon2$argon2id$")


@pytest.mark.usefixtures("zhangsan")
def test_five_wrong_passwords_shut_the_account_for_name_and_mobile_alike(client, time_machine, caplog):
    caplog.set_level(logging.WARNING)
    time_machine.move_to("2026-03-09 09:00+08:00", tick=False)
    for login in ["zhangsan", "13800138000", "zhangsan", "13800138000", "zhangsan"]:
        page = sign_in(client, login, "wrong")
        assert (page.status_code, "账号（手机号）或密码不对，请再试一次。" in page.text) == (422, True)
    assert SHUT in sign_in(client, "zhangsan", GOOD).text
    assert SHUT in sign_in(client, "13800138000", GOOD).text
    time_machine.move_to("2026-03-09 09:29:59+08:00", tick=False)
    assert SHUT in sign_in(client, "zhangsan", GOOD).text
    time_machine.move_to("2026-03-09 09:30:01+08:00", tick=False)
    assert sign_in(client, "zhangsan", GOOD).status_code == 302
    assert [r.message for r in caplog.records if r.name == backends.__name__] == [
        "sign-in refused: zhangsan from 127.0.0.1"
    ] * 5


def test_a_reset_opens_the_account_at_once(client, zhangsan):
    for _ in range(5):
        sign_in(client, "zhangsan", "wrong")
    open_again(zhangsan)
    assert sign_in(client, "zhangsan", GOOD).status_code == 302


def test_unknown_names_are_not_told_apart_and_not_logged(client, db, caplog):
    page = sign_in(client, "my-secret-password", "x")
    assert "账号（手机号）或密码不对，请再试一次。" in page.text
    assert [r.message for r in caplog.records if r.name == backends.__name__] == [
        "sign-in refused: - from 127.0.0.1"
    ]


def test_nobody_can_sign_up():
    assert backends.Entrance().is_open_for_signup(None) is False
