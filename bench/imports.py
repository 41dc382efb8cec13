# ruff: noqa: PLC0415
"""A hundred thousand organisations from a workbook of twenty columns, against the plain ways of doing less.

Ours: the file is opened in a process of its own, every cell checked, every row staged, matched with the ledger, decided by
the action of the register, written, with one sealed line of history each. Beside it, in the same run and into the same
table with its indexes: openpyxl and ``bulk_create``, and bare calamine and COPY; both check nothing and record nothing.
The bars are about the time that a person waits; beside it stand seconds of processor, PostgreSQL's included, which tell how
much of the time others took, and how much was done at once on two cores.
"""

import contextlib
import datetime as dt
import io
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench import data
from bench.data import say

ROWS, FEW = 100_000, 20_000
FASTER, SLOWER, MOST_MEMORY = 4.0, 2.5, 400
HEADS = [
    "序号",
    "组织名称",
    "统一社会信用代码",
    "组织类别",
    "行业代码",
    "行业名称",
    "是否锻造企业",
    "是否规模以上",
    "所属乡镇代码",
    "所属乡镇",
    "注册地址",
    "从业人员数(档)",
    "登记状态",
    "党组织覆盖方式",
    "所属党组织名称",
    "党员数(合计)",
    "联系人",
    "联系电话",
    "数据来源",
    "备注",
]
FIELDS = [
    "name",
    "uscc",
    "kind",
    "industry_code",
    "is_forging",
    "is_scaled",
    "division_id",
    "address",
    "headcount_band",
    "registration",
    "member_count",
    "contact_name",
    "contact_phone",
    "source",
    "note",
]
_NAMES = "冠昊宏鑫晋天力泰永兴华盛金瑞恒通源达国长重乐行朝圣宇嘉和凯腾飞龙海峰正"
_TRADES = (
    "锻造有限公司",
    "法兰有限公司",
    "重工机械有限公司",
    "锻压股份有限公司",
    "环件厂",
    "管件有限责任公司",
)


class Spent(NamedTuple):
    """Seconds: that somebody waited, and of processor."""

    wall: float
    processor: float


def main(arguments: list[str]) -> None:
    """Print times, ratios and memory; or, called with ``job``, do one import and print what it took."""
    if arguments[:1] == ["job"]:
        job(arguments[1], arguments[2])
        return
    url = data.start()
    with tempfile.TemporaryDirectory() as folder:
        paths = {count: make(Path(folder) / f"{count}.xlsx", count) for count in (FEW, ROWS)}
        large = paths[ROWS]
        took: dict[str, Spent] = {}
        for name, way in (("bare", bare), ("plain", plain)):
            with data.database(url, f"imports_{name}"):
                prepare()
                start = spent()
                way(large)
                took[name] = since(start)
        few, many = (ours(url, paths[count]) for count in (FEW, ROWS))
    report(took, few, many)


def spent() -> Spent:
    """Seconds so far: by the clock, and of processor (this process, children it has waited for, its session of PostgreSQL)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    user, system = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[11:13]
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = os.sysconf("SC_CLK_TCK")
    own = time.process_time() + children.ru_utime + children.ru_stime
    return Spent(time.perf_counter(), own + (int(user) + int(system)) / ticks)


def since(start: Spent) -> Spent:
    """What was spent from then to now."""
    now = spent()
    return Spent(now.wall - start.wall, now.processor - start.processor)


def report(took: dict[str, Spent], few: dict[str, float], many: dict[str, float]) -> None:
    """Times, the two ratios and the memory."""
    check = Spent(many["check_wall"], many["check"])
    write = Spent(many["write_wall"], many["write"])
    mine = Spent(check.wall + write.wall, check.processor + write.processor)
    say("                         waited  of processor (seconds)")
    named = {
        "openpyxl + bulk_create": took["plain"],
        "calamine + COPY": took["bare"],
        "checked and staged": check,
    }
    for name, one in (named | {"written": write, f"import, {ROWS:,} rows": mine}).items():
        say(f"{name:24} {one.wall:6.1f}  {one.processor:6.1f}")
    faster = [theirs / ours for theirs, ours in zip(took["plain"], mine, strict=True)]
    slower = [ours / theirs for theirs, ours in zip(took["bare"], mine, strict=True)]
    for name, ratios, bar, held in (
        ("openpyxl + bulk_create ÷ import", faster, f"≥ {FASTER}", faster[0] >= FASTER),
        ("import ÷ calamine + COPY", slower, f"≤ {SLOWER}", slower[0] <= SLOWER),
    ):
        say(f"{name:32} {ratios[0]:5.2f}, of processor {ratios[1]:5.2f}  bar {bar}: {_held(held)}")
    for name in ("job", "reader"):
        say(f"memory of the {name:6} {few[name]:5.0f} MiB at {FEW:,} rows, {many[name]:5.0f} MiB at {ROWS:,}")
    together = many["job"] + many["reader"]
    say(f"together {together:.0f} MiB  bar ≤ {MOST_MEMORY}: {_held(together <= MOST_MEMORY)}")


def bare(path: Path) -> None:
    """calamine and COPY into the table: no checks, no history."""
    import python_calamine as calamine
    from django.db import connection

    places = [HEADS.index(head) for head in _HEADS_OF_FIELDS]
    sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_index(0)
    convert = _converters()
    columns = ", ".join((*FIELDS, *_REST))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY directory_organization ({columns}) FROM STDIN") as copy,
    ):
        rows = iter(sheet.iter_rows())
        next(rows)
        for row in rows:
            values = (turn(row[place]) for turn, place in zip(convert, places, strict=True))
            copy.write_row((*values, *_REST.values()))


def plain(path: Path) -> None:
    """openpyxl and bulk_create: no checks, no history."""
    from openpyxl import load_workbook

    from shuanglian.directory.models import Organization

    places = [HEADS.index(head) for head in _HEADS_OF_FIELDS]
    convert = _converters()
    rows = load_workbook(path, read_only=True).active.iter_rows(min_row=2, values_only=True)  # type: ignore[union-attr]
    made = (
        Organization(
            **{field: turn(row[place]) for field, turn, place in zip(FIELDS, convert, places, strict=True)},
            **_REST,
        )
        for row in rows
    )
    Organization.objects.bulk_create(made, batch_size=1_000)


def ours(url: str, path: Path) -> dict[str, float]:
    """The import, in a process of its own so that its memory can be told: seconds and MiB."""
    with data.database(url, "imports_ours") as name:
        prepare()
        command = [sys.executable, "-m", "bench.imports", "job", urlsplit(name).path[1:], str(path)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=data.ROOT)  # noqa: S603
    return {key: float(value) for key, value in (pair.split("=") for pair in answer.stdout.split())}


def job(name: str, path: str) -> None:
    """Check and write one workbook as the member of staff; what it took."""
    data.start()
    from django.contrib.auth import get_user_model
    from django.core.files.uploadedfile import SimpleUploadedFile

    from shuanglian.core import actions
    from shuanglian.core.register import index
    from shuanglian.core.register.imports.workbook import opened
    from tests import databases

    databases.use(name)
    staff, register = get_user_model()._default_manager.get(pk=data.STAFF), index.by_slug["organizations"]
    upload = SimpleUploadedFile("a.xlsx", Path(path).read_bytes())
    start = spent()
    batch = actions.check_import(actions.open_import(register, upload, by=staff), register, by=staff)
    check, start = since(start), spent()
    actions.confirm_import(batch, register, seen=batch.counts, only_valid=True, by=staff)
    batch = actions.write_import(batch, register, by=staff)
    write = since(start)
    if batch.state != "written" or batch.counts["new"] + batch.counts["twice"] != sum(batch.counts.values()):
        raise SystemExit(f"{batch.state} {batch.counts} {batch.problem}")
    memory = _most("self")
    with opened(Path(path).read_bytes()) as book:
        sum(1 for _ in book.rows(book.sheets[0]))
        (child,) = (
            Path("/proc/self/task").joinpath(str(threading.get_native_id()), "children").read_text().split()
        )
        reader = _most(child)
    say(
        f"check={check.processor} check_wall={check.wall} write={write.processor} write_wall={write.wall}"
        f" job={memory} reader={reader}"
    )


def _most(process: str) -> float:
    """The most memory a process has had, in MiB; ``ru_maxrss`` would count what its parent had before it."""
    status = Path("/proc", process, "status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


def prepare() -> None:
    """An empty ledger."""
    data.run("TRUNCATE directory_organization CASCADE")
    data.finish()


def make(path: Path, count: int) -> Path:
    """A workbook of valid rows, every name and code of its own."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(_rows(count)):
            for place, cell in enumerate(row):
                page.write(number, place, cell)
    return path


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    from shuanglian.core.uscc import check_character

    chance = random.Random(20_260_305)  # noqa: S311
    yield tuple(HEADS)
    for number in range(1, count + 1):
        body = f"91140921MA{number:07d}"
        name = f"定襄县{''.join(chance.choices(_NAMES, k=3))}{number % 97}{chance.choice(_TRADES)}"
        yield (
            *(
                number,
                name,
                body + check_character(body),
                "私营企业",
                chance.choice(("3393", "3489", "3443")),
                "锻件",
            ),
            *(
                "是" if number % 3 else "否",
                "否" if number % 5 else "是",
                "",
                chance.choice(("蒋村镇", "宏道镇", "季庄镇")),
            ),
            *(
                f"定襄县某某街{number % 1000}号",
                chance.choice(("不到20人", "20至299人")),
                "在业",
                "",
                "",
                number % 60,
            ),
            *(
                chance.choice(("王晓岚", "李建国", "张秀英")),
                f"138{number:08d}",
                "2026 年摸底",
                f"第{number}行",
            ),
        )


_HEADS_OF_FIELDS = [
    head
    for head in HEADS
    if head not in ("序号", "行业名称", "所属乡镇代码", "党组织覆盖方式", "所属党组织名称")
]
_REST: dict[str, Any] = {
    "county": data.COUNTY,
    "created": dt.datetime(2026, 3, 5, tzinfo=dt.UTC),
    "updated": dt.datetime(2026, 3, 5, tzinfo=dt.UTC),
    "short_name": "",
    "uscc_doubtful": False,
    "industry_version": 2017,
    "forging_reason": "按台账",
    "pinyin": "",
    "initials": "",
}


def _converters() -> list[Any]:
    """For each of FIELDS what makes a cell the value of the column."""
    from shuanglian.directory.models import Division

    towns = dict(Division.objects.filter(level="township").values_list("name", "pk"))
    words = {
        "私营企业": "private_enterprise",
        "不到20人": "under_20",
        "20至299人": "under_300",
        "在业": "active",
    }
    word, yes = words.__getitem__, "是".__eq__
    return [str, str, word, str, yes, yes, towns.__getitem__, str, word, word, int, str, str, str, str]


def _held(held: bool) -> str:
    return "held" if held else "MISSED"


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1:])
