import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history, snapshot
from shuanglian.core.models import Entry
from shuanglian.core.sealing import verify_chain
from shuanglian.directory.actions import (
    change_organization,
    change_organizations,
    create_organization,
    weigh_organizations,
)
from shuanglian.directory.models import Organization
from tests.codes import synthetic_uscc
from tests.factories.directory import OrganizationFactory
from tests.together import create_together

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(town, guanli):
    """Rows as sheets bring them: plain, to be tidied, worked out, refused."""
    plain = {"name": "甲锻造厂", "kind": "private_enterprise", "division": town}
    return [
        plain,
        plain
        | {
            "name": " 乙法兰厂 ",
            "uscc": synthetic_uscc(77),
            "is_forging": True,
            "contact_phone": "138 0013 8000",
        },
        plain | {"name": "丙厂", "uscc": "91140921MA0X000231", "industry_code": "3393", "member_count": 7},
        plain | {"name": "丁厂", "uscc": guanli.uscc},
        plain | {"name": "戊厂", "uscc": synthetic_uscc(77).lower()},
        plain | {"name": ""},
        plain | {"name": "己厂", "kind": "x", "industry_code": "33"},
        plain | {"name": "庚厂", "division": None},
        plain | {"name": "辛厂", "registration": "merged"},
    ]


def create_organizations(many, *, by):
    return create_together(weigh_organizations, Organization, many, by=by)


def alone(facts, by):
    try:
        return create_organization(by=by, **facts)
    except (ValidationError, PermissionDenied) as refusal:
        return refusal


def told(answer):
    """A row and its history, or why there is none; without what must differ."""
    if isinstance(answer, Organization):
        answer.refresh_from_db()
        lines = [(e.verb, e.actor_id, e.note, {**e.changes, "id": None}) for e in history(answer)]
        return {**snapshot(answer), "id": None}, lines
    return answer.message_dict if isinstance(answer, ValidationError) else type(answer)


def test_many_give_the_same_rows_and_the_same_history_as_one_by_one(many, staff):
    one_by_one = [told(alone(facts, staff)) for facts in many]
    Organization.objects.exclude(name="冠力集团").delete()
    together = [told(answer) for answer in create_organizations(many, by=staff)]

    assert together == one_by_one
    assert [isinstance(one, tuple) for one in together] == [True] * 3 + [False] * 6


def test_who_may_not_add_one_may_not_add_many(many, clerk, auditor):
    for user in (clerk, auditor):
        assert [type(answer) for answer in create_organizations(many[:2], by=user)] == [PermissionDenied] * 2
    assert Organization.objects.count() == 1


def test_their_lines_are_sealed_like_all_others(many, staff):
    create_organizations(many, by=staff)

    assert Entry.objects.filter(verb="create", actor=staff).count() == 3
    assert {found.reason for found in verify_chain()} <= {"has no seal"}  # until the transaction ends


def test_queries_do_not_grow_with_the_rows(staff, town, django_assert_max_num_queries):
    list(staff.acting)
    many = [{"name": f"{n}厂", "kind": "private_enterprise", "division": town} for n in range(300)]
    columns = {name: [facts[name] for facts in many] for name in many[0]}
    with django_assert_max_num_queries(4):
        weighed, refused = weigh_organizations(columns, 300, by=staff)
    assert (weighed.count, refused) == (300, {})


def _changes(town):
    """What sheets change: facts that are tidied and worked out, nothing at all, a move, what is refused."""
    return [
        {"name": " 甲新厂 ", "member_count": 9, "contact_phone": "138 0013 8000"},
        {},
        {"industry_code": "3393", "uscc": synthetic_uscc(88)},
        {"registration": "cancelled"},
        {"uscc": synthetic_uscc(99)},
        {"kind": "x"},
        {"name": ""},
        {"division": None},
    ]


@pytest.mark.parametrize("name", ["staff", "clerk"])
def test_many_are_changed_as_one_by_one(request, town, name):
    user = request.getfixturevalue(name)

    def made(prefix):
        OrganizationFactory(name=f"{prefix}主", uscc=synthetic_uscc(99))
        return [
            OrganizationFactory(name=f"{prefix}{n}", uscc="", division=town, pinyin="x", initials="x")
            for n in range(8)
        ]

    alone = []
    for row, facts in zip(made("厂"), _changes(town), strict=True):
        try:
            alone.append(told(change_organization(row, by=user, **facts)))
        except (ValidationError, PermissionDenied) as refusal:
            alone.append(told(refusal))
    Organization.objects.all().delete()
    together = [told(one) for one in change_organizations(made("厂"), _changes(town), by=user)]

    assert together == alone
    assert [isinstance(one, tuple) for one in together] == [name == "staff"] * 4 + [False] * 4
