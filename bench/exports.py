# ruff: noqa: PLC0415
"""The organisation ledger of 100,000 rows and 22 columns as a workbook: ours beside bare xlsxwriter with ready values.

Ours asks the database, follows the relations, says every value as the sheet wants it and masks what must be masked;
the bare one writes the same cells from memory. Both in constant memory, in turns.
"""

import itertools
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from bench import data
from bench.data import say

BAR = 1.5
ROUNDS = 3
READY = 2_000  # rows of cells the bare writer repeats
TRIED = data.ORGANIZATIONS + 10_000_000  # ids of the rows made here

_ROWS = """
INSERT INTO directory_organization (id, county, created, updated, name, short_name, uscc, uscc_doubtful, kind,
    industry_code, industry_version, is_forging, forging_reason, is_scaled, division_id, address, headcount_band,
    registration, member_count, contact_name, contact_phone, source, checked_on, note, pinyin, initials)
SELECT %(first)s + g, o.county, now(), now(), '定襄县第' || g || '法兰锻造有限公司', '', '91140921' || lpad(g::text, 10, '0'), false,
    o.kind, o.industry_code, 2017, true, '', g %% 9 = 0, o.division_id, '定襄县锻造产业园区第' || g %% 97 || '号', '20-299',
    'active', g %% 60, '周建国', '13800000000', '市场监管局', '2026-03-05', '第' || g || '条备注', 'ding ' || g, 'd' || g
FROM generate_series(1, %(count)s) g
JOIN directory_organization o ON o.id = %(organization)s + 1 + g %% %(organizations)s"""


def main(count: int) -> None:
    """Print both times and their ratio, and how much memory the process ever held."""
    url = data.start()
    with data.database(url, "exports"):
        data.run(
            _ROWS,
            first=TRIED,
            count=count - data.ORGANIZATIONS,
            organization=data.FIRST["organization"],
            organizations=data.ORGANIZATIONS,
        )
        data.finish()
        report(count)


def report(count: int) -> None:
    """In turns, so that both meet the same machine."""
    cells = ready()
    before = peak()
    mine, bare = [], []
    for _ in range(ROUNDS):
        bare.append(timed(lambda: write_bare(itertools.islice(itertools.cycle(cells), count))))
        mine.append(timed(write_ours))
    ratio = min(mine) / min(bare)
    say(
        f"{count:,} rows × {len(cells[0])} columns: ours {min(mine):.1f} s, bare xlsxwriter {min(bare):.1f} s"
    )
    say(f"memory beyond what Django holds: {(peak() - before) / 1024:.0f} MiB")
    say(f"ratio {ratio:.2f}, bar ≤ {BAR}: {'held' if ratio <= BAR else 'MISSED'}")


def write_ours() -> None:
    """As the job does it, into a file without a name."""
    from shuanglian.core.register import ask, sheet

    register, user = _register()
    rows = ask.with_relations(
        register, register.rows(user).order_by("pinyin", "pk"), register.sheet_columns()
    )
    sheet.write_xlsx(register, rows.iterator(chunk_size=sheet.CHUNK), user).close()


def write_bare(rows: Iterator[tuple[Any, ...]]) -> None:
    """The same kinds of cells with nothing around them."""
    import xlsxwriter

    with (
        tempfile.TemporaryFile() as out,
        xlsxwriter.Workbook(out, {"constant_memory": True}) as book,
    ):
        page = book.add_worksheet("台账")
        text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, str):
                    if value:
                        page.write_string(at, column, value, text)
                elif isinstance(value, int):
                    page.write_number(at, column, value)
                elif value is not None:
                    page.write_datetime(at, column, value, day)


def ready() -> list[tuple[Any, ...]]:
    """The cells of the first rows, 序号 included, as ours would write them."""
    from shuanglian.core.register import ask

    register, user = _register()
    columns = [column.cells(user) for column in register.sheet_columns()]
    rows = ask.with_relations(register, register.rows(user).order_by("-pk"), register.sheet_columns())[:READY]
    return [(at, *(cell(row) for cell in columns)) for at, row in enumerate(rows, start=1)]


def _register() -> tuple[Any, Any]:
    from shuanglian.accounts.models import User
    from shuanglian.core.register import index

    return index.by_slug["organizations"], User.objects.get(pk=data.STAFF)


def timed(work: Any) -> float:
    """Seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak() -> int:
    """The most memory this process ever held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
