import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.accounts.choices import Role
from shuanglian.core.audit import history
from shuanglian.core.models import Notice
from shuanglian.directory import actions
from shuanglian.directory.choices import BranchKind
from shuanglian.directory.models import PartyBranch
from shuanglian.directory.queries import overdue, renewal_due, renewal_end, term_end
from tests.factories.directory import OrganizationFactory, PartyBranchFactory
from tests.people import person


@pytest.fixture
def branch(guanli):
    """冠力集团's branch; its term ended on 1 February 2026."""
    return PartyBranchFactory(name="冠力集团党支部", hosts=[guanli], term_start=dt.date(2023, 2, 1))


def listed(condition, day):
    return list(PartyBranch.objects.filter(condition(day)))


def test_a_renewal_begins_a_term_of_the_usual_length(staff, branch, monday):
    branch.extended_to = dt.date(2026, 6, 1)
    branch.term_years = 1
    branch.save()
    row = actions.renew_branch(
        branch, by=staff, term_start=monday, secretary_name="周建国", full_members=6, note="批〔2026〕3号"
    )
    assert (row.term_start, row.term_years, row.extended_to, row.secretary_name, row.full_members) == (
        monday,
        3,
        None,
        "周建国",
        6,
    )
    assert (history(row).get().verb, history(row).get().note) == ("renew", "批〔2026〕3号")
    assert listed(overdue, monday) == []


def test_a_committee_is_elected_for_five_years(staff, monday):
    row = PartyBranchFactory(kind=BranchKind.COMMITTEE, term_start=dt.date(2021, 3, 1), term_years=5)
    assert actions.renew_branch(row, by=staff, term_start=monday).term_years == 5


@pytest.mark.parametrize(
    ("day", "field", "sentence"),
    [
        ("2026-03-10", "term_start", "换届日期不能晚于今天"),
        ("2023-02-01", "term_start", "要晚于上届起始日期 2023-02-01"),
        ("2024-12-31", "note", "比届满日期 2026-02-01 早了 1 年以上，请写明上级批准的依据"),
    ],
)
def test_what_is_wrong_with_a_renewal(staff, branch, monday, day, field, sentence):
    with pytest.raises(ValidationError) as refusal:
        actions.renew_branch(branch, by=staff, term_start=dt.date.fromisoformat(day))
    assert refusal.value.message_dict == {field: [sentence]}


def test_a_late_renewal_names_its_approval(staff, branch, time_machine):
    time_machine.move_to(dt.datetime(2027, 3, 9, 1, tzinfo=dt.UTC), tick=False)
    day = dt.date(2027, 3, 9)
    with pytest.raises(ValidationError, match="晚了 1 年以上"):
        actions.renew_branch(branch, by=staff, term_start=day)
    assert actions.renew_branch(branch, by=staff, term_start=day, note="批〔2027〕1号").term_start == day


def test_an_approved_delay_moves_the_day_not_the_term(staff, branch, monday):
    assert listed(overdue, monday) == [branch]
    row = actions.extend_branch(branch, by=staff, until=dt.date(2026, 8, 1), note="批〔2026〕1号")
    assert (term_end(row), renewal_end(row)) == (dt.date(2026, 2, 1), dt.date(2026, 8, 1))
    assert (listed(overdue, monday), listed(renewal_due, monday)) == ([], [branch])
    assert listed(overdue, dt.date(2026, 8, 2)) == [branch]


@pytest.mark.parametrize(
    ("until", "note", "field", "sentence"),
    [
        ("2026-02-01", "批", "until", "延期要在 2026-02-01 之后、2027-02-01 以前"),
        ("2027-02-02", "批", "until", "延期要在 2026-02-01 之后、2027-02-01 以前"),
        ("2026-06-01", " ", "note", "请写明上级批准的依据，例如批复文号"),
    ],
)
def test_a_delay_has_a_limit_and_a_ground(staff, branch, until, note, field, sentence):
    with pytest.raises(ValidationError) as refusal:
        actions.extend_branch(branch, by=staff, until=dt.date.fromisoformat(until), note=note)
    assert refusal.value.message_dict == {field: [sentence]}


def test_without_a_term_there_is_nothing_to_delay(staff):
    with pytest.raises(ValidationError, match="还没有登记本届起始日期，请先修改补上。"):
        actions.extend_branch(
            PartyBranchFactory(term_start=None), by=staff, until=dt.date(2026, 6, 1), note="批"
        )


def test_a_secretary_is_named_between_renewals(staff, branch):
    row = actions.name_secretary(branch, by=staff, secretary_name=" 周建国 ")
    assert (row.secretary_name, history(row).get().verb) == ("周建国", "name_secretary")
    with pytest.raises(ValidationError, match="请写书记姓名"):
        actions.name_secretary(branch, by=staff, secretary_name=" ")


@pytest.mark.parametrize("who", ["township_clerk", "clerk", "instructor", "handler"])
def test_terms_are_the_committees(who, request, branch, monday):
    user = request.getfixturevalue(who)
    for act, given in (
        (actions.renew_branch, {"term_start": monday}),
        (actions.extend_branch, {"until": monday, "note": "批"}),
        (actions.name_secretary, {"secretary_name": "甲"}),
        (actions.join_branch, None),
    ):
        with pytest.raises(PermissionDenied):
            act(branch, by=user, **given) if given else act(OrganizationFactory(), by=user, branch=branch)


def test_what_was_dissolved_is_not_renewed(staff, branch, monday):
    actions.end_branch(branch, by=staff, note="批")
    with pytest.raises(ValidationError, match="这个党组织已经撤销，不能再改。"):
        actions.renew_branch(branch, by=staff, term_start=monday)


def test_staff_and_the_secretary_are_told_once_ahead_and_once_when_over(staff, guanli, system, monday):
    secretary = person("shuji", "书记", Role.BRANCH_SECRETARY, guanli.pk)
    PartyBranchFactory(name="早着", term_start=dt.date(2025, 9, 1))
    PartyBranchFactory(name="快到", hosts=[guanli], term_start=dt.date(2023, 6, 1))
    PartyBranchFactory(name="已过", term_start=dt.date(2023, 2, 1))
    PartyBranchFactory(name="撤了", term_start=dt.date(2023, 2, 1), ended_on=dt.date(2025, 1, 1))
    assert actions.remind_renewals("140921", by=system) == 2
    assert sorted(Notice.objects.values_list("user__name", "text")) == [
        ("书记", "快到本届2026年6月1日届满，请准备换届"),
        ("王晓岚", "已过本届2026年2月1日已届满，还没有换届"),
        ("王晓岚", "快到本届2026年6月1日届满，请准备换届"),
    ]
    assert secretary.notices.get().kind == "branch_term"
    assert actions.remind_renewals("140921", by=system) == 0


def test_the_next_term_and_the_end_of_a_delay_are_told_anew(staff, branch, system, monday, time_machine):
    assert actions.remind_renewals("140921", by=system) == 1
    actions.extend_branch(branch, by=staff, until=dt.date(2026, 4, 1), note="批")
    assert actions.remind_renewals("140921", by=system) == 0
    time_machine.move_to(dt.datetime(2026, 4, 2, 1, tzinfo=dt.UTC), tick=False)
    assert actions.remind_renewals("140921", by=system) == 1
    actions.renew_branch(branch, by=staff, term_start=dt.date(2026, 4, 2))
    time_machine.move_to(dt.datetime(2028, 10, 2, 1, tzinfo=dt.UTC), tick=False)
    assert actions.remind_renewals("140921", by=system) == 1


def test_only_the_clock_reminds(staff):
    with pytest.raises(PermissionDenied):
        actions.remind_renewals("140921", by=staff)
