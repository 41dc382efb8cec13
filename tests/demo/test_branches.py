from collections import Counter

import pytest

from demo.branches import JOINT, branches
from demo.organizations import organizations
from shuanglian.directory.choices import BranchKind, SecretaryBackground


@pytest.fixture(scope="module")
def firms():
    return organizations()


@pytest.fixture(scope="module")
def found(firms):
    return branches(firms)


def test_heads_lead_281_and_technicians_42_of_323_branches(found):
    assert Counter(b.background for b in found) == {
        SecretaryBackground.ENTERPRISE_HEAD: 281,
        SecretaryBackground.TECHNICAL_BACKBONE: 42,
    }
    assert round(281 / len(found) * 100) == 87


def test_independent_branches_have_one_host_joint_ones_several(found):
    assert Counter(b.kind for b in found) == {BranchKind.INDEPENDENT: 243, BranchKind.JOINT: 80}
    assert {len(b.members) for b in found if b.kind == BranchKind.INDEPENDENT} == {1}
    assert {len(b.members) for b in found if b.kind == BranchKind.JOINT} == {2, 3, 4}


def test_joint_branches_stay_within_a_township(firms, found):
    town = {f.name: f.division for f in firms}
    towns = [{town[name] for name in b.members} for b in found if b.kind == BranchKind.JOINT]
    assert Counter(t for (t,) in towns) == JOINT


def test_nobody_is_covered_twice(found):
    hosts = [name for b in found for name in b.members]
    assert len(hosts) == len(set(hosts))


def test_every_scaled_enterprise_has_a_branch_of_its_own(firms, found):
    alone = {name for b in found if b.kind == BranchKind.INDEPENDENT for name in b.members}
    assert {f.name for f in firms if f.is_scaled} - alone == set()


def test_a_branch_has_three_members_or_more(found):
    assert min(sum(b.members.values()) for b in found) == 3


def test_the_branches_of_the_article(found):
    assert [
        (b.name, b.secretary, b.background) for b in found if b.name in ("昊坤集团党支部", "恒跃集团党支部")
    ] == [
        ("昊坤集团党支部", "何景行", SecretaryBackground.ENTERPRISE_HEAD),
        ("恒跃集团党支部", "杜守正", SecretaryBackground.TECHNICAL_BACKBONE),
    ]


def test_some_terms_are_over_and_some_end_soon(found):
    assert sum(b.term > 36 for b in found) == 7
    assert sum(30 < b.term < 36 for b in found) == 15


def test_names_are_each_used_once_and_the_same_every_time(firms, found):
    assert len({b.name for b in found}) == 323
    assert branches(firms) == found
    assert found[-1].name == "定襄县居民办事处企业第一联合党支部"
