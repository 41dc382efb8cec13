import pytest

from shuanglian.core.access import can

PEOPLE = ("staff", "approver", "secadmin", "sysadmin", "auditor", "clerk", "handler", "stranger", "system")
ALLOWED = {
    "core.view_term": {"staff", "approver", "secadmin", "sysadmin", "auditor"},
    "core.add_term": {"staff", "approver", "secadmin"},
    "core.change_term": {"staff", "approver", "secadmin"},
    "core.export_term": {"staff", "approver", "secadmin", "auditor"},
    "core.explain_access": {"staff", "approver", "secadmin", "auditor"},
    "core.forget_imports": {"system"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("permission", ALLOWED)
def test_who_may(request, permission):
    allowed = {name for name in PEOPLE if can(request.getfixturevalue(name), permission)}

    assert allowed == ALLOWED[permission]
