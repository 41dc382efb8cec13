"""The commands themselves, in this process; whole runs with real processes are in test_serving."""

import signal
import stat

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.accounts.queries import has_second_factor
from shuanglian.core import console, doctor, sealing
from shuanglian.core.audit import history, record
from shuanglian.core.sealing import Break
from tests.people import person

ADMINISTRATORS = {"sysadmin", "secadmin", "auditor"}


@pytest.fixture(autouse=True)
def at_home(monkeypatch, settings, tmp_path):
    """A folder of its own; the test database stands ready; the signal handler is put back."""
    settings.VAR = tmp_path
    monkeypatch.setattr(console, "take_database", lambda: None)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def passwords(tmp_path):
    return dict(line.split() for line in (tmp_path / "secrets/first-passwords").read_text().splitlines())


# ---- setup ----


@pytest.mark.django_db
def test_setup_makes_three_administrators_whose_passwords_are_in_a_closed_file(tmp_path, capsys):
    assert console.main(["setup"]) == 0
    assert dict(RoleAssignment.objects.exclude(role="system").values_list("user__username", "role")) == {
        name: name for name in ADMINISTRATORS
    }
    words = passwords(tmp_path)
    assert set(words) == ADMINISTRATORS
    assert [User.objects.get(username=name).check_password(word) for name, word in words.items()] == [
        True
    ] * 3
    assert User.objects.filter(username__in=words, must_change_password=True).count() == 3
    assert stat.S_IMODE((tmp_path / "secrets/first-passwords").stat().st_mode) == 0o600
    said = capsys.readouterr().out
    assert said == (
        "已建立管理员账号：sysadmin、secadmin、auditor。Administrators created.\n"
        f"初始密码在 {tmp_path}/secrets/first-passwords，首次登录须修改；记下后请删除这个文件。"
        "First passwords are in that file.\n"
    )


@pytest.mark.django_db
def test_setup_again_changes_nothing(tmp_path, capsys):
    console.main(["setup"])
    before = passwords(tmp_path), list(User.objects.order_by("pk").values())
    capsys.readouterr()
    assert console.main(["setup"]) == 0
    assert capsys.readouterr().out == "数据表和管理员都已就绪。Tables and administrators are ready.\n"
    assert (passwords(tmp_path), list(User.objects.order_by("pk").values())) == before


@pytest.mark.django_db
def test_setup_takes_passwords_from_the_environment_and_keeps_them_nowhere(monkeypatch, tmp_path, capsys):
    for role in ADMINISTRATORS:
        monkeypatch.setenv(f"SHUANGLIAN_{role.upper()}_PASSWORD", "Given-by-env-7")
    assert console.main(["setup"]) == 0
    assert User.objects.get(username="auditor").check_password("Given-by-env-7")
    assert not (tmp_path / "secrets").exists()
    assert (
        capsys.readouterr().out == "已建立管理员账号：sysadmin、secadmin、auditor。Administrators created.\n"
    )


@pytest.mark.django_db
def test_setup_refuses_a_weak_password_and_makes_nobody(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("SHUANGLIAN_AUDITOR_PASSWORD", "short")
    assert console.main(["setup"]) == 1
    assert User.objects.filter(username__in=ADMINISTRATORS).count() == 0
    assert not (tmp_path / "secrets").exists()
    assert "密码至少 10 位" in capsys.readouterr().err


def test_generated_passwords_differ_and_have_three_classes():
    words = {console._password() for _ in range(20)}
    assert len(words) == 20
    assert {(len(w), any(c.isupper() for c in w), any(c.isdigit() for c in w)) for w in words} == {
        (20, True, True)
    }


# ---- a lost second factor ----


@pytest.mark.django_db
def test_a_second_factor_is_switched_off_where_no_administrator_could(capsys):
    console.main(["setup"])
    keeper = User.objects.get(username="sysadmin")
    TOTP.activate(keeper, "JBSWY3DPEHPK3PXP")
    capsys.readouterr()

    assert console.main(["second-factor-off", "sysadmin", "手机丢失，只有一个系统管理员"]) == 0
    keeper.refresh_from_db()
    assert (has_second_factor(keeper), keeper.must_have_second_factor) == (False, True)
    assert history(keeper).first().note == "手机丢失，只有一个系统管理员"
    for account, said in (("sysadmin", "没有可以关闭的两步验证"), ("nobody", "没有账号 nobody")):
        assert console.main(["second-factor-off", account, "手机丢失"]) == 1
        assert said in capsys.readouterr().err


# ---- audit ----


@pytest.mark.usefixtures("committed")
def test_audit_verify_finds_committed_history_whole(django_db_blocker, capsys):
    with django_db_blocker.unblock():
        lin = person("lin", "林静远")
        record(lin, "created", by=lin)
        assert console.main(["audit", "verify"]) == 0
    assert capsys.readouterr().out == (
        "共核对 1 条历史记录、0 个留存的印记，0 处有问题。\n1 entries, 0 remembered heads, 0 breaks.\n"
    )


@pytest.mark.django_db
def test_audit_verify_names_each_break(monkeypatch, capsys):
    monkeypatch.setattr(
        sealing, "verify_chain", lambda remembered: iter([Break(7, "was changed after it was sealed")])
    )
    assert console.main(["audit", "verify"]) == 1
    assert capsys.readouterr().out == (
        "第 7 条有问题：was changed after it was sealed\n"
        "共核对 0 条历史记录、0 个留存的印记，1 处有问题。\n0 entries, 0 remembered heads, 1 breaks.\n"
    )


# ---- the others ----


@pytest.mark.django_db
def test_doctor_says_every_line_and_fails_when_something_is_to_be_done(monkeypatch, capsys):
    lines = [doctor.Finding("磁盘", "剩余 5.0 GB"), doctor.Finding("时钟", "相差 9 秒", "请校准时间")]
    monkeypatch.setattr(doctor, "examine", lambda: iter(lines))
    assert console.main(["doctor"]) == 1
    assert capsys.readouterr().out == "OK  磁盘：剩余 5.0 GB\n!!  时钟：相差 9 秒。请校准时间\n"
    monkeypatch.setattr(doctor, "examine", lambda: iter(lines[:1]))
    assert console.main(["doctor"]) == 0


@pytest.mark.django_db
def test_worker_asks_for_setup_when_tables_are_out_of_date(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "pending_migrations", lambda: 3)
    assert console.main(["worker"]) == 1
    assert (
        capsys.readouterr().err
        == "数据表有 3 项待更新，请先运行 shuanglian setup。Run shuanglian setup first.\n"
    )


def test_manage_passes_everything_on_to_django(capsys):
    assert console.main(["manage", "version"]) == 0
    assert capsys.readouterr().out.startswith("5.2.")


def test_interrupted_command_ends_without_a_traceback(monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(console, "take_database", interrupted)
    assert console.main(["worker"]) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", ""])
def test_port_that_is_none_is_a_usage_error(text, capsys):
    with pytest.raises(SystemExit) as ending:
        console.main(["serve", "--port", text])
    assert ending.value.code == 2
    assert "端口应为 1 到 65535 的整数" in capsys.readouterr().err


def test_unknown_command_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as ending:
        console.main(["fly"])
    assert ending.value.code == 2
