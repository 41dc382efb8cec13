import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.accounts import actions
from shuanglian.accounts.models import User
from shuanglian.core.audit import history
from tests.people import COUNTY, person, with_factor

GOOD = "Dingxiang-2026"


@pytest.fixture
def newcomer(db):
    return person("zhangsan", "张三")


def verbs(obj):
    return [entry.verb for entry in history(obj)]


def faults(excinfo):
    return excinfo.value.message_dict


def test_sysadmin_makes_an_account_that_must_change_its_first_password(sysadmin, monday):
    user = actions.create_user(
        by=sysadmin, username=" ZhangSan ", name="张三", mobile="+86 138-0013-8000", password=GOOD
    )
    user.refresh_from_db()
    assert (user.username, user.name, user.mobile, user.county) == ("zhangsan", "张三", "13800138000", COUNTY)
    assert user.must_change_password
    assert user.check_password(GOOD)
    entry = history(user).get()
    assert (entry.verb, entry.actor) == ("create", sysadmin)
    assert "password" not in entry.changes


@pytest.mark.parametrize("who", ["secadmin", "auditor", "staff", "stranger"])
def test_nobody_else_makes_accounts(who, request):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.create_user(by=by, username="zhangsan", name="张三", password=GOOD)


def test_account_without_password_cannot_sign_in_yet(sysadmin):
    user = actions.create_user(by=sysadmin, username="zhangsan", name="张三")
    assert not user.has_usable_password()
    assert not user.must_change_password


def test_create_user_says_everything_that_is_wrong(sysadmin, clerk):
    with pytest.raises(ValidationError) as refusal:
        actions.create_user(by=sysadmin, username="guanli", name=" ", mobile=clerk.mobile)
    assert faults(refusal) == {
        "name": ["请写姓名"],
        "username": ["账号“guanli”已有人用，请换一个"],
        "mobile": ["这个手机号已登记给另一个账号"],
    }


def test_user_name_may_not_be_the_mobile_of_another(sysadmin, clerk):
    with pytest.raises(ValidationError) as refusal:
        actions.create_user(by=sysadmin, username=clerk.mobile, name="张三")
    assert faults(refusal) == {"username": ["账号“13800000000”已有人用，请换一个"]}


def test_user_name_and_mobile_have_a_shape(sysadmin):
    with pytest.raises(ValidationError) as refusal:
        actions.create_user(by=sysadmin, username="张 三", name="张三", mobile="1380013800")
    assert faults(refusal) == {
        "username": ["账号用 2 到 40 个字母、数字或汉字，中间可以有点和短横"],
        "mobile": ["手机号应为 11 位，现在是 10 位"],
    }


def test_weak_password_is_refused_with_the_reasons(sysadmin):
    with pytest.raises(ValidationError) as refusal:
        actions.create_user(by=sysadmin, username="zhangsan", name="张三", password="xq9")
    assert faults(refusal) == {
        "password": [
            "密码至少 10 位，现在是 3 位",
            "大写字母、小写字母、数字、符号里至少要有三种，现在只有 2 种",
        ]
    }


def test_change_user_records_before_and_after(sysadmin, newcomer):
    actions.change_user(newcomer, by=sysadmin, mobile="13800138000")
    entry = history(newcomer).get()
    assert (entry.verb, entry.changes) == ("change", {"mobile": ["", "13800138000"]})


def test_change_user_is_the_system_administrators(secadmin, newcomer):
    with pytest.raises(PermissionDenied):
        actions.change_user(newcomer, by=secadmin, name="李四")


def test_sysadmin_of_another_county_is_refused(sysadmin, newcomer):
    User.objects.filter(pk=newcomer.pk).update(county="140922")
    newcomer.refresh_from_db()
    with pytest.raises(PermissionDenied):
        actions.change_user(newcomer, by=sysadmin, name="李四")


def test_account_is_shut_and_opened_again(sysadmin, newcomer):
    actions.deactivate_user(newcomer, by=sysadmin, note="已调离")
    newcomer.refresh_from_db()
    assert not newcomer.is_active
    with pytest.raises(ValidationError, match="这个账号已经停用了。"):
        actions.deactivate_user(newcomer, by=sysadmin)
    actions.reactivate_user(newcomer, by=sysadmin)
    with pytest.raises(ValidationError, match="这个账号现在就能登录。"):
        actions.reactivate_user(newcomer, by=sysadmin)
    assert verbs(newcomer) == ["reactivate", "deactivate"]
    assert history(newcomer).last().note == "已调离"


def test_nobody_shuts_his_own_account(sysadmin):
    with pytest.raises(PermissionDenied):
        actions.deactivate_user(sysadmin, by=sysadmin)


def test_reset_password_must_be_changed_by_its_owner(sysadmin, newcomer, monday):
    actions.reset_password(newcomer, by=sysadmin, password=GOOD)
    newcomer.refresh_from_db()
    assert newcomer.check_password(GOOD)
    assert newcomer.must_change_password
    assert newcomer.password_set == dt.datetime(2026, 3, 9, 1, 0, tzinfo=dt.UTC)
    assert verbs(newcomer) == ["reset_password"]
    assert history(newcomer).get().changes.keys() == {"must_change_password", "password_set"}


@pytest.mark.parametrize(
    ("by", "whose", "allowed"),
    [
        ("sysadmin", "staff", True),
        ("sysadmin", "secadmin", False),
        ("sysadmin", "sysadmin", False),
        ("secadmin", "sysadmin", True),
        ("secadmin", "auditor", True),
        ("secadmin", "staff", False),
        ("secadmin", "secadmin", False),
        ("auditor", "staff", False),
    ],
)
def test_who_resets_whose_password(by, whose, allowed, request):
    by, whose = request.getfixturevalue(by), request.getfixturevalue(whose)
    with_factor(whose)
    if allowed:
        assert actions.reset_password(whose, by=by, password=GOOD).check_password(GOOD)
    else:
        with pytest.raises(PermissionDenied):
            actions.reset_password(whose, by=by, password=GOOD)


def test_who_could_enter_alone_resets_no_administrators_password(secadmin, sysadmin):
    with pytest.raises(ValidationError) as refused:
        actions.reset_password(sysadmin, by=secadmin, password=GOOD)

    assert refused.value.messages == [
        f"{sysadmin.name}是管理员或者当过，还没有开启两步验证，不能由别人重置密码。"
        "请收回他现有的角色，分派给另一个开启了两步验证的账号。"
    ]


def test_taking_the_role_back_first_helps_nobody(secadmin, sysadmin):
    actions.end_role(sysadmin.assignments.get(), by=secadmin)

    with pytest.raises(ValidationError, match="不能由别人重置密码"):
        actions.reset_password(User.objects.get(pk=sysadmin.pk), by=secadmin, password=GOOD)


def test_no_way_round_through_a_role_given_and_taken_back(secadmin, sysadmin, newcomer):
    """Neither administrator alone gets hold of both the password and the second factor of one account."""
    with_factor(newcomer)
    role = actions.assign_role(newcomer, "auditor", by=secadmin)
    actions.reset_password(newcomer, by=secadmin, password=GOOD)
    actions.end_role(role, by=secadmin)

    with pytest.raises(PermissionDenied):
        actions.remove_second_factor(User.objects.get(pk=newcomer.pk), by=secadmin, note="手机丢了")
    with pytest.raises(PermissionDenied):
        actions.reset_password(User.objects.get(pk=newcomer.pk), by=sysadmin, password=GOOD)


def test_everybody_chooses_his_own_password(newcomer):
    newcomer.must_change_password = True
    actions.choose_password(newcomer, by=newcomer, password=GOOD)
    newcomer.refresh_from_db()
    assert newcomer.check_password(GOOD)
    assert not newcomer.must_change_password
    with pytest.raises(ValidationError, match="新密码不能和现在的一样"):
        actions.choose_password(newcomer, by=newcomer, password=GOOD)


def test_nobody_chooses_another_ones_password(sysadmin, newcomer):
    with pytest.raises(PermissionDenied):
        actions.choose_password(newcomer, by=sysadmin, password=GOOD)
