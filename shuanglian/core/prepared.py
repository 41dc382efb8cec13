"""Queries of the busiest acts, which Django writes once for a process: building one takes longer than running it.

``Prepared`` takes a query with ``given("name")`` where a value changes from call to call; a list of values goes with the
lookup ``any``: ``filter(need_id__any=given("needs"))``. It is compiled when it is first asked; after that only the
values travel. The condition stays in Django's own words: no copy in SQL that could drift from the models. Whatever the
query reads while it is built stays in it: today's date must be ``given("day")``.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Field, ForeignKey, Lookup, Model, QuerySet, Value

Row = TypeVar("Row", bound=Model)
_FEW = 100  # texts


class _Given:
    """Stands among the parameters for a value that comes with each call."""

    def __init__(self, name: str) -> None:
        self.name = name


def given(name: str) -> Any:
    """A value named at each call."""
    return Value(_Given(name))


@ForeignKey.register_lookup
@Field.register_lookup
class IsAny(Lookup[Any]):
    """``column = ANY(list)``: one text for a list of any length, unlike ``IN (…, …)``.

    The database looks each value up in an index or hashes them all. ``IN (SELECT unnest(…))`` it may compare with every row,
    because of a ledger that grows within a transaction it knows too little.
    """

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition; the list is one parameter, of many texts one text: that is taken apart quicker than put together."""
        column, before = self.process_lhs(compiler, connection)
        _, (values,) = self.process_rhs(compiler, connection)
        if isinstance(values, list) and len(values) > _FEW and set(map(type, values)) == {str}:
            lines = "\n".join(values)
            if lines.count("\n") == len(values) - 1:
                return f"{column} = ANY(string_to_array(%s, E'\\n'))", (*before, lines)
        return f"{column} = ANY(%s)", (*before, values)


class Prepared(Generic[Row]):
    """One query, asked again and again with other values. Relations are not fetched along with the rows."""

    def __init__(self, build: Callable[[], QuerySet[Any]]) -> None:
        self._build = build
        self._manager: Any = None
        self._text = ""
        self._params: tuple[Any, ...] = ()

    def rows(self, **values: Any) -> list[Row]:
        """The rows as objects."""
        params = self._with(values)
        return list(self._manager.raw(self._text, params))

    def tuples(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query made with ``values_list``, as the database gives them."""
        params = self._with(values)
        with connection.cursor() as cursor:
            cursor.execute(self._text, params)
            return list(cursor.fetchall())

    def _with(self, values: dict[str, Any]) -> list[Any]:
        if not self._text:
            rows = self._build()
            text, self._params = rows.query.sql_with_params()
            self._manager, self._text = rows.model._default_manager, text
        return [values[p.name] if isinstance(p, _Given) else p for p in self._params]
