"""New rows of one model before they are stored, held column by column.

What is the same in all rows is looked at and spelled once, and what differs is put into a line ready made: five to ten
times quicker than rows one after the other. ``packed`` keeps them for later, so that what was decided need not be
decided again.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import compress, filterfalse
from typing import Any, TypeAlias

from django.db import connection, models
from django.db.models import Model

from shuanglian.core.bulk import Spelled, another, look_at, spell, surely_fits
from shuanglian.core.clock import now

Values: TypeAlias = list[Any]
# A piece of a line: what stands in every line, and then what differs from line to line, if anything.
Part: TypeAlias = tuple[str, Sequence[Any] | None]
_STAMPS = frozenset({"created", "updated"})  # of ``models.Stamped``


class Many:
    """So many rows like ``blank``; ``columns`` holds the values of all of them, by attname, without stamps and keys."""

    def __init__(self, blank: Model, count: int) -> None:
        self._blank, self.model, self.count = blank, type(blank), count
        self.columns: dict[str, Values] = {
            f.attname: [getattr(blank, f.attname)] * count for f in _facts(self.model)
        }
        self._pointed: dict[str, Sequence[Any]] = {}

    def put(self, name: str, values: Sequence[Any]) -> None:
        """Give a field its values: of a foreign key the rows that are pointed at."""
        field = self.model._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            self._pointed[name] = values
            keys = {id(row): None if row is None else row.pk for row in values}
            values = [keys[id(row)] for row in values]
        self.columns[field.attname] = list(values)  # type: ignore[union-attr]

    def row(self, at: int) -> Any:
        """One of them as a row of the model, not stored."""
        row = another(self._blank)
        for attname, values in self.columns.items():
            setattr(row, attname, values[at])
        for name, rows in self._pointed.items():
            setattr(row, name, rows[at])
        return row

    def take(self, at: int, row: Model) -> None:
        """Put the values of a row in the place of what stood there."""
        for attname, values in self.columns.items():
            values[at] = getattr(row, attname)

    def unfit(self) -> set[int]:
        """The rows in which ``clean_fields()`` might find something; in the others it surely finds nothing."""
        found: set[int] = set()
        for field in _facts(self.model):
            values = self.columns[field.attname]
            if isinstance(field, models.ForeignKey):
                pointed = self._pointed.get(field.name)
                rows = enumerate(values if pointed is None else pointed)
                bad = {at for at, one in rows if (not field.blank if one is None else pointed is None)}
            elif surely_fits(field, values):
                continue
            else:
                wrong = set(filterfalse(look_at(field), set(values)))
                bad = {at for at, value in enumerate(values) if value in wrong} if wrong else set()
            found |= bad
        return found

    def without(self, places: Iterable[int]) -> "Many":
        """The others."""
        gone = set(places)
        if not gone:
            return self
        kept = [at not in gone for at in range(self.count)]
        rest = Many(self._blank, self.count - len(gone))
        rest.columns = {name: list(compress(values, kept)) for name, values in self.columns.items()}
        rest._pointed = {name: list(compress(rows, kept)) for name, rows in self._pointed.items()}
        return rest

    def number(self) -> list[int]:
        """Give all of them their keys; the keys."""
        meta: Any = self.model._meta
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [meta.db_table, meta.pk.column, self.count],
            )
            keys = [key for (key,) in cursor.fetchall()]
        self.columns = {meta.pk.attname: keys, **self.columns}
        return keys

    def packed(self) -> str:
        """All of them as one text, for ``unpacked``: plain data, as the history tells it."""
        columns: dict[str, Any] = {}
        for name, values in self.columns.items():
            if is_one(values):
                columns[name] = [_plain(values[0])]
            elif are_clean(values):
                columns[name] = "\t".join(values)
            else:
                columns[name] = values if _are_plain(values) else [_plain(value) for value in values]
        return json.dumps({"count": self.count, "columns": columns}, ensure_ascii=False)

    @classmethod
    def unpacked(cls, model: type[Model], text: str) -> "Many":
        """What ``packed`` was."""
        kept = json.loads(text)
        many = cls.__new__(cls)
        many.model, many.count, many._pointed = model, kept["count"], {}
        many.columns = {}
        for name, said in kept["columns"].items():
            values = said.split("\t") if isinstance(said, str) else said
            many.columns[name] = values * many.count if len(values) == 1 else values
        return many

    def _rows(self) -> str:
        names = {f.attname for f in self.model._meta.concrete_fields} - self.columns.keys()
        return put_together(
            [(f"{now()}\t" * len(names), None), *_between(self._spelled(), "\t"), ("\n", None)]
        )

    def as_copy(self) -> tuple[str, str]:
        """What inserts them, for ``feeding.copy``: the statement and its text; no signals, no defaults of the database."""
        return self._statement(), self._rows()

    def _statement(self) -> str:
        meta: Any = self.model._meta
        fields = {f.attname: f for f in meta.concrete_fields}
        names = [*(name for name in fields if name not in self.columns), *self.columns]
        quoted = ", ".join(connection.ops.quote_name(fields[name].column) for name in names)
        return f"COPY {connection.ops.quote_name(meta.db_table)} ({quoted}) FROM STDIN"

    def _spelled(self) -> Iterable[Part]:
        for values in self.columns.values():
            if is_one(values):
                yield spell(values[0]), None
            else:
                yield "", values if are_clean(values) else Spelled(spell).all(values)


def put_together(parts: Iterable[Part]) -> str:
    """One text of all lines; at least one part differs."""
    line, varying = "", []
    for text, values in parts:
        line += text.replace("%", "%%")
        if values is not None:
            line += "%s"
            varying.append(values)
    return "".join(map(line.__mod__, zip(*varying, strict=True)))


def are_clean(values: Sequence[Any]) -> bool:
    """Whether all are texts that stand as they are in COPY and in JSON."""
    try:
        text = "".join(values)
    except TypeError:
        return False
    return text.isprintable() and "\\" not in text and '"' not in text


def is_one(values: Sequence[Any]) -> bool:
    """Whether one value stands for those of several rows; equal numbers may be written differently."""
    first = values[0] if len(values) > 1 else []
    if not isinstance(first, (str, int, type(None))) or values.count(first) != len(values):
        return False
    return not isinstance(first, int) or len(set(map(type, values))) == 1


def _between(parts: Iterable[Part], mark: str) -> Iterable[Part]:
    for at, (text, values) in enumerate(parts):
        yield (mark if at else "") + text, values


def _facts(model: type[Model]) -> list[Any]:
    """The fields of a row but its key and the moments that storing it sets."""
    return [f for f in model._meta.concrete_fields if not f.primary_key and f.name not in _STAMPS]


def _are_plain(values: Sequence[Any]) -> bool:
    return set(map(type, values)) <= {str, int, bool, type(None)}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, int, float, bool, list, dict)) else str(value)
