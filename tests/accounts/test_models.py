import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.clock import now
from tests.people import give, person


@pytest.fixture
def zhangsan(db):
    return person("zhangsan", "张三")


@pytest.mark.parametrize(
    ("starts", "ends", "current"),
    [(0, None, True), (1, None, False), (-9, 0, True), (-9, -1, False), (0, 0, True)],
)
def test_roles_count_from_their_first_to_their_last_day(zhangsan, monday, starts, ends, current):
    day = dt.timedelta(days=1)
    post = give(
        zhangsan, Role.STAFF, starts=monday + starts * day, ends=None if ends is None else monday + ends * day
    )
    assert (zhangsan.holds(Role.STAFF), post.is_current) == (current, current)


def test_a_role_taken_back_does_not_count(zhangsan, monday):
    post = give(zhangsan, Role.STAFF)
    post.ended_at = now()
    post.save()
    assert (zhangsan.holds(Role.STAFF), post.is_current) == (False, False)


def test_roles_are_read_once(zhangsan, django_assert_num_queries):
    give(zhangsan, Role.STAFF)
    with django_assert_num_queries(1):
        assert zhangsan.holds(Role.STAFF)
        assert not zhangsan.holds(Role.OWNER)
    zhangsan.forget_roles()
    with django_assert_num_queries(1):
        assert zhangsan.holds(Role.STAFF)


def test_acting_narrows_to_one_and_ignores_what_is_not_held(zhangsan, guanli, town):
    clerk, township = give(zhangsan, Role.ENTERPRISE_CLERK, guanli.pk), give(zhangsan, Role.TOWNSHIP, town.pk)
    zhangsan.act_as(township.pk)
    assert zhangsan.acting == (township,)
    assert zhangsan.scope_ids(Scope.ORGANIZATION) == []
    zhangsan.act_as(0)
    assert zhangsan.acting == (clerk, township)
    zhangsan.act_as(99_999_999)
    assert zhangsan.acting == (clerk, township)
    assert zhangsan.scope_ids(Scope.ORGANIZATION, Role.ENTERPRISE_CLERK) == [guanli.pk]


def test_the_database_refuses_roles_without_sense(zhangsan, monday):
    facts = {"county": "140921", "user": zhangsan, "starts": monday}
    for wrong in (
        {"role": Role.STAFF, "scope": Scope.COUNTY, "scope_id": 7},
        {"role": Role.OWNER, "scope": Scope.ORGANIZATION},
        {"role": Role.STAFF, "scope": Scope.COUNTY, "ends": monday - dt.timedelta(days=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleAssignment.objects.create(**facts, **wrong)


def test_one_mobile_is_one_person_and_no_mobile_is_nobodys(zhangsan):
    person("lisi", "李四", mobile="13800138000")
    person("wangwu", "王五")
    with pytest.raises(IntegrityError), transaction.atomic():
        person("zhaoliu", "赵六", mobile="13800138000")


def test_django_finds_people_by_their_name(zhangsan):
    assert User.objects.get_by_natural_key("zhangsan") == zhangsan
    assert (zhangsan.has_perm("x"), zhangsan.has_module_perms("x")) == (False, False)
