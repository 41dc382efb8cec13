"""Change many rows of one model at once, by COPY, and look quickly whether a row fits its fields.

Bulk actions use it beside the actions for one row: they decide the same and record the same, only the writing is shared.
New rows: ``core.many``.
"""

import datetime as dt
import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from django.db import connection, models
from django.db.models import Model
from django.db.models.base import ModelState

from shuanglian.core.feeding import copy

_LARGEST: dict[type[Any], int] = {
    models.PositiveSmallIntegerField: 32_767,
    models.PositiveIntegerField: 2_147_483_647,
}
Fit: TypeAlias = Callable[[Sequence[Model], Sequence[Any]], bool]  # rows, and their values of one field
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


def copy_over(rows: Sequence[Model], names: Iterable[str]) -> None:
    """Store these fields of rows that exist already, and when that was, in one statement for all."""
    if not rows:
        return
    meta: Any = rows[0]._meta
    names = {*names, *_stamp(rows)}
    fields = [meta.pk, *(meta.get_field(name) for name in sorted(names))]
    quote, table = connection.ops.quote_name, connection.ops.quote_name(meta.db_table)
    columns = ", ".join(quote(field.column) for field in fields)
    sets = ", ".join(f"{quote(field.column)} = given.{quote(field.column)}" for field in fields[1:])
    key = quote(meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE given ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0")  # noqa: S608
        _copy("given", fields, rows)
        cursor.execute(f"UPDATE {table} SET {sets} FROM given WHERE {table}.{key} = given.{key}")  # noqa: S608
        cursor.execute("DROP TABLE given")


def another(blank: Row) -> Row:
    """A new row with the values of one that is not stored: making many from one spares asking every field's default."""
    row = blank.__class__.__new__(blank.__class__)
    row.__dict__.update(blank.__dict__, _state=ModelState())
    return row


def fits(*rows: Model) -> bool:
    """Whether ``row.clean_fields()`` would surely find nothing in rows of one model. No is no answer: then ask it.

    It asks the database for every row that is pointed at, and costs a tenth of a millisecond even when all is well.
    """
    if not rows:
        return True
    looks = _fits(type(rows[0]))
    columns = columns_of(rows, [attname for attname, _ in looks])
    return all(fit(rows, values) for (_, fit), values in zip(looks, columns, strict=True))


def columns_of(rows: Sequence[Model], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The values of many rows, one attribute after the other."""
    if len(names) == 1:  # of one name itemgetter gives the value itself
        return iter([tuple(map(itemgetter(*names), map(vars, rows)))])
    return zip(*map(itemgetter(*names), map(vars, rows)), strict=True)


class Spelled(dict[Any, str]):
    """How the values of one column are written. Most columns hold few different ones: each is spelled once.

    Decimals are not remembered: 1.0 and 1.00 are equal, and written differently.
    """

    def __init__(self, spell: Callable[[Any], str]) -> None:
        super().__init__()
        self._spell = spell

    def __missing__(self, value: Any) -> str:
        text = self._spell(value)
        if not isinstance(value, (Decimal, float)):
            self[value] = text
        return text

    def all(self, values: Iterable[Any]) -> list[str]:
        """Every value as it is written."""
        try:
            return list(map(self.__getitem__, values))
        except TypeError:  # lists and dictionaries cannot be remembered
            return list(map(self._spell, values))


def escaped(text: str) -> str:
    """A text as a field of COPY's text format."""
    text = text.replace("\\", "\\\\")
    if text.isprintable():
        return text
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def look_at(field: Any) -> Callable[[Any], bool]:
    """What says whether a value surely fits a field that points nowhere."""
    if isinstance(field, (models.CharField, models.TextField)):
        return _look_at_text(field)
    if isinstance(field, tuple(_LARGEST)):
        most = _LARGEST.get(type(field), 0)
        return lambda value: type(value) is int and 0 <= value <= most
    kind = {models.BooleanField: bool, models.DateField: dt.date, models.DateTimeField: dt.datetime}.get(
        type(field)
    )
    return lambda value: field.blank if value is None else kind is not None and type(value) is kind


def surely_fits(field: Any, values: Sequence[Any]) -> bool:
    """Whether all these texts fit a field without choices, looked at together."""
    if not isinstance(field, (models.CharField, models.TextField)) or field.choices or not values:
        return False
    if set(map(type, values)) != {str} or max(map(len, values)) > (field.max_length or 2**31):
        return False
    return (field.blank or all(values)) and "\0" not in "".join(values)


def spell(value: Any) -> str:
    """A value as a field of COPY's text format."""
    if value is None:
        return "\\N"
    return escaped(json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value))


def _copy(table: str, fields: Sequence[Any], rows: Sequence[Model]) -> None:
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    columns = [Spelled(spell).all(values) for values in columns_of(rows, [f.attname for f in fields])]
    copy(f"COPY {table} ({names}) FROM STDIN", "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n")


def _stamp(rows: Sequence[Model]) -> list[str]:
    """Let the fields that know when a row was saved set themselves; their names."""
    fields = [f for f in rows[0]._meta.concrete_fields if getattr(f, "auto_now", False)]
    for field in fields:
        moment = field.pre_save(rows[0], add=False)
        for row in rows:
            setattr(row, field.attname, moment)
    return [field.name for field in fields]


@lru_cache(maxsize=64)
def _fits(model: type[Model]) -> list[tuple[str, Fit]]:
    return [(f.attname, _fit(f)) for f in model._meta.concrete_fields if not f.primary_key]


def _fit(field: Any) -> Fit:
    """How one field is looked at: what many rows share, once."""
    if isinstance(field, models.ForeignKey):
        return lambda rows, keys: all(
            field.blank if key is None else field.is_cached(row) for row, key in zip(rows, keys, strict=True)
        )
    look = look_at(field)
    return lambda rows, values: all(map(look, set(values)))


def _look_at_text(field: Any) -> Callable[[Any], bool]:
    words = {str(code) for code, _ in field.flatchoices} if field.choices else None
    longest = field.max_length or 2**31
    blank = field.blank

    def look(value: Any) -> bool:
        if value == "":
            return bool(blank)
        if not isinstance(value, str) or len(value) > longest or "\0" in value:
            return False
        return words is None or value in words

    return look
