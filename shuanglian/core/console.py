"""The command ``shuanglian``: demo, setup, serve, worker, doctor, audit verify, second-factor-off, match, manage.

Without ``DATABASE_URL`` every command first takes a lease of the built-in PostgreSQL. What a person must know comes as
a sentence and an exit code; a traceback is a defect. Apps above the kernel are entered by name (management commands,
dotted paths), since the kernel imports nothing that stands on it.
"""

import argparse
import os
import secrets
import signal
import string
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command, execute_from_command_line
from django.db import OperationalError, connection, transaction
from django.utils.module_loading import import_string

from shuanglian.core import doctor
from shuanglian.core.embedded import EmbeddedError
from shuanglian.core.serving import (
    RefusedError,
    lanes,
    require_free_port,
    run_jobs,
    run_together,
    serve_pages,
    take_database,
)

ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")
DEMO_WORKERS = 2
INTERRUPTED = 130  # what a shell reports for a command ended by Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if given[:1] == ["manage"]:
        return manage(given[1:])
    if given[:2] == ["match", "reindex"]:
        return manage(["reindex_offers", *given[2:]])
    if given[:2] == ["match", "refit"]:
        return manage(["refit_weights", *given[2:]])
    if given[:1] == ["match"]:  # ``shuanglian.__main__`` takes this before Django is loaded
        return int(import_string("shuanglian.matching.engine.cli.main")(given[1:]))
    chosen = _parser().parse_args(given)
    return _plainly(lambda: chosen.run(chosen))


def manage(arguments: Sequence[str]) -> int:
    """Django's own commands, with the database at hand; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    def run() -> int:
        take_database()
        execute_from_command_line(["shuanglian manage", *arguments])
        return 0

    return _plainly(run)


# ---- the commands ----


def demo(chosen: argparse.Namespace) -> int:
    """Serve the demonstration county, which is built when the database is empty, until Ctrl-C."""
    os.environ["SHUANGLIAN_DEMO"] = "1"
    require_free_port(chosen.host, chosen.port)
    _require_assets()
    _open_database()
    _migrate()
    call_command("load_demo")
    web = partial(serve_pages, chosen.host, chosen.port, DEMO_WORKERS)
    run_together((chosen.host, chosen.port), [web, *lanes()], partial(_announce, chosen.host, chosen.port))
    _say("已停止。Stopped.")
    return 0


def setup(_: argparse.Namespace) -> int:
    """Bring the tables up to date and make the first administrators, if there are none. Safe to repeat."""
    _open_database()
    _migrate()
    people = get_user_model()._default_manager
    machine = import_string("shuanglian.accounts.actions.ensure_system_user")(settings.SHUANGLIAN_COUNTY)
    import_string("shuanglian.accounts.actions.encrypt_second_factors")(by=machine)
    missing = [role for role in ADMINISTRATORS if not people.filter(username=role).exists()]
    if not missing:
        _say("数据表和管理员都已就绪。Tables and administrators are ready.")
        return 0
    given = {role: os.environ.get(f"SHUANGLIAN_{role.upper()}_PASSWORD", "") for role in missing}
    made = {role: _password() for role in missing if not given[role]}
    create = import_string("shuanglian.accounts.actions.create_first_administrators")
    try:
        with transaction.atomic():
            create(settings.SHUANGLIAN_COUNTY, {**given, **made})
            kept = _keep_passwords(made) if made else None
    except ValidationError as error:
        raise RefusedError(" ".join(error.messages)) from error
    _say(f"已建立管理员账号：{'、'.join(missing)}。Administrators created.")
    if kept:
        _say(f"初始密码在 {kept}，首次登录须修改；记下后请删除这个文件。First passwords are in that file.")
    return 0


def serve(chosen: argparse.Namespace) -> int:
    """Serve the pages until told to stop."""
    require_free_port(chosen.host, chosen.port)
    _require_assets()
    _open_database()
    _require_tables()
    _say(f"网址 http://{chosen.host}:{chosen.port}/")
    serve_pages(chosen.host, chosen.port, chosen.workers)
    return 0


def worker(_: argparse.Namespace) -> int:
    """Run background jobs until told to stop."""
    _open_database()
    _require_tables()
    run_jobs()
    return 0


def second_factor_off(chosen: argparse.Namespace) -> int:
    """Switch a second factor off when no administrator is left who could."""
    _open_database()
    _require_tables()
    user = get_user_model()._default_manager.filter(username=chosen.account).first()
    if user is None:
        raise RefusedError(f"没有账号 {chosen.account}。No such account.")
    machine = import_string("shuanglian.accounts.queries.system_user")(settings.SHUANGLIAN_COUNTY)
    try:
        import_string("shuanglian.accounts.actions.remove_second_factor")(
            user, by=machine, note=chosen.reason
        )
    except (PermissionDenied, ValidationError) as error:
        raise RefusedError(f"{chosen.account}：没有可以关闭的两步验证。Nothing to switch off.") from error
    _say(f"已关闭 {chosen.account} 的两步验证，他的登录都已退出。Switched off; all sessions ended.")
    return 0


def examine(_: argparse.Namespace) -> int:
    """Say for each thing whether it is in order, and what to do if not."""
    django.setup()
    findings = list(doctor.examine())
    for finding in findings:
        _say(str(finding))
    return 0 if all(finding.fine for finding in findings) else 1


def audit_verify(_: argparse.Namespace) -> int:
    """Recompute the chain of history, through every head remembered outside the database, and name every break."""
    _open_database()
    anchors = import_string("shuanglian.core.anchors")
    breaks = 0
    try:
        remembered = anchors.remembered()
    except anchors.UnreadableError as error:
        raise RefusedError(f"印记文件被改过：{error}。That line is no anchor.") from error
    for found in import_string("shuanglian.core.sealing.verify_chain")([at.head for at in remembered]):
        breaks += 1
        _say(f"第 {found.entry_id} 条有问题：{found.reason}")
    count = apps.get_model("core", "Entry")._default_manager.count()
    _say(f"共核对 {count} 条历史记录、{len(remembered)} 个留存的印记，{breaks} 处有问题。")
    _say(f"{count} entries, {len(remembered)} remembered heads, {breaks} breaks.")
    return 1 if breaks else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shuanglian", description="双链：两张清单、两条链。Needs and shared offers of a county."
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    for command in (
        add("demo", demo, "演示：建好示例县并打开服务。Build the demonstration and serve it."),
        serving := add("serve", serve, "提供网页服务。Serve the pages."),
    ):
        command.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="HOST, 127.0.0.1")
        command.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"), help="PORT, 8000")
    serving.add_argument(
        "--workers", type=int, default=os.environ.get("WORKERS", str(os.cpu_count() or 1)), help="WORKERS"
    )
    add("setup", setup, "首次安装：建表，建管理员。Migrate and create the first administrators.")
    add("worker", worker, "后台任务。Run background jobs.")
    add("doctor", examine, "体检：逐项检查，告诉您要做什么。Check the installation.")
    audit = add("audit", audit_verify, "历史记录。The legal history.")
    audit.add_argument("verify", choices=["verify"], help="核对是否被改动。Prove that nothing was changed.")
    factor = add(
        "second-factor-off", second_factor_off, "关闭一个账号的两步验证。Switch a second factor off."
    )
    factor.add_argument("account", help="账号。The account's name.")
    factor.add_argument("reason", help="为什么，写进操作记录。Why; it goes into the history.")
    add("match", lambda _: 0, "供需匹配：rank、allocate、reindex、refit。Match needs and offers.")
    add("manage", lambda _: manage([]), "Django 的管理命令。Django's own commands.")
    return parser


# ---- what the commands share ----


def _plainly(run: Callable[[], int]) -> int:
    """Turn what people can put right into a sentence on standard error and an exit code."""
    try:
        return run()
    except (RefusedError, EmbeddedError) as error:
        return _refuse(str(error))
    except OperationalError as error:
        return _refuse(f"连不上数据库，请检查 DATABASE_URL。The database cannot be reached: {error}".rstrip())
    except KeyboardInterrupt:
        return INTERRUPTED


def _open_database() -> None:
    """Check the folder, bring the database up, set Django up."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until a server installs its own
    try:
        settings.VAR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.VAR):
            pass
    except OSError as error:
        raise RefusedError(
            f"文件夹 {settings.VAR} 不可写，请检查权限，或用 SHUANGLIAN_VAR 换一个文件夹。"
            f"Cannot write there ({error.strerror}); check its permissions or set SHUANGLIAN_VAR."
        ) from error
    take_database()
    django.setup()


def _migrate() -> None:
    if doctor.pending_migrations():
        _say("正在准备数据表……Preparing the tables.")
        call_command("migrate", interactive=False, verbosity=0)


def _require_tables() -> None:
    pending = doctor.pending_migrations()
    if pending:
        raise RefusedError(
            f"数据表有 {pending} 项待更新，请先运行 shuanglian setup。Run shuanglian setup first."
        )


def _require_assets() -> None:
    missing = doctor.missing_assets()
    if missing:
        raise RefusedError(f"缺少网页资源 {missing[0]}，请先运行 make build。Run make build first.")


def _announce(host: str, port: int) -> None:
    _say(f"\n双链已就绪：http://{host}:{port}/   按 Ctrl-C 停止。Ctrl-C stops.\n")
    call_command("load_demo", accounts=True)
    connection.close()


def _password() -> str:
    """Twenty characters of at least three classes, without look-alikes."""
    letters = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")
    return "".join(secrets.choice(letters) for _ in range(17)) + "a7R"


def _keep_passwords(made: dict[str, str]) -> Path:
    path: Path = settings.VAR / "secrets" / "first-passwords"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
        file.writelines(f"{role} {word}\n" for role, word in made.items())
    return path


def _port(text: str) -> int:
    """A port number; anything else is said by argparse."""
    number = int(text) if text.isdigit() else 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"端口应为 1 到 65535 的整数：{text!r}。Not a port number.")
    return number


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _refuse(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1
