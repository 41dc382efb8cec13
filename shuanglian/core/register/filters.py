"""The kinds of conditions a list can be narrowed by. Each is one or two parameters of the address, so back works."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeAlias

from django.db.models import Q, QuerySet
from django.http import QueryDict

from shuanglian.core.clock import SHANGHAI, today
from shuanglian.core.register import index
from shuanglian.core.register.columns import Choice, field_at, meets_many

MOST_OPTIONS = 200


class NonsenseError(ValueError):
    """A parameter of the address that means nothing; the page says so and shows the list without it."""


def within(rows: QuerySet[Any], paths: Iterable[str], q: Q) -> QuerySet[Any]:
    """The rows that meet a condition, each once, also when the paths lead over relations to many."""
    if any(meets_many(rows.model, path) for path in paths):
        return rows.filter(pk__in=rows.model._default_manager.filter(q).order_by().values("pk"))
    return rows.filter(q)


@dataclass(frozen=True, slots=True)
class Facet:
    """One of a list of words, with the number of rows of each.

    ``options(user)`` gives (value, words) pairs; by default those of the column or field of this path.
    """

    path: str
    label: str
    _: KW_ONLY
    options: Callable[[Any], Sequence[tuple[Any, str]]] | None = None
    everything: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.path,)

    def read(self, params: QueryDict) -> tuple[str, ...]:
        """The values asked for."""
        return tuple(dict.fromkeys(v[:60] for v in params.getlist(self.path) if v))

    def narrow(self, rows: QuerySet[Any], asked: tuple[str, ...]) -> QuerySet[Any]:
        return within(rows, (self.path,), Q(**{f"{self.path}__in": asked}))

    def check(self, asked: tuple[str, ...], choices: Mapping[str, str]) -> None:
        """Refuse values that are not among the words.

        Raises:
            NonsenseError: with what was asked.
        """
        if unknown := [value for value in asked if value not in choices]:
            raise NonsenseError(f"{self.label}：{unknown[0]}")

    def choices(self, register: Any, user: Any, asked: tuple[str, ...] = ()) -> dict[str, str]:
        """Value → words, as texts for the address."""
        if self.options is not None:
            return {str(value): str(text) for value, text in self.options(user)}
        column = next((c for c in register.columns if c.path == self.path and isinstance(c, Choice)), None)
        if column is not None:
            return dict(column.names())
        field = field_at(register.model, self.path)
        if field is not None and field.related_model:
            related = index.by_model.get(field.related_model)
            rows = related.rows(user) if related else field.related_model._default_manager.all()
            return {str(row.pk): str(row) for row in rows[:MOST_OPTIONS]}
        return {str(code): str(name) for code, name in getattr(field, "choices", None) or ()}

    def words(self, asked: tuple[str, ...], choices: Mapping[str, str]) -> str:
        return "、".join(choices.get(value, value) for value in asked)


@dataclass(frozen=True, slots=True)
class YesNo:
    """是 or 否 of a yes/no field."""

    path: str
    label: str
    _: KW_ONLY
    yes: str = "是"
    no: str = "否"
    everything: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.path,)

    def read(self, params: QueryDict) -> tuple[str, ...]:
        value = params.get(self.path, "")
        return (value[:60],) if value else ()

    def narrow(self, rows: QuerySet[Any], asked: tuple[str, ...]) -> QuerySet[Any]:
        return rows.filter(**{self.path: asked[0] == "1"})

    def check(self, asked: tuple[str, ...], choices: Mapping[str, str]) -> None:
        if asked[0] not in choices:
            raise NonsenseError(f"{self.label}：{asked[0]}")

    def choices(self, register: Any, user: Any, asked: tuple[str, ...] = ()) -> dict[str, str]:
        return {"1": self.yes, "0": self.no}

    def words(self, asked: tuple[str, ...], choices: Mapping[str, str]) -> str:
        return choices.get(asked[0], asked[0])


@dataclass(frozen=True, slots=True)
class Dates:
    """From a day to a day, both included, either may be missing; ``moment`` when the field holds a time."""

    path: str
    label: str
    _: KW_ONLY
    moment: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.path}_from", f"{self.path}_to")

    def read(self, params: QueryDict) -> tuple[str, ...]:
        both = tuple(params.get(name, "")[:60] for name in self.names)
        return both if any(both) else ()

    def narrow(self, rows: QuerySet[Any], asked: tuple[str, ...]) -> QuerySet[Any]:
        first, last = (dt.date.fromisoformat(v) if v else None for v in asked)
        if first:
            rows = rows.filter(**{f"{self.path}__gte": self._edge(first)})
        if last and self.moment:
            rows = rows.filter(**{f"{self.path}__lt": self._edge(last + dt.timedelta(days=1))})
        elif last:
            rows = rows.filter(**{f"{self.path}__lte": last})
        return rows

    def _edge(self, day: dt.date) -> dt.date:
        return dt.datetime.combine(day, dt.time(), SHANGHAI) if self.moment else day

    def check(self, asked: tuple[str, ...], choices: Mapping[str, str]) -> None:
        for value in filter(None, asked):
            try:
                day = dt.date.fromisoformat(value)
            except ValueError:
                raise NonsenseError(f"{self.label}：{value}") from None
            if not 1900 <= day.year <= 2200:
                raise NonsenseError(f"{self.label}：{value}")

    def choices(self, register: Any, user: Any, asked: tuple[str, ...] = ()) -> dict[str, str]:
        return {}

    def words(self, asked: tuple[str, ...], choices: Mapping[str, str]) -> str:
        first, last = asked
        return f"{first} 至 {last}" if first and last else f"{first} 起" if first else f"到 {last}"


@dataclass(frozen=True, slots=True)
class Related:
    """Rows that belong to one other row, reached by a link from it; too many to stand in the filter bar."""

    path: str
    label: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.path,)

    def read(self, params: QueryDict) -> tuple[str, ...]:
        value = params.get(self.path, "")
        return (value[:60],) if value else ()

    def narrow(self, rows: QuerySet[Any], asked: tuple[str, ...]) -> QuerySet[Any]:
        return within(rows, (self.path,), Q(**{self.path: int(asked[0])}))

    def check(self, asked: tuple[str, ...], choices: Mapping[str, str]) -> None:
        if asked[0] not in choices:
            raise NonsenseError(f"{self.label}：{asked[0]}")

    def choices(self, register: Any, user: Any, asked: tuple[str, ...] = ()) -> dict[str, str]:
        """The one row that was asked for, when this user may see it."""
        target = field_at(register.model, self.path).related_model
        if not asked or not asked[0].isdecimal() or len(asked[0]) > 18:
            return {}
        related = index.by_model.get(target)
        rows = related.rows(user) if related else target._default_manager.all()
        return {str(row.pk): str(row) for row in rows.filter(pk=int(asked[0]))}

    def words(self, asked: tuple[str, ...], choices: Mapping[str, str]) -> str:
        return choices.get(asked[0], asked[0])


Filter: TypeAlias = Facet | YesNo | Dates | Related


@dataclass(frozen=True, slots=True)
class Condition:
    """A question people ask often, as one chip with its count: 三个月没走访.

    ``q(today)`` is the condition; over a relation to many it must be an ``Exists``, or a row would come twice.
    """

    key: str
    label: str
    q: Callable[[dt.date], Q]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(self.q(today()))
