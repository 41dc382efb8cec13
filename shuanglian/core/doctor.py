"""What ``shuanglian doctor`` looks at. Each check gives one line: in order, or what to do."""

import datetime as dt
import json
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from shuanglian.core.clock import now, today
from shuanglian.core.embedded import EmbeddedError
from shuanglian.core.serving import RefusedError, take_database

OLDEST_POSTGRES = 15
FREE_SPACE = 1024**3  # bytes
CLOCK_TOLERANCE = 5  # seconds
LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]"}
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``advice`` says what to do and is empty when it is in order."""

    subject: str
    state: str
    advice: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.advice

    def __str__(self) -> str:
        return f"{'OK' if self.fine else '!!'}  {self.subject}：{self.state}" + (
            self.advice and f"。{self.advice}"
        )


def examine() -> Iterator[Finding]:
    """Every check, in the order in which things depend on each other. Changes nothing."""
    yield from (secret_key(), debug(), hosts(), folder(), disk(), assets(), time_zone())
    reached = database()
    yield reached
    if reached.fine:
        yield from (vectors(), clock(), migrations())
        if not pending_migrations():
            yield from (calendar(), second_factors())


# ---- settings and machine ----


def secret_key() -> Finding:
    """The key that signs sessions."""
    key = settings.SECRET_KEY
    if len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-"):
        return Finding("密钥", "太短或是示例值", "去掉 SHUANGLIAN_SECRET 会自动生成一个")
    return Finding("密钥", "够长")


def debug() -> Finding:
    """Debug pages show settings and data to strangers."""
    if settings.DEBUG:
        return Finding("调试模式", "开着", "正式使用时去掉 SHUANGLIAN_DEBUG")
    return Finding("调试模式", "关着")


def hosts() -> Finding:
    """The names this server answers to, and whether cookies travel encrypted beyond this machine."""
    names = set(settings.ALLOWED_HOSTS)
    if "*" in names:
        return Finding("域名", "接受任何域名", "用 SHUANGLIAN_HOSTS 写明本站域名")
    if names - LOCAL_HOSTS and not settings.SESSION_COOKIE_SECURE:
        return Finding("域名", ", ".join(sorted(names)), "对外服务请用 HTTPS，并设 SHUANGLIAN_HTTPS=1")
    return Finding("域名", ", ".join(sorted(names)))


def folder() -> Finding:
    """The folder of everything that is written: ours, and its secrets closed to others."""
    var: Path = settings.VAR
    if not os.access(var, os.R_OK | os.W_OK | os.X_OK):
        return Finding("数据文件夹", f"{var} 不可写", "检查权限，或用 SHUANGLIAN_VAR 换一个文件夹")
    closed = [var / "postgres", var / "secrets", *(var / "secrets").glob("*")]
    for path in closed:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Finding("数据文件夹", f"{path} 对其他账户开放", f"运行 chmod go= {path}")
    return Finding("数据文件夹", str(var))


def disk() -> Finding:
    """Space for the database and for uploaded files."""
    free = shutil.disk_usage(settings.VAR if settings.VAR.exists() else Path.cwd()).free
    state = f"剩余 {free / 1024**3:.1f} GB"
    return Finding("磁盘", state, "" if free >= FREE_SPACE else "请腾出空间，至少 1 GB")


def missing_assets() -> list[Path]:
    """The built files of the pages that are not there; the manifest itself when nothing was built."""
    manifest: Path = settings.ASSETS / "manifest.json"
    try:
        chunks = json.loads(manifest.read_text())
    except (OSError, ValueError):
        return [manifest]
    named = [chunk["file"] for chunk in chunks.values()] + [
        css for c in chunks.values() for css in c.get("css", ())
    ]
    return [settings.ASSETS / name for name in named if not (settings.ASSETS / name).is_file()]


def assets() -> Finding:
    """Style sheet, scripts and icons."""
    missing = missing_assets()
    if missing:
        return Finding("网页资源", f"缺少 {missing[0]}", "运行 make build")
    return Finding("网页资源", "已生成")


def time_zone() -> Finding:
    """Deadlines are worked out in local time."""
    try:
        ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        return Finding("时区", f"系统里没有 {settings.TIME_ZONE}", "安装系统的 tzdata")
    return Finding("时区", settings.TIME_ZONE)


# ---- database ----


def database() -> Finding:
    """Reachable, and new enough."""
    try:
        take_database()
        connection.ensure_connection()
    except (EmbeddedError, RefusedError, OperationalError) as error:
        return Finding("数据库", "打不开", str(error))
    version = int(_one("SHOW server_version_num")) // 10000
    if version < OLDEST_POSTGRES:
        return Finding("数据库", f"PostgreSQL {version}", f"请换用 {OLDEST_POSTGRES} 以上的版本")
    return Finding("数据库", f"PostgreSQL {_one('SHOW server_version')}")


def vectors() -> Finding:
    """The extension that compares meanings."""
    found = _one(
        "SELECT max(coalesce(installed_version, default_version)) FROM pg_available_extensions WHERE name = 'vector'"
    )
    if not found:
        return Finding("pgvector", "没有安装", "在数据库服务器上安装 pgvector 扩展")
    return Finding("pgvector", found)


def clock() -> Finding:
    """Time stamps come from both machines."""
    theirs = _one("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')")
    apart = abs((now() - dt.datetime.fromisoformat(f"{theirs}+00:00")).total_seconds())
    if apart > CLOCK_TOLERANCE:
        return Finding("时钟", f"与数据库相差 {apart:.0f} 秒", "请校准两台机器的时间")
    return Finding("时钟", "与数据库一致")


def pending_migrations() -> int:
    """How many changes of the tables are still to be made."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrations() -> Finding:
    """The tables fit the programme."""
    pending = pending_migrations()
    if pending:
        return Finding("数据表", f"有 {pending} 项待更新", "运行 shuanglian setup")
    return Finding("数据表", "是最新的")


def calendar() -> Finding:
    """This year's holidays, and from December next year's: they are published in November."""
    day = today()
    years = [day.year, day.year + 1] if day.month == DECEMBER else [day.year]
    days = apps.get_model("core", "CalendarDay")._default_manager
    missing = [year for year in years if not days.filter(day__year=year).exists()]
    if missing:
        return Finding("工作日历", f"没有 {missing[0]} 年", "请在“工作日历”里录入放假和调休安排")
    return Finding("工作日历", f"到 {years[-1]} 年")


def second_factors() -> Finding:
    """Secrets of authenticators that no key opens: their owners cannot sign in."""
    unreadable = import_string("shuanglian.accounts.queries.unreadable_factors")()
    if unreadable:
        return Finding(
            "两步验证", f"{unreadable} 个读不出", "把原来的密钥写在 SHUANGLIAN_FACTOR_KEYS 里新密钥的后面"
        )
    return Finding("两步验证", "密钥都对")


def _one(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return str(row[0]) if row and row[0] is not None else ""
