import pytest
from django.contrib.auth.models import AnonymousUser

from shuanglian.core.access import can, declared
from tests.factories.directory import PartyBranchFactory

PEOPLE = (
    "staff",
    "approver",
    "liaison",
    "township_clerk",
    "clerk",
    "other_clerk",
    "instructor",
    "handler",
    "other_handler",
    "sysadmin",
    "secadmin",
    "auditor",
    "stranger",
)
STAFF = {"staff", "approver"}
EVERYBODY = set(PEOPLE)


def allowed(request, permission, obj):
    return {who for who in PEOPLE if can(request.getfixturevalue(who), permission, obj)}


@pytest.mark.parametrize(
    ("permission", "people"),
    [
        ("view_organization", STAFF | {"liaison", "township_clerk", "clerk", "instructor"}),
        ("see_contact", STAFF | {"liaison", "township_clerk", "clerk", "instructor"}),
        ("change_organization", STAFF | {"township_clerk"}),
        ("check_organization", STAFF | {"township_clerk", "clerk"}),
        ("correct_organization", STAFF | {"township_clerk", "clerk"}),
        ("close_organization", STAFF),
        ("merge_organizations", STAFF),
        ("join_branch", STAFF),
        ("ask_instructor", STAFF),
        ("view_account", STAFF | {"liaison", "township_clerk", "clerk", "instructor"}),
        ("export_organization", STAFF | {"township_clerk"}),
    ],
)
def test_organisation(request, guanli, permission, people):
    assert allowed(request, f"directory.{permission}", guanli) == people


@pytest.mark.parametrize(
    ("permission", "people"),
    [
        ("view_partybranch", STAFF | {"liaison", "township_clerk", "clerk", "instructor"}),
        ("change_partybranch", STAFF),
        ("end_partybranch", STAFF),
        ("export_partybranch", STAFF),
    ],
)
def test_branch(request, guanli, permission, people):
    assert allowed(request, f"directory.{permission}", PartyBranchFactory(hosts=[guanli])) == people


@pytest.mark.parametrize(
    ("permission", "people"),
    [
        ("view_partnerunit", EVERYBODY),
        ("change_partnerunit", STAFF),
        ("set_mandates", STAFF),
        ("set_capacity", STAFF | {"handler"}),
        ("set_contact", STAFF | {"handler"}),
    ],
)
def test_unit(request, kejiju, permission, people):
    assert allowed(request, f"directory.{permission}", kejiju) == people


@pytest.mark.parametrize(
    ("permission", "people"),
    [
        ("view_division", EVERYBODY),
        ("view_organization", STAFF | {"liaison", "township_clerk", "clerk", "other_clerk", "instructor"}),
        ("add_organization", STAFF | {"township_clerk"}),
        ("add_partybranch", STAFF),
        ("add_partnerunit", STAFF),
        ("export_partnerunit", STAFF),
    ],
)
def test_before_a_row_is_chosen(request, permission, people):
    assert allowed(request, f"directory.{permission}", None) == people


@pytest.mark.parametrize("permission", sorted(p for p in declared() if p.startswith("directory.")))
def test_nobody_anonymous_may_do_anything(permission, db):
    assert not can(AnonymousUser(), permission)


def test_every_sentence_is_about_the_county(staff, guanli):
    guanli.county = "140922"
    assert not any(
        can(staff, p, guanli) for p in declared() if p.startswith("directory.") and "organization" in p
    )
