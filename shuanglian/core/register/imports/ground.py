"""On what the rows of a sheet were decided: as long as that is the same, what was decided need not be decided again.

The database itself says whether a table changed: every row version has its place and its transaction, whoever wrote it and
by whatever way. Beside the tables stand the day, who asks under which posts, and which state of the programme asks.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from shuanglian.core.clock import today
from shuanglian.core.models import Term
from shuanglian.core.register.columns import field_at
from shuanglian.core.register.declare import Register

_VERSIONS = "SELECT '{table}', count(*), bit_xor(hashtidextended(ctid, hashint8extended({key}, xmin::text::bigint))) FROM {table}"


def ground(register: Register, user: Any) -> str:
    """A digest of everything beside the sheet itself that says what becomes of new rows for this user."""
    said: list[Any] = [_PROGRAMME, today(), user.pk, user.county]
    said += sorted((post.pk, post.role, post.scope, post.scope_id or 0) for post in user.acting)
    said += _versions(tables_of(register))
    return hashlib.sha256(repr(said).encode()).hexdigest()


def tables_of(register: Register) -> list[type[Model]]:
    """The tables that decisions about its rows read: its own, those it points at, the dictionaries, and what it names."""
    pointed = (
        getattr(field_at(register.model, column.path), "related_model", None)
        for column in register.sheet_columns()
    )
    named = [register.model, Term, MigrationRecorder.Migration, *filter(None, pointed), *register.reads]
    return sorted(set(named), key=lambda model: model._meta.db_table)


def _versions(models: Iterable[type[Model]]) -> list[tuple[Any, ...]]:
    quote = connection.ops.quote_name
    metas: list[Any] = [model._meta for model in models]
    asked = " UNION ALL ".join(
        _VERSIONS.format(key=quote(meta.pk.column), table=quote(meta.db_table)) for meta in metas
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return sorted(cursor.fetchall())


def _programme() -> str:
    """Which files this process was started from: after an upgrade everything is decided anew."""
    sources = Path(__file__).parents[3]
    found = ((path.relative_to(sources), path.stat()) for path in sorted(sources.rglob("*.py")))
    told = repr([(str(path), said.st_size, said.st_mtime_ns) for path, said in found])
    return hashlib.sha256(told.encode()).hexdigest()


_PROGRAMME = _programme()
