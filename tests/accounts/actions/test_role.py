import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.accounts import actions
from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.audit import history
from tests.people import give, person, with_factor


@pytest.fixture
def newcomer(db):
    return person("zhangsan", "张三")


def verbs(obj):
    return [entry.verb for entry in history(obj)]


def faults(excinfo):
    return excinfo.value.message_dict


def test_secadmin_gives_a_role_with_its_scope(secadmin, newcomer, guanli, monday):
    post = actions.assign_role(
        newcomer, Role.ENTERPRISE_CLERK, by=secadmin, scope_id=guanli.pk, title="办公室主任"
    )
    assert (post.scope, post.scope_id, post.starts, post.ends) == (
        Scope.ORGANIZATION,
        guanli.pk,
        monday,
        None,
    )
    assert post.title == "办公室主任"
    assert newcomer.holds(Role.ENTERPRISE_CLERK)
    assert verbs(post) == ["assign"]


@pytest.mark.parametrize("who", ["sysadmin", "auditor", "staff", "stranger"])
def test_nobody_else_gives_roles(who, request, newcomer):
    with pytest.raises(PermissionDenied):
        actions.assign_role(newcomer, Role.STAFF, by=request.getfixturevalue(who))


def test_secadmin_gives_himself_nothing(secadmin):
    with pytest.raises(PermissionDenied):
        actions.assign_role(secadmin, Role.STAFF, by=secadmin)


@pytest.mark.parametrize("role", [Role.SECADMIN, Role.AUDITOR, Role.STAFF])
def test_an_administrator_holds_nothing_else(secadmin, sysadmin, role):
    with pytest.raises(ValidationError) as refusal:
        actions.assign_role(sysadmin, role, by=secadmin)
    assert faults(refusal) == {
        "role": [
            "系统管理员、安全管理员、审计员三个角色要由不同的人担任，也不能兼其他角色。系统管理员甲已经是系统管理员。"
        ]
    }


def test_business_people_become_no_administrators(secadmin, staff):
    with_factor(staff)
    with pytest.raises(ValidationError) as refusal:
        actions.assign_role(staff, Role.AUDITOR, by=secadmin)
    assert faults(refusal) == {
        "role": [
            "系统管理员、安全管理员、审计员三个角色要由不同的人担任，也不能兼其他角色。王晓岚已经是工委工作人员。"
        ]
    }


def test_a_role_that_is_over_is_no_hindrance(secadmin, newcomer, monday):
    give(newcomer, Role.STAFF, starts=dt.date(2025, 1, 1), ends=dt.date(2026, 3, 8))
    with_factor(newcomer)
    assert actions.assign_role(newcomer, Role.AUDITOR, by=secadmin).role == Role.AUDITOR


def test_an_administrator_has_set_up_a_second_factor_before(secadmin, newcomer):
    with pytest.raises(ValidationError) as refusal:
        actions.assign_role(newcomer, Role.SYSADMIN, by=secadmin)

    assert faults(refusal) == {
        "user": [f"{newcomer.name}还没有开启两步验证。请先让本人登录开启，再分派管理员角色。"]
    }
    assert not newcomer.assignments.exists()


def test_same_role_twice_at_a_time_is_refused(secadmin, clerk, guanli, haokun):
    with pytest.raises(ValidationError) as refusal:
        actions.assign_role(clerk, Role.ENTERPRISE_CLERK, by=secadmin, scope_id=guanli.pk)
    assert faults(refusal) == {"role": ["周建国这段时间已经是企业经办人，不用再派"]}
    assert (
        actions.assign_role(clerk, Role.ENTERPRISE_CLERK, by=secadmin, scope_id=haokun.pk).scope_id
        == haokun.pk
    )


@pytest.mark.parametrize(
    ("role", "post", "sentences"),
    [
        (Role.SYSTEM, {}, {"role": ["“系统自动办理”不能分派给人"]}),
        (Role.STAFF, {"scope_id": 7}, {"scope_id": ["工委工作人员管全县，不用选范围"]}),
        (Role.TOWNSHIP, {}, {"scope_id": ["请选乡镇党委经办所在的乡镇"]}),
        (
            Role.STAFF,
            {"starts": dt.date(2026, 3, 9), "ends": dt.date(2026, 3, 8)},
            {"ends": ["结束日期不能早于起始日期"]},
        ),
    ],
)
def test_assign_role_checks_scope_and_dates(secadmin, newcomer, role, post, sentences):
    with pytest.raises(ValidationError) as refusal:
        actions.assign_role(newcomer, role, by=secadmin, **post)
    assert faults(refusal) == sentences


def test_shut_account_gets_no_role(secadmin, newcomer):
    User.objects.filter(pk=newcomer.pk).update(is_active=False)
    with pytest.raises(ValidationError) as refusal:
        actions.assign_role(newcomer, Role.STAFF, by=secadmin)
    assert faults(refusal) == {"user": ["张三的账号已经停用，请先恢复账号"]}


def test_role_taken_back_is_void_at_once_and_can_be_given_again(secadmin, newcomer, monday):
    post = actions.assign_role(newcomer, Role.STAFF, by=secadmin)
    actions.end_role(post, by=secadmin, note="调整分工")
    assert not User.objects.get(pk=newcomer.pk).holds(Role.STAFF)
    post.refresh_from_db()
    assert (post.ends, verbs(post)) == (monday, ["end", "assign"])
    with pytest.raises(ValidationError, match="这个角色已经结束了。"):
        actions.end_role(post, by=secadmin)
    again = actions.assign_role(newcomer, Role.STAFF, by=secadmin)
    assert again.pk != post.pk
    assert User.objects.get(pk=newcomer.pk).holds(Role.STAFF)


def test_end_role_is_the_security_administrators_and_never_his_own(sysadmin, secadmin, staff):
    with pytest.raises(PermissionDenied):
        actions.end_role(staff.held[0], by=sysadmin)
    with pytest.raises(PermissionDenied):
        actions.end_role(secadmin.held[0], by=secadmin)
