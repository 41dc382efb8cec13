import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.accounts import actions
from shuanglian.accounts.actions import ensure_system_user
from shuanglian.accounts.queries import has_second_factor, unreadable_factors
from shuanglian.core.actions import choose_paces
from shuanglian.core.audit import history
from shuanglian.core.notify import notices_of
from shuanglian.core.queries import paces_of
from tests.people import COUNTY

SECRET = "JBSWY3DPEHPK3PXP"


def with_factor(user):
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def kept(user):
    return Authenticator.objects.get(user=user, type="totp").data["secret"]


def test_a_lost_second_factor_is_switched_off_with_a_reason(secadmin, staff):
    before = with_factor(staff).get_session_auth_hash()

    user = actions.remove_second_factor(staff, by=secadmin, note="手机丢失，已当面核实")

    assert (has_second_factor(user), Authenticator.objects.count()) == (False, 0)
    assert user.get_session_auth_hash() != before
    assert not user.must_have_second_factor
    entry = history(user).first()
    assert (entry.verb, entry.actor, entry.note) == ("remove_second_factor", secadmin, "手机丢失，已当面核实")
    assert SECRET not in str(entry.changes)
    assert [notice.text[:12] for notice in notices_of(user)] == [f"{secadmin.name}关闭了您的两步验证"[:12]]


@pytest.mark.parametrize(("whose", "who"), [("auditor", "sysadmin"), ("secadmin", "sysadmin")])
def test_an_administrator_must_set_one_up_anew(request, whose, who):
    user = with_factor(request.getfixturevalue(whose))
    user = actions.remove_second_factor(user, by=request.getfixturevalue(who), note="手机丢失")
    assert user.must_have_second_factor


@pytest.mark.parametrize(
    ("whose", "who"),
    [
        ("staff", "sysadmin"),
        ("staff", "staff"),
        ("staff", "auditor"),
        ("auditor", "secadmin"),
        ("sysadmin", "sysadmin"),
        ("sysadmin", "secadmin"),
        ("secadmin", "secadmin"),
        ("handler", "clerk"),
    ],
)
def test_nobody_else_switches_it_off(request, whose, who):
    user = with_factor(request.getfixturevalue(whose))
    with pytest.raises(PermissionDenied):
        actions.remove_second_factor(user, by=request.getfixturevalue(who), note="手机丢失")
    assert has_second_factor(user)


def test_there_must_be_one_to_switch_off(secadmin, staff):
    with pytest.raises(ValidationError, match="这个账号没有开启两步验证"):
        actions.remove_second_factor(staff, by=secadmin, note="手机丢失")


def test_the_warning_comes_whatever_one_wants_to_hear(secadmin, staff):
    choose_paces({"second_factor_off": "never"}, by=staff)
    actions.remove_second_factor(with_factor(staff), by=secadmin, note="手机丢失")

    assert notices_of(staff).count() == 1
    assert "second_factor_off" not in {kind.code for kind, _ in paces_of(staff)}


# ---- keys ----


def test_secrets_are_kept_closed_and_work(staff):
    with_factor(staff)
    codes = Authenticator.objects.get(user=staff, type="recovery_codes")
    assert SECRET not in str(list(Authenticator.objects.values_list("data", flat=True)))
    assert codes.wrap().validate_code(codes.wrap().get_unused_codes()[0])


def test_setting_up_encrypts_with_the_new_key_what_was_plain_or_old(settings, staff, clerk):
    machine = ensure_system_user(COUNTY)
    settings.FACTOR_KEYS = ["old-key-0123456789"]
    with_factor(staff)
    with_factor(clerk)
    Authenticator.objects.filter(user=clerk, type="totp").update(data={"secret": SECRET})

    settings.FACTOR_KEYS = ["new-key-0123456789", "old-key-0123456789"]
    assert actions.encrypt_second_factors(by=machine) == 0
    settings.FACTOR_KEYS = ["new-key-0123456789"]

    assert (unreadable_factors(), SECRET in (kept(clerk), kept(staff))) == (0, False)


def test_people_do_not_encrypt(staff):
    with pytest.raises(PermissionDenied):
        actions.encrypt_second_factors(by=staff)


def test_what_no_key_opens_stays_as_it_is_and_is_counted(settings, staff):
    machine = ensure_system_user(COUNTY)
    with_factor(staff)
    before = kept(staff)
    settings.FACTOR_KEYS = ["another-key-0123456789"]

    assert (actions.encrypt_second_factors(by=machine), unreadable_factors(), kept(staff)) == (2, 2, before)
