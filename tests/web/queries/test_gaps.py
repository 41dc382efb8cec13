import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.accounts.choices import Role
from shuanglian.directory import actions as directory
from shuanglian.directory.choices import BranchKind
from shuanglian.exchange import actions
from shuanglian.web.queries.gaps import GAPS, gap_of, gaps_of, silent
from tests.factories.directory import OrganizationFactory, PartyBranchFactory
from tests.people import give
from tests.web.stories import posted

MONDAY = dt.datetime(2026, 3, 9, 1, tzinfo=dt.UTC)


def rows(user, key):
    found = gap_of(user, key, 10)
    assert found.filled.total == len(found.filled.rows)
    return [(row.title, row.act.text if row.act else "") for row in found.filled.rows]


@pytest.fixture
def branch(monday, guanli):
    """冠力集团's branch: its term is over and nobody leads it."""
    return PartyBranchFactory(name="冠力集团党支部", hosts=[guanli], term_start=dt.date(2023, 2, 1))


def test_each_gap_of_a_branch_names_the_act_that_closes_it(branch, staff):
    assert rows(staff, "overdue") == [("冠力集团党支部", "登记换届")]
    assert rows(staff, "headless") == [("冠力集团党支部", "登记书记")]
    directory.renew_branch(branch, by=staff, term_start=dt.date(2026, 3, 9), secretary_name="周建国")
    assert (rows(staff, "overdue"), rows(staff, "headless"), rows(staff, "renewal")) == ([], [], [])


def test_a_branch_soon_due_shows_how_long_is_left(monday, guanli, staff):
    PartyBranchFactory(hosts=[guanli], term_start=dt.date(2023, 6, 1))
    (row,) = gap_of(staff, "renewal", 10).filled.rows
    assert (row.left, row.act.href.split("?")[1]) == (84, "open=renew#do-renew")


def test_a_joint_branch_that_covers_six(monday, staff):
    branch = PartyBranchFactory(kind=BranchKind.JOINT, hosts=OrganizationFactory.create_batch(6))
    (row,) = gap_of(staff, "crowded", 10).filled.rows
    assert (row.title, row.act.href) == (branch.name, f"/branches/{branch.pk}/edit/")


def test_gaps_of_coverage_close_one_by_one(monday, guanli, haokun, staff):
    assert rows(staff, "uncovered") == [(haokun.name, "划入党组织"), ("冠力集团", "划入党组织")]
    joint = PartyBranchFactory(kind=BranchKind.JOINT, hosts=[haokun])
    directory.join_branch(guanli, by=staff, branch=joint)
    assert (rows(staff, "uncovered"), rows(staff, "no_branch")) == ([], [])
    give(staff, Role.INSTRUCTOR, haokun.pk)
    assert rows(staff, "no_instructor") == [("冠力集团", "请派指导员")]


def test_who_may_not_close_a_gap_sees_it_without_a_button(monday, guanli, haokun, township_clerk, instructor):
    assert rows(township_clerk, "uncovered") == []  # 刘素芳 is its instructor
    assert rows(township_clerk, "no_branch") == [("冠力集团", "")]
    assert rows(instructor, "no_branch") == [("冠力集团", "")]
    assert rows(township_clerk, "unchecked") == [("冠力集团", "核对无误")]
    assert rows(instructor, "unchecked") == [("冠力集团", "")]


def test_checked_once_a_year_with_one_press(monday, guanli, staff):
    (row,) = gap_of(staff, "unchecked", 10).filled.rows
    assert (row.act.posts, row.act.href) == (True, f"/organizations/{guanli.pk}/do/check/")
    directory.check_organization(guanli, by=staff)
    assert rows(staff, "unchecked") == []


@pytest.fixture
def quiet(monday, guanli):
    """冠力集团, of which the records know nothing."""
    return guanli


def test_silent_is_who_no_record_speaks_of(quiet, staff):
    assert list(silent(staff)) == [quiet]
    (row,) = gap_of(staff, "silent", 10).filled.rows
    assert (row.text, row.act.href) == (
        "蒋村镇　还没有联系记录",
        f"/organizations/{quiet.pk}/account/print/",
    )


def test_a_need_breaks_the_silence_for_six_months(quiet, clerk, staff, time_machine):
    posted(quiet, clerk)
    assert list(silent(staff)) == []
    time_machine.move_to(MONDAY + dt.timedelta(days=190), tick=False)
    (row,) = gap_of(staff, "silent", 10).filled.rows
    assert row.text == "蒋村镇　最近一次 2026年3月9日"


@pytest.mark.parametrize("how", ["message", "check", "instructor", "contact"])
def test_what_else_breaks_it(quiet, clerk, staff, handler, kejiju, system, time_machine, how):
    need = actions.accept_need(posted(quiet, clerk), by=staff)
    promise = actions.claim(need, by=handler, unit=kejiju)
    time_machine.move_to(MONDAY + dt.timedelta(days=190), tick=False)
    assert list(silent(staff)) == [quiet]
    if how == "message":
        actions.send_message(need, by=handler, body="还在找人")
    elif how == "check":
        directory.check_organization(quiet, by=clerk)
    elif how == "instructor":
        give(staff, Role.INSTRUCTOR, quiet.pk, starts=dt.date(2026, 9, 1))
    else:
        actions.note_progress(promise, by=handler, body="上门看过")
    staff.forget_roles()
    assert list(silent(staff)) == []


def test_doubles_are_the_committees(quiet, staff, township_clerk):
    OrganizationFactory(name="定襄县冠力集团", uscc="", pinyin="guan li ji tuan")
    assert [act for _, act in rows(staff, "doubles")] == ["对照合并"]
    assert rows(township_clerk, "doubles") == []


def test_only_gaps_with_something_in_them_are_shown(branch, staff, stranger):
    keys = [found.gap.section.key for found in gaps_of(staff)]
    assert keys == ["overdue", "headless", "no_instructor", "silent", "unchecked"]
    assert (gaps_of(stranger), gap_of(staff, "nothing", 10)) == ([], None)


def test_lists_that_are_registers_lead_there(client, branch, staff):
    client.force_login(staff)
    for gap in GAPS:
        assert client.get(gap.href).status_code == 200


def test_query_count_does_not_grow(monday, staff, system):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            gaps_of(staff)
        return len(seen)

    def more(many):
        for organization in OrganizationFactory.create_batch(many, contact_phone=""):
            PartyBranchFactory(hosts=[organization], term_start=dt.date(2023, 2, 1))
        OrganizationFactory.create_batch(many)

    more(1)
    queries()
    one = queries()
    more(3)
    assert queries() == one
