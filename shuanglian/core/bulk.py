"""Write many rows of one model at once, by COPY, and look quickly whether a row fits its fields.

Bulk actions use it beside the actions for one row: they decide the same and record the same, only the writing is shared.
"""

import datetime as dt
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar

from django.db import connection, models
from django.db.models import Model
from django.db.models.base import ModelState

_LARGEST: dict[type[Any], int] = {
    models.PositiveSmallIntegerField: 32_767,
    models.PositiveIntegerField: 2_147_483_647,
}
Fit: TypeAlias = Callable[[Any, Any], bool]
Row = TypeVar("Row", bound=Model)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles: over thousands of rows that all stay until their piece is done it walks in vain,
    a quarter of the time. What forms no cycle is freed at once as always.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def copy_in(rows: Sequence[Model]) -> None:
    """Insert rows of one model and give them their keys; no signals, no defaults of the database."""
    if not rows:
        return
    meta: Any = rows[0]._meta
    _number(rows)
    _stamp(rows, add=True)
    take = itemgetter(*(field.attname for field in meta.concrete_fields))
    columns = ", ".join(connection.ops.quote_name(field.column) for field in meta.concrete_fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {connection.ops.quote_name(meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for values in map(take, map(vars, rows)):
            copy.write_row(values)


def copy_over(rows: Sequence[Model], names: Iterable[str]) -> None:
    """Store these fields of rows that exist already, and when that was, in one statement for all."""
    if not rows:
        return
    meta: Any = rows[0]._meta
    names = {*names, *_stamp(rows, add=False)}
    fields = [meta.pk, *(meta.get_field(name) for name in sorted(names))]
    quote, table = connection.ops.quote_name, connection.ops.quote_name(meta.db_table)
    columns = ", ".join(quote(field.column) for field in fields)
    sets = ", ".join(f"{quote(field.column)} = given.{quote(field.column)}" for field in fields[1:])
    key = quote(meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE given ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")  # noqa: S608
        with cursor.copy(f"COPY given ({columns}) FROM STDIN") as copy:
            for values in map(attrgetter(*(field.attname for field in fields)), rows):
                copy.write_row(values)
        cursor.execute(f"UPDATE {table} SET {sets} FROM given WHERE {table}.{key} = given.{key}")  # noqa: S608
        cursor.execute("DROP TABLE given")


def another(blank: Row) -> Row:
    """A new row with the values of one that is not stored: making many from one spares asking every field's default."""
    row = blank.__class__.__new__(blank.__class__)
    row.__dict__.update(blank.__dict__, _state=ModelState())
    return row


def fits(row: Model) -> bool:
    """Whether ``row.clean_fields()`` would surely find nothing. No is no answer: then it must be asked itself.

    It asks the database for every row that is pointed at, and costs a tenth of a millisecond even when all is well.
    """
    values = vars(row)
    return all(fit(row, values[attname]) for attname, fit in _fits(type(row)))


def _number(rows: Sequence[Model]) -> None:
    meta: Any = rows[0]._meta
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [meta.db_table, meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key


def _stamp(rows: Sequence[Model], *, add: bool) -> list[str]:
    """Let the fields that know when a row was saved set themselves; their names."""
    kinds = ("auto_now", "auto_now_add") if add else ("auto_now",)
    fields = [f for f in rows[0]._meta.concrete_fields if any(getattr(f, kind, False) for kind in kinds)]
    for field in fields:
        for row in rows:
            field.pre_save(row, add=add)
    return [field.name for field in fields]


@lru_cache(maxsize=64)
def _fits(model: type[Model]) -> list[tuple[str, Fit]]:
    return [(f.attname, _fit(f)) for f in model._meta.concrete_fields if not f.primary_key]


def _fit(field: Any) -> Fit:
    """How one field is looked at."""
    if isinstance(field, models.ForeignKey):
        return lambda row, value: field.blank if value is None else field.is_cached(row)
    if isinstance(field, (models.CharField, models.TextField)):
        return _fit_text(field)
    if isinstance(field, tuple(_LARGEST)):
        most = _LARGEST.get(type(field), 0)
        return lambda row, value: type(value) is int and 0 <= value <= most
    kind = {models.BooleanField: bool, models.DateField: dt.date, models.DateTimeField: dt.datetime}.get(
        type(field)
    )
    return lambda row, value: field.blank if value is None else kind is not None and type(value) is kind


def _fit_text(field: Any) -> Fit:
    words = {str(code) for code, _ in field.flatchoices} if field.choices else None
    longest = field.max_length or 2**31
    blank = field.blank

    def fit(row: Any, value: Any) -> bool:
        if value == "":
            return bool(blank)
        if not isinstance(value, str) or len(value) > longest or "\0" in value:
            return False
        return words is None or value in words

    return fit
