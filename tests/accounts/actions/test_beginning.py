import pytest
from django.core.exceptions import ValidationError

from shuanglian.accounts import actions
from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.audit import history
from tests.people import COUNTY

GOOD = "Dingxiang-2026"


def test_system_user_makes_itself_once_and_cannot_sign_in(db):
    machine = actions.ensure_system_user(COUNTY)
    assert actions.ensure_system_user(COUNTY) == machine
    assert (machine.username, machine.is_active, machine.has_usable_password()) == ("system", False, False)
    assert machine.holds(Role.SYSTEM)
    assert history(machine).get().actor == machine


def test_a_second_county_has_a_machine_of_its_own(db):
    actions.ensure_system_user(COUNTY)
    assert actions.ensure_system_user("140922").username == "system-140922"


def test_first_administrators_are_three_people_with_one_role_each(db):
    secrets = {"sysadmin": GOOD, "secadmin": GOOD, "auditor": GOOD}
    made = actions.create_first_administrators(COUNTY, secrets)
    assert [(u.username, [p.role for p in u.held], u.must_change_password) for u in made] == [
        ("sysadmin", ["sysadmin"], True),
        ("secadmin", ["secadmin"], True),
        ("auditor", ["auditor"], True),
    ]
    assert actions.create_first_administrators(COUNTY, {}) == made
    assert RoleAssignment.objects.count() == 4


def test_first_administrators_need_passwords(db):
    with pytest.raises(ValidationError, match="请给安全管理员设一个初始密码"):
        actions.create_first_administrators(COUNTY, {"sysadmin": GOOD})
    assert not User.objects.filter(username="sysadmin").exists()
