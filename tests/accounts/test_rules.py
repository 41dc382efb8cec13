import pytest
from django.contrib.auth.models import AnonymousUser

from shuanglian.core.access import can, declared

PEOPLE = ("staff", "clerk", "handler", "sysadmin", "secadmin", "auditor", "system", "stranger")


def allowed(request, permission, obj):
    return {who for who in PEOPLE if can(request.getfixturevalue(who), permission, obj)}


@pytest.mark.parametrize(
    ("permission", "people"),
    [
        ("accounts.view_user", {"sysadmin", "secadmin"}),
        ("accounts.add_user", {"sysadmin"}),
        ("accounts.view_roleassignment", {"sysadmin", "secadmin"}),
        ("accounts.add_roleassignment", {"secadmin"}),
        ("accounts.start_county", {"system"}),
        ("core.view_entry", {"auditor"}),
    ],
)
def test_in_general(request, permission, people):
    assert allowed(request, permission, None) == people


@pytest.mark.parametrize(
    ("permission", "whose", "people"),
    [
        ("change_user", "staff", {"sysadmin"}),
        ("change_user", "system", set()),
        ("deactivate_user", "staff", {"sysadmin"}),
        ("deactivate_user", "sysadmin", set()),
        ("deactivate_user", "system", set()),
        ("reset_password", "staff", {"sysadmin"}),
        ("reset_password", "auditor", {"secadmin"}),
        ("reset_password", "system", set()),
        ("remove_second_factor", "staff", {"secadmin", "system"}),
        ("remove_second_factor", "auditor", {"sysadmin", "system"}),
        ("remove_second_factor", "secadmin", {"sysadmin", "system"}),
        ("remove_second_factor", "system", set()),
        ("choose_password", "staff", {"staff"}),
        ("assign_role", "staff", {"secadmin"}),
        ("assign_role", "secadmin", set()),
        ("assign_role", "system", set()),
    ],
)
def test_about_an_account(request, permission, whose, people):
    assert allowed(request, f"accounts.{permission}", request.getfixturevalue(whose)) == people


def test_about_a_role(request, staff, secadmin):
    assert allowed(request, "accounts.end_role", staff.held[0]) == {"secadmin"}
    assert allowed(request, "accounts.end_role", secadmin.held[0]) == set()


@pytest.mark.parametrize("permission", sorted(p for p in declared() if p.startswith("accounts.")))
def test_nobody_anonymous_may_do_anything(permission, db):
    assert not can(AnonymousUser(), permission)
