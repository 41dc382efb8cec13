"""Each check of the doctor: in order, and not."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from django.db import OperationalError

from shuanglian.core import doctor
from shuanglian.core.doctor import Finding
from shuanglian.core.embedded import EmbeddedError
from shuanglian.core.models import CalendarDay

GOOD_KEY = "0123456789abcdefghijklmnopqrstuvwxyz-0123456789-abcdef"


def test_secret_key_must_be_long_and_no_example(settings):
    settings.SECRET_KEY = GOOD_KEY
    assert doctor.secret_key() == Finding("密钥", "够长")
    for bad in ("short", "x" * 60, f"django-insecure-{GOOD_KEY}"):
        settings.SECRET_KEY = bad
        assert doctor.secret_key() == Finding(
            "密钥", "太短或是示例值", "去掉 SHUANGLIAN_SECRET 会自动生成一个"
        )


def test_debug_must_be_off(settings):
    settings.DEBUG = False
    assert doctor.debug() == Finding("调试模式", "关着")
    settings.DEBUG = True
    assert doctor.debug() == Finding("调试模式", "开着", "正式使用时去掉 SHUANGLIAN_DEBUG")


def test_hosts_must_be_named_and_served_encrypted(settings):
    settings.SESSION_COOKIE_SECURE = False
    settings.ALLOWED_HOSTS = ["localhost"]
    assert doctor.hosts() == Finding("域名", "localhost")
    settings.ALLOWED_HOSTS = ["*"]
    assert doctor.hosts() == Finding("域名", "接受任何域名", "用 SHUANGLIAN_HOSTS 写明本站域名")
    settings.ALLOWED_HOSTS = ["a.example", "localhost"]
    assert doctor.hosts() == Finding(
        "域名", "a.example, localhost", "对外服务请用 HTTPS，并设 SHUANGLIAN_HTTPS=1"
    )
    settings.SESSION_COOKIE_SECURE = True
    assert doctor.hosts() == Finding("域名", "a.example, localhost")


def test_folder_must_be_writable_and_its_secrets_closed(settings, tmp_path):
    settings.VAR = tmp_path
    assert doctor.folder() == Finding("数据文件夹", str(tmp_path))
    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets/key").touch(mode=0o600)
    assert doctor.folder() == Finding("数据文件夹", str(tmp_path))
    (tmp_path / "secrets/key").chmod(0o640)
    assert doctor.folder() == Finding(
        "数据文件夹", f"{tmp_path}/secrets/key 对其他账户开放", f"运行 chmod go= {tmp_path}/secrets/key"
    )
    settings.VAR = tmp_path / "none"
    assert doctor.folder() == Finding(
        "数据文件夹", f"{tmp_path}/none 不可写", "检查权限，或用 SHUANGLIAN_VAR 换一个文件夹"
    )


@pytest.mark.parametrize(
    ("free", "finding"),
    [
        (1024**3, Finding("磁盘", "剩余 1.0 GB")),
        (1024**3 // 2, Finding("磁盘", "剩余 0.5 GB", "请腾出空间，至少 1 GB")),
    ],
)
def test_disk_needs_a_gigabyte(monkeypatch, free, finding):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 0, free))
    assert doctor.disk() == finding


def test_assets_must_all_be_there(settings, tmp_path):
    settings.ASSETS = tmp_path
    assert doctor.assets() == Finding("网页资源", f"缺少 {tmp_path}/manifest.json", "运行 make build")
    (tmp_path / "manifest.json").write_text(
        json.dumps({"js/main.js": {"file": "main-1.js", "css": ["app-1.css"]}})
    )
    (tmp_path / "main-1.js").touch()
    assert doctor.missing_assets() == [Path(tmp_path / "app-1.css")]
    (tmp_path / "app-1.css").touch()
    assert doctor.assets() == Finding("网页资源", "已生成")
    (tmp_path / "manifest.json").write_text("{")
    assert doctor.missing_assets() == [Path(tmp_path / "manifest.json")]


def test_time_zone_must_be_known(settings):
    assert doctor.time_zone() == Finding("时区", "Asia/Shanghai")
    settings.TIME_ZONE = "Asia/Dingxiang"
    assert doctor.time_zone() == Finding("时区", "系统里没有 Asia/Dingxiang", "安装系统的 tzdata")


@pytest.mark.parametrize("error", [EmbeddedError("磁盘已满"), OperationalError("磁盘已满")])
def test_database_that_cannot_be_had_is_the_last_line(monkeypatch, error):
    def refused():
        raise error

    monkeypatch.setattr(doctor, "take_database", refused)
    assert list(doctor.examine())[-1] == Finding("数据库", "打不开", "磁盘已满")


@pytest.mark.django_db
def test_old_database_is_refused(monkeypatch):
    monkeypatch.setattr(doctor, "take_database", lambda: None)
    monkeypatch.setattr(doctor, "_one", lambda _: "140011")
    assert doctor.database() == Finding("数据库", "PostgreSQL 14", "请换用 15 以上的版本")


@pytest.mark.django_db
def test_missing_vectors_are_said(monkeypatch):
    monkeypatch.setattr(doctor, "_one", lambda _: "")
    assert doctor.vectors() == Finding("pgvector", "没有安装", "在数据库服务器上安装 pgvector 扩展")


@pytest.mark.django_db
def test_clock_that_differs_from_the_database_is_said(monkeypatch):
    assert doctor.clock() == Finding("时钟", "与数据库一致")
    noon = dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(doctor, "now", lambda: noon)
    monkeypatch.setattr(doctor, "_one", lambda _: "2026-03-09T12:01:30")
    assert doctor.clock() == Finding("时钟", "与数据库相差 90 秒", "请校准两台机器的时间")


@pytest.mark.django_db
def test_tables_that_are_out_of_date_are_said(monkeypatch):
    assert doctor.migrations() == Finding("数据表", "是最新的")
    monkeypatch.setattr(doctor, "pending_migrations", lambda: 2)
    assert doctor.migrations() == Finding("数据表", "有 2 项待更新", "运行 shuanglian setup")


@pytest.mark.django_db
def test_calendar_must_hold_this_year_and_in_december_the_next(monkeypatch):
    CalendarDay.objects.all().delete()
    CalendarDay.objects.create(day=dt.date(2030, 1, 1), is_workday=False, note="元旦")
    for day, finding in {
        dt.date(2030, 11, 30): Finding("工作日历", "到 2030 年"),
        dt.date(2030, 12, 1): Finding("工作日历", "没有 2031 年", "请在“工作日历”里录入放假和调休安排"),
        dt.date(2031, 1, 1): Finding("工作日历", "没有 2031 年", "请在“工作日历”里录入放假和调休安排"),
    }.items():
        monkeypatch.setattr(doctor, "today", lambda day=day: day)
        assert doctor.calendar() == finding


@pytest.mark.django_db
def test_examination_covers_everything_in_order(monkeypatch):
    monkeypatch.setattr(doctor, "take_database", lambda: None)
    assert [finding.subject for finding in doctor.examine()] == [
        *("密钥", "调试模式", "域名", "数据文件夹", "磁盘", "网页资源", "时区"),
        *("数据库", "pgvector", "时钟", "数据表", "工作日历", "两步验证"),
    ]


@pytest.mark.django_db
def test_second_factors_without_their_key_are_counted(monkeypatch):
    assert doctor.second_factors() == Finding("两步验证", "密钥都对")
    monkeypatch.setattr("shuanglian.accounts.queries.unreadable_factors", lambda: 2)
    assert doctor.second_factors() == Finding(
        "两步验证", "2 个读不出", "把原来的密钥写在 SHUANGLIAN_FACTOR_KEYS 里新密钥的后面"
    )
