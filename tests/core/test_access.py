import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from shuanglian.core.access import allow, can, declared, holds, in_county, require, who_may
from tests.people import give

pytestmark = pytest.mark.django_db


def test_undeclared_permission_means_no(staff):
    assert can(staff, "nobody.may_this") is False


def test_holds_asks_the_role_acted_under(staff, clerk):
    assert (holds("staff")(staff), holds("staff")(clerk), holds("staff")(AnonymousUser())) == (
        True,
        False,
        False,
    )


def test_a_role_set_aside_in_this_session_gives_no_permission(staff):
    give(staff, "auditor")
    staff.act_as(staff.assignments.get(role="auditor").pk)

    assert (holds("staff")(staff), holds("auditor")(staff)) == (False, True)


def test_require_raises_when_the_sentence_is_not_true(stranger):
    with pytest.raises(PermissionDenied):
        require(stranger, "exchange.accept_need")


def test_a_permission_has_one_sentence():
    with pytest.raises(KeyError):
        allow("exchange.accept_need", holds("staff"))


def test_every_permission_is_named_app_and_verb():
    assert [p for p in declared() if p.count(".") != 1 or "_" not in p.split(".")[1]] == []


def test_who_may_is_read_from_the_sentence_itself():
    assert who_may("directory.change_organization") == [
        "工委工作人员",
        "工委负责人",
        "乡镇党委经办（自己的范围内）",
    ]
    assert who_may("accounts.view_user") == ["系统管理员", "安全管理员"]
    assert who_may("nobody.may_this") == who_may("directory.view_division") == []


def test_the_account_of_the_machine_is_not_somebody():
    assert who_may("core.forget_imports") == []


def test_a_row_of_another_county_is_not_one_s_own(staff, guanli):
    own = in_county(staff, guanli), in_county(staff, None)
    guanli.county = "140922"

    assert (own, in_county(staff, guanli)) == ((True, True), False)
