import datetime as dt

import pytest

from shuanglian.directory import queries
from shuanglian.directory.choices import BranchKind
from shuanglian.directory.models import PartyBranch
from shuanglian.directory.queries.rule import months_after
from tests.factories.directory import BranchHostFactory, OrganizationFactory, PartyBranchFactory


@pytest.fixture
def two(guanli, haokun):
    return [
        PartyBranchFactory(name="冠力集团党支部", hosts=[guanli]),
        PartyBranchFactory(name="昊坤集团党支部", hosts=[haokun]),
    ]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("staff", ["冠力集团党支部", "昊坤集团党支部"]),
        ("liaison", ["冠力集团党支部", "昊坤集团党支部"]),
        ("township_clerk", ["冠力集团党支部"]),
        ("clerk", ["冠力集团党支部"]),
        ("instructor", ["冠力集团党支部"]),
        ("other_clerk", ["昊坤集团党支部"]),
        ("handler", []),
        ("sysadmin", []),
        ("stranger", []),
    ],
)
def test_who_sees_which_branches(two, who, seen, request):
    user = request.getfixturevalue(who)
    assert sorted(b.name for b in queries.branches_visible_to(user)) == seen


def test_a_joint_branch_shows_once_to_a_township(township_clerk, town, guanli):
    branch = PartyBranchFactory(kind=BranchKind.JOINT, hosts=[guanli, OrganizationFactory(division=town)])
    assert list(queries.branches_visible_to(township_clerk)) == [branch]


def test_branch_of_an_organisation_on_a_day(guanli, haokun):
    branch = PartyBranchFactory(hosts=[haokun], ended_on=dt.date(2025, 6, 1))
    BranchHostFactory(
        branch=branch, organization=guanli, starts=dt.date(2024, 1, 1), ends=dt.date(2024, 12, 31)
    )
    days = ["2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01"]
    assert [queries.branch_of(guanli, dt.date.fromisoformat(d)) for d in days] == [None, branch, branch, None]
    assert [queries.branch_of(haokun, dt.date(2025, month, 1)) for month in (5, 6)] == [branch, None]
    assert queries.hosts_of(branch, dt.date(2024, 6, 1)) == [haokun, guanli]


TERMS = [
    (dt.date(2023, 9, 1), 3, dt.date(2026, 9, 1), dt.date(2026, 3, 1)),
    (dt.date(2024, 2, 29), 3, dt.date(2027, 2, 28), dt.date(2026, 8, 28)),
    (dt.date(2024, 8, 31), 3, dt.date(2027, 8, 31), dt.date(2027, 2, 28)),
    (dt.date(2021, 12, 31), 5, dt.date(2026, 12, 31), dt.date(2026, 6, 30)),
]


@pytest.mark.parametrize(("start", "years", "end", "reminder"), TERMS)
def test_terms_end_on_the_same_day_in_python_and_in_the_database(db, start, years, end, reminder):
    branch = PartyBranchFactory(term_start=start, term_years=years)
    assert (queries.term_end(branch), queries.reminder_day(branch)) == (end, reminder)
    row = queries.with_terms(PartyBranch.objects.all()).get()
    assert (row.term_ends, row.remind_on) == (end, reminder)


def test_without_a_start_there_is_no_end(db):
    branch = PartyBranchFactory(term_start=None)
    assert (queries.term_end(branch), queries.reminder_day(branch)) == (None, None)
    assert queries.with_terms(PartyBranch.objects.all()).get().term_ends is None


@pytest.mark.parametrize(
    ("start", "is_due", "is_over"),
    [
        (dt.date(2023, 3, 8), False, True),
        (dt.date(2023, 3, 9), True, False),
        (dt.date(2023, 9, 9), True, False),
        (dt.date(2023, 9, 10), False, False),
        (None, False, False),
    ],
)
def test_renewals_due_and_overdue(db, monday, start, is_due, is_over):
    PartyBranchFactory(term_start=start)
    rows = PartyBranch.objects
    assert rows.filter(queries.renewal_due(monday)).exists() is is_due
    assert rows.filter(queries.overdue(monday)).exists() is is_over


def test_months_after_crosses_years():
    assert months_after(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert months_after(dt.date(2026, 1, 31), -2) == dt.date(2025, 11, 30)


def test_remarks_follow_the_rules_and_never_block(db, monday):
    joint = PartyBranchFactory(
        kind=BranchKind.JOINT, hosts=OrganizationFactory.create_batch(6), secretary_name="周建国"
    )
    assert queries.remarks_on(joint) == ["联合支部一般不超过 5 家，现在是 6 家"]
    small = PartyBranchFactory(full_members=2, term_start=dt.date(2020, 1, 1))
    assert queries.remarks_on(small) == [
        "独立支部要有正式党员 3 人以上，现在登记 2 人",
        "还没有登记书记",
        "本届 2023-01-01 已届满",
    ]
    large = PartyBranchFactory(full_members=51, secretary_name="周建国")
    assert queries.remarks_on(large) == ["正式党员超过 50 人，一般要设党总支"]
    assert queries.remarks_on(PartyBranchFactory(secretary_name="周建国")) == []


@pytest.mark.parametrize(
    ("start", "extended", "remarks"),
    [
        (dt.date(2023, 2, 1), None, ["本届 2026-02-01 已届满"]),
        (dt.date(2023, 2, 1), dt.date(2026, 3, 1), ["本届 2026-02-01 已届满，延期到 2026-03-01 也已过"]),
        (dt.date(2023, 2, 1), dt.date(2026, 6, 1), ["本届 2026-02-01 已届满，经批准延期到 2026-06-01"]),
        (dt.date(2023, 6, 1), None, ["本届 2026-06-01 届满，该准备换届了"]),
        (dt.date(2025, 6, 1), None, []),
        (None, None, []),
    ],
)
def test_remarks_on_the_term(monday, start, extended, remarks):
    branch = PartyBranchFactory(term_start=start, extended_to=extended, secretary_name="周建国")
    assert queries.remarks_on(branch) == remarks
