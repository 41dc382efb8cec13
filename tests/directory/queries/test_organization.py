import datetime as dt

import pytest

from shuanglian.accounts.choices import Role
from shuanglian.directory import queries
from shuanglian.directory.choices import Registration
from shuanglian.directory.models import Organization
from tests.factories.directory import OrganizationFactory, PartyBranchFactory
from tests.people import give, person


def names(rows):
    return sorted(row.name for row in rows)


@pytest.fixture
def county(guanli, haokun):
    return ["冠力集团", "山西昊坤法兰集团有限公司"]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("staff", ["冠力集团", "山西昊坤法兰集团有限公司"]),
        ("approver", ["冠力集团", "山西昊坤法兰集团有限公司"]),
        ("liaison", ["冠力集团", "山西昊坤法兰集团有限公司"]),
        ("system", ["冠力集团", "山西昊坤法兰集团有限公司"]),
        ("township_clerk", ["冠力集团"]),
        ("clerk", ["冠力集团"]),
        ("instructor", ["冠力集团"]),
        ("other_clerk", ["山西昊坤法兰集团有限公司"]),
        ("handler", []),
        ("auditor", []),
        ("sysadmin", []),
        ("stranger", []),
    ],
)
def test_who_sees_which_organisations(county, who, seen, request, django_assert_num_queries):
    user = request.getfixturevalue(who)
    with django_assert_num_queries(2 if seen else 1):  # his roles, and the rows unless there can be none
        assert names(queries.organizations_visible_to(user)) == seen


def test_the_role_chosen_in_the_session_decides(county, clerk, town, other_town):
    give(clerk, Role.TOWNSHIP, other_town.pk)
    assert names(queries.organizations_visible_to(clerk)) == county
    clerk.act_as(clerk.held[0].pk)
    assert names(queries.organizations_visible_to(clerk)) == ["冠力集团"]


def test_a_role_that_is_over_shows_nothing(guanli):
    user = person("zhangsan", "张三")
    give(user, Role.OWNER, guanli.pk, ends=dt.date(2022, 1, 1))
    assert names(queries.organizations_visible_to(user)) == []


def test_other_counties_are_hidden_from_everybody(staff, clerk, guanli):
    Organization.objects.update(county="140922")
    assert names(queries.organizations_visible_to(staff)) == []
    assert names(queries.organizations_visible_to(clerk)) == []


def test_organisations_one_stands_for(clerk, instructor, staff, guanli):
    assert names(queries.organizations_of(clerk)) == ["冠力集团"]
    assert names(queries.organizations_of(instructor)) == []
    assert names(queries.organizations_of(instructor, [Role.INSTRUCTOR])) == ["冠力集团"]
    assert names(queries.organizations_of(staff)) == []


def test_in_business_leaves_out_who_is_gone(guanli, haokun):
    haokun.registration = Registration.MOVED
    haokun.save()
    assert names(queries.in_business(Organization.objects.all())) == ["冠力集团"]


def test_gap_list_empties_as_branches_and_postings_come(staff, guanli, haokun, monday):
    closed = OrganizationFactory(registration=Registration.CANCELLED)
    assert closed not in queries.uncovered_organizations(staff)
    assert set(queries.uncovered_organizations(staff)) == {guanli, haokun}
    PartyBranchFactory(hosts=[guanli])
    assert set(queries.uncovered_organizations(staff)) == {haokun}
    person("liusufang", "刘素芳", Role.INSTRUCTOR, haokun.pk)
    assert set(queries.uncovered_organizations(staff)) == set()


def test_an_ended_branch_and_a_posting_that_is_over_cover_nothing(staff, guanli, monday):
    PartyBranchFactory(hosts=[guanli], ended_on=monday)
    user = person("liusufang", "刘素芳")
    give(user, Role.INSTRUCTOR, guanli.pk, ends=monday - dt.timedelta(days=1))
    assert list(queries.uncovered_organizations(staff)) == [guanli]


def test_coverage_in_words(staff, guanli, haokun, instructor, django_assert_num_queries):
    PartyBranchFactory(name="昊坤集团党支部", hosts=[haokun])
    OrganizationFactory(name="无人厂")
    rows = queries.organizations_with_coverage(staff)
    with django_assert_num_queries(1):
        told = {row.name: queries.coverage_of(row) for row in rows}
    assert told == {
        "冠力集团": ("指导员联系", ""),
        "山西昊坤法兰集团有限公司": ("独立支部", "昊坤集团党支部"),
        "无人厂": ("未覆盖", ""),
    }
