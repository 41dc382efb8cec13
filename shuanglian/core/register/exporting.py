"""Make an ordered export as the one who asked: what he saw then and may still see, row by row, until he drops it."""

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import QueryDict

from shuanglian.core import actions
from shuanglian.core.access import require
from shuanglian.core.models import Export
from shuanglian.core.register import ask, index, listing, sheet
from shuanglian.core.register.columns import Column
from shuanglian.core.register.declare import Register

CHANGED_ROLE = "您的角色变了，不能再导出这个台账"
BROKEN = "出了意外。请再导出一次；还不行，请告诉系统管理员"


class DroppedError(Exception):
    """The one who asked does without it."""


def make(export: Export) -> None:
    """Write the file and hand it over; run by the job. A second run starts from the first row.

    Raises:
        Exception: whatever went wrong, after the one who asked was told that it did.
    """
    register, by = index.by_slug[export.register], export.by
    if not actions.start_export(export, by=by):
        return
    path = f"exports/{secrets.token_hex(16)}"
    try:
        _make(export, register, path, by)
    except DroppedError:
        actions.stored(path).unlink(missing_ok=True)
    except PermissionDenied:
        actions.stored(path).unlink(missing_ok=True)
        actions.fail_export(export, register, CHANGED_ROLE, by=by)
    except BaseException:
        actions.stored(path).unlink(missing_ok=True)
        actions.fail_export(export, register, BROKEN, by=by)
        raise


def rows_of(asked: ask.Asked, columns: list[Column] | None = None) -> Iterator[Any]:
    """The rows asked for, in their order, with what the columns (or the sheet) read from related rows; memory is flat."""
    rows: QuerySet[Any] = asked.ordered(asked.rows())
    columns = columns or asked.register.sheet_columns()
    return ask.with_relations(asked.register, rows, columns).iterator(chunk_size=sheet.CHUNK)


def words_of(asked: ask.Asked, params: QueryDict) -> str:
    """The conditions in force, for the history."""
    return "、".join(chip.text for chip in listing.in_force(asked, params))


def _make(export: Export, register: Register, path: str, by: Any) -> None:
    _act_as_then(export, by)
    require(by, register.permission("view"))
    require(by, register.permission("export"))
    params = QueryDict(export.query.lstrip("?"))
    asked = ask.read(register, params, by)
    write = sheet.write_csv if export.form == "csv" else sheet.write_xlsx
    counted = Counted(export, rows_of(asked), by)
    with _opened(actions.stored(path)) as out:
        write(register, counted, by, out)
    words = words_of(asked, params)
    if not actions.finish_export(export, register, words, path=path, done=counted.done, by=by):
        raise DroppedError


def _act_as_then(export: Export, by: Any) -> None:
    """Act under the assignments of the moment of asking, and under no wider ones.

    Raises:
        PermissionDenied: one of them is over.
    """
    if not set(export.acted_as) <= {post.pk for post in by.held}:
        raise PermissionDenied
    by.act_as(export.acted_as[0] if len(export.acted_as) == 1 else None)


def _opened(place: Path) -> Any:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place.open("xb")


class Counted(Iterable[Any]):
    """Rows that say how many of them went by, and stop when nobody wants them any more."""

    def __init__(self, export: Export, rows: Iterable[Any], by: Any) -> None:
        self.export, self.rows, self.by, self.done = export, rows, by, 0

    def __iter__(self) -> Iterator[Any]:
        for number, row in enumerate(self.rows, start=1):
            self.done = number
            if number % sheet.CHUNK == 0 and not actions.note_exported(self.export, number, by=self.by):
                raise DroppedError
            yield row
