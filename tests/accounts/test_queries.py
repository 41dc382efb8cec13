import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from shuanglian.accounts import queries
from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import User
from tests.factories.accounts import EntryFactory
from tests.people import COUNTY, give, person


@pytest.mark.parametrize("who", ["sysadmin", "secadmin"])
def test_the_two_administrators_see_the_accounts_of_their_county(who, request, staff, system):
    user = request.getfixturevalue(who)
    person("elsewhere", "外县人")
    User.objects.filter(username="elsewhere").update(county="140922")
    assert set(queries.users_visible_to(user)) == {user, staff}


@pytest.mark.parametrize("who", ["auditor", "clerk", "stranger"])
def test_everybody_else_sees_himself(who, request, staff):
    user = request.getfixturevalue(who)
    assert list(queries.users_visible_to(user)) == [user]


def test_assignments_likewise(secadmin, staff, clerk, system):
    assert {post.user for post in queries.assignments_visible_to(secadmin)} == {secadmin, staff, clerk}
    assert {post.user for post in queries.assignments_visible_to(clerk)} == {clerk}


def test_history_is_for_the_auditor_of_the_county(auditor, sysadmin, staff):
    entry = EntryFactory()
    foreign = EntryFactory(actor__county="140922")
    assert list(queries.entries_visible_to(auditor)) == [entry]
    assert list(queries.entries_visible_to(sysadmin)) == []
    assert list(queries.entries_visible_to(staff)) == []
    assert foreign.pk


def test_people_in_scope(guanli, haokun, clerk, other_clerk, instructor, monday):
    give(other_clerk, Role.OWNER, guanli.pk, ends=monday - dt.timedelta(days=1))
    roles = [Role.OWNER, Role.ENTERPRISE_CLERK]
    assert list(queries.people_in_scope(Scope.ORGANIZATION, guanli.pk, roles)) == [clerk]
    assert list(queries.people_in_scope(Scope.ORGANIZATION, guanli.pk, [Role.INSTRUCTOR])) == [instructor]
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert list(queries.people_in_scope(Scope.ORGANIZATION, guanli.pk, roles)) == []


def test_people_of_the_county(staff, approver, liaison):
    found = queries.people_in_scope(Scope.COUNTY, None, [Role.STAFF, Role.APPROVER], county=COUNTY)
    assert set(found) == {staff, approver}
    assert list(queries.people_in_scope(Scope.COUNTY, None, [Role.STAFF], county="140922")) == []


def test_system_user(system):
    assert queries.system_user(COUNTY) == system
    with pytest.raises(User.DoesNotExist):
        queries.system_user("140922")


def test_demonstration_accounts_in_the_order_they_were_made(db):
    first, second = person("demo-staff", "王晓岚", Role.STAFF), person("demo-clerk", "周建国")
    person("demo-gone", "走了", is_active=False)
    person("nodemo", "别人")
    assert list(queries.demonstration_accounts()) == [first, second]


def test_roles_between(staff, monday):
    assert [p.role for p in queries.roles_between(staff, monday, None)] == [Role.STAFF]
    assert list(queries.roles_between(staff, dt.date(2020, 1, 1), dt.date(2020, 12, 31))) == []


@pytest.mark.parametrize(
    ("who", "reader"),
    [
        ("staff", "staff"),
        ("approver", "staff"),
        ("township_clerk", "staff"),
        ("auditor", "staff"),
        ("sysadmin", "staff"),
        ("handler", "unit"),
        ("clerk", "enterprise"),
        ("instructor", "enterprise"),
    ],
)
def test_whom_pages_speak_to(request, who, reader):
    assert queries.audience_of(request.getfixturevalue(who)) == reader


def test_pages_speak_to_the_public_and_to_the_role_acted_in(kejiju, clerk):
    assert queries.audience_of(AnonymousUser()) == "public"
    chosen = give(clerk, Role.PARTNER_HANDLER, kejiju.pk)
    clerk.act_as(chosen.pk)
    assert queries.audience_of(clerk) == "unit"
