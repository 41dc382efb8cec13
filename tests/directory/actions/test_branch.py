import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.directory import actions
from shuanglian.directory.choices import BranchKind, SecretaryBackground
from shuanglian.directory.queries import branch_of, hosts_of
from tests.factories.directory import OrganizationFactory, PartyBranchFactory

FACTS = {"name": "冠力集团党支部", "kind": BranchKind.INDEPENDENT, "code": "014092100001"}


def test_independent_branch_covers_its_organisation_from_its_founding(staff, guanli, monday):
    branch = actions.create_branch(
        by=staff,
        hosts=[guanli],
        founded_on=dt.date(2020, 7, 1),
        secretary_name="周建国",
        secretary_background=SecretaryBackground.ENTERPRISE_HEAD,
        phone="0350 6022345",
        **FACTS,
    )
    branch.refresh_from_db()
    assert (branch.term_years, branch.phone, branch.initials) == (3, "0350-6022345", "gljtdzb")
    assert (hosts_of(branch), branch.host_rows.get().starts) == ([guanli], dt.date(2020, 7, 1))
    assert branch_of(guanli, dt.date(2020, 6, 30)) is None
    entry = history(branch).get()
    assert (entry.verb, entry.note) == ("create", "覆盖单位：冠力集团")


def test_a_committee_has_five_years(staff):
    branch = actions.create_branch(by=staff, name="非公经济组织党委", kind=BranchKind.COMMITTEE)
    assert branch.term_years == 5
    assert history(branch).get().note == "没有覆盖单位"


@pytest.mark.parametrize(
    ("kind", "hosts", "sentence"),
    [
        (BranchKind.INDEPENDENT, 0, "独立支部只覆盖一个单位，现在是 0 个"),
        (BranchKind.INDEPENDENT, 2, "独立支部只覆盖一个单位，现在是 2 个"),
        (BranchKind.JOINT, 1, "联合支部至少覆盖两个单位，现在是 1 个"),
    ],
)
def test_independent_and_joint_are_what_they_say(staff, kind, hosts, sentence):
    with pytest.raises(ValidationError) as refusal:
        actions.create_branch(
            by=staff, hosts=OrganizationFactory.create_batch(hosts), **FACTS | {"kind": kind}
        )
    assert refusal.value.message_dict == {"hosts": [sentence]}


def test_the_same_organisation_named_twice_counts_once(staff, guanli):
    with pytest.raises(ValidationError):
        actions.create_branch(by=staff, hosts=[guanli, guanli], **FACTS | {"kind": BranchKind.JOINT})


def test_six_organisations_in_a_joint_branch_are_not_refused(staff):
    hosts = OrganizationFactory.create_batch(6)
    assert (
        hosts_of(actions.create_branch(by=staff, hosts=hosts, **FACTS | {"kind": BranchKind.JOINT})) == hosts
    )


def test_an_organisation_of_another_county_is_not_covered(staff):
    with pytest.raises(ValidationError) as refusal:
        actions.create_branch(by=staff, hosts=[OrganizationFactory(county="140922")], **FACTS)
    assert refusal.value.message_dict == {"hosts": ["覆盖单位要在本县"]}


def test_everything_that_is_wrong_is_said(staff, guanli, monday):
    PartyBranchFactory(name="恒跃集团党支部", code="014092100001")
    with pytest.raises(ValidationError) as refusal:
        actions.create_branch(
            by=staff,
            hosts=[guanli],
            name="",
            kind=BranchKind.INDEPENDENT,
            code="014092100001",
            founded_on=monday + dt.timedelta(days=1),
            term_start=monday,
            term_years=6,
            phone="12345",
        )
    assert refusal.value.message_dict == {
        "name": ["请写党组织全称"],
        "code": ["这个党组织代码已登记给“恒跃集团党支部”"],
        "founded_on": ["成立日期不能晚于今天"],
        "term_start": ["本届起始日期不能早于成立日期"],
        "term_years": ["任期是 1 到 5 年，党委 5 年，党总支和党支部 3 年"],
        "phone": ["电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"],
    }


def test_hosts_change_with_dates_and_history_says_so(staff, guanli, haokun, monday):
    branch = PartyBranchFactory(hosts=[guanli])
    actions.change_branch(branch, by=staff, hosts=[guanli, haokun], kind=BranchKind.JOINT)
    assert hosts_of(branch) == [guanli, haokun]
    actions.change_branch(branch, by=staff, hosts=[haokun], kind=BranchKind.INDEPENDENT)
    assert hosts_of(branch) == [haokun]
    assert branch_of(guanli, monday - dt.timedelta(days=1)) == branch
    assert [e.note for e in history(branch)] == [
        "覆盖单位：山西昊坤法兰集团有限公司",
        "覆盖单位：冠力集团、山西昊坤法兰集团有限公司",
    ]


def test_other_facts_leave_the_hosts_alone(staff, guanli):
    branch = PartyBranchFactory(hosts=[guanli])
    actions.change_branch(branch, by=staff, secretary_name="周建国")
    entry = history(branch).get()
    assert (hosts_of(branch), entry.note, entry.changes["secretary_name"]) == ([guanli], "", ["", "周建国"])


def test_ended_branch_covers_nobody_and_is_closed_to_changes(staff, guanli, monday):
    branch = PartyBranchFactory(name="冠力集团党支部", hosts=[guanli])
    with pytest.raises(ValidationError, match="请写明撤销依据，例如批复文号"):
        actions.end_branch(branch, by=staff, note=" ")
    actions.end_branch(branch, by=staff, note="定组〔2026〕5号")
    branch.refresh_from_db()
    assert (branch.ended_on, branch_of(guanli)) == (monday, None)
    with pytest.raises(ValidationError, match="冠力集团党支部已经撤销了。"):
        actions.end_branch(branch, by=staff, note="又一次")
    with pytest.raises(ValidationError, match="这个党组织已经撤销，不能再改。"):
        actions.change_branch(branch, by=staff, place="新址")


@pytest.mark.parametrize("who", ["township_clerk", "clerk", "handler", "instructor", "liaison", "stranger"])
def test_branches_are_the_committees(who, request, guanli):
    user, branch = request.getfixturevalue(who), PartyBranchFactory(hosts=[guanli])
    with pytest.raises(PermissionDenied):
        actions.create_branch(by=user, hosts=[guanli], **FACTS)
    with pytest.raises(PermissionDenied):
        actions.change_branch(branch, by=user, place="新址")
    with pytest.raises(PermissionDenied):
        actions.end_branch(branch, by=user, note="依据")


# ---- one more organisation ----


def test_an_organisation_joins_a_joint_branch(staff, guanli, haokun, monday):
    other = OrganizationFactory()
    branch = PartyBranchFactory(name="联合支部", kind=BranchKind.JOINT, hosts=[haokun, other])
    actions.join_branch(guanli, by=staff, branch=branch)
    assert (branch_of(guanli), hosts_of(branch)) == (branch, [haokun, other, guanli])
    assert [(e.verb, e.note) for e in history(guanli)] == [("join_branch", "划入联合支部")]
    assert [(e.verb, e.note) for e in history(branch)] == [("join", "新覆盖单位：冠力集团")]


def test_who_cannot_join(staff, guanli, haokun):
    single = PartyBranchFactory(name="昊坤支部", hosts=[haokun])
    joint = PartyBranchFactory(kind=BranchKind.JOINT, hosts=OrganizationFactory.create_batch(2))
    with pytest.raises(ValidationError, match="独立支部只覆盖一个单位，请选联合支部"):
        actions.join_branch(guanli, by=staff, branch=single)
    with pytest.raises(ValidationError, match="现在由“昊坤支部”覆盖，要换请先在那里改。"):
        actions.join_branch(haokun, by=staff, branch=joint)
    guanli.registration = "moved"
    with pytest.raises(ValidationError, match="冠力集团迁出了，不用划入党组织。"):
        actions.join_branch(guanli, by=staff, branch=joint)
