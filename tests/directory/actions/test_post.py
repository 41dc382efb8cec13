import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.accounts.choices import Role, Scope
from shuanglian.core.models import Notice
from shuanglian.directory import actions
from tests.people import organization, person


@pytest.fixture
def newcomer(db):
    return person("zhangsan", "张三")


@pytest.mark.parametrize("place", ["昊坤集团", "山西昊坤法兰集团有限公司", " 昊坤集团 ", "code"])
def test_a_place_is_found_by_name_short_name_or_code(secadmin, newcomer, haokun, place):
    typed = haokun.uscc.lower() if place == "code" else place
    post = actions.appoint(
        by=secadmin, user=newcomer, role=Role.ENTERPRISE_CLERK, place=typed, title="办公室"
    )
    assert (post.scope, post.scope_id, post.title) == (Scope.ORGANIZATION, haokun.pk, "办公室")


def test_units_and_townships_are_found_too(secadmin, newcomer, kejiju, town):
    assert (
        actions.appoint(by=secadmin, user=newcomer, role=Role.PARTNER_HANDLER, place="县科技局").scope_id
        == kejiju.pk
    )
    assert actions.appoint(by=secadmin, user=newcomer, role=Role.TOWNSHIP, place="蒋村镇").scope_id == town.pk


def test_county_wide_roles_need_no_place(secadmin, newcomer):
    assert actions.appoint(by=secadmin, user=newcomer, role=Role.STAFF, place="写了也不看").scope_id is None


def test_an_unknown_place_is_named(secadmin, newcomer):
    with pytest.raises(ValidationError) as refusal:
        actions.appoint(by=secadmin, user=newcomer, role=Role.OWNER, place="没有的厂")
    assert refusal.value.message_dict == {
        "place": ["没有找到名称是“没有的厂”的企业或社会组织，请照台账里的全称填写"]
    }


def test_two_places_of_a_name_are_not_guessed(secadmin, newcomer, town):
    organization("鑫达厂", 8, town)
    organization("鑫达厂", 9, town)
    with pytest.raises(ValidationError) as refusal:
        actions.appoint(by=secadmin, user=newcomer, role=Role.OWNER, place="鑫达厂")
    assert refusal.value.message_dict == {"place": ["有不止一个“鑫达厂”，请写统一社会信用代码或全称"]}


def test_missing_place_is_asked_for(secadmin, newcomer):
    with pytest.raises(ValidationError) as refusal:
        actions.appoint(by=secadmin, user=newcomer, role=Role.OWNER)
    assert refusal.value.message_dict == {"place": ["请写所在的企业或社会组织"]}


@pytest.mark.parametrize("who", ["sysadmin", "staff", "stranger"])
def test_posts_are_given_by_the_security_administrator(who, request, newcomer):
    with pytest.raises(PermissionDenied):
        actions.appoint(by=request.getfixturevalue(who), user=newcomer, role=Role.STAFF)


def test_the_committee_asks_for_an_instructor_and_only_the_security_administrator_hears(
    staff, secadmin, sysadmin, guanli
):
    actions.ask_instructor(guanli, by=staff, note=" 正在筹建支部 ")
    assert list(Notice.objects.values_list("user__name", "text", "address")) == [
        ("安全管理员乙", "冠力集团（蒋村镇）没有党建指导员，请您分派：正在筹建支部", "/posts/new/")
    ]
    with pytest.raises(ValidationError, match="两周内已经请过了"):
        actions.ask_instructor(guanli, by=staff)


@pytest.mark.parametrize("who", ["township_clerk", "clerk", "secadmin"])
def test_asking_is_the_committees(who, request, guanli):
    with pytest.raises(PermissionDenied):
        actions.ask_instructor(guanli, by=request.getfixturevalue(who))
