"""What a person asked of a list, read from the address and turned into a query.

Nothing in an address can break a page: what means nothing is left out and named in ``nonsense``.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, Q, QuerySet
from django.http import QueryDict

from shuanglian.core.register.columns import Column, field_at
from shuanglian.core.register.declare import Register
from shuanglian.core.register.filters import Condition, Filter, NonsenseError, within
from shuanglian.core.searching import may_hold, pieces_of

LONGEST = 60  # characters of a search that count
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """Search words, conditions, order and page; all of it checked."""

    register: Register
    user: Any
    q: str
    chosen: dict[str, tuple[str, ...]]
    choices: dict[str, dict[str, str]]
    conditions: tuple[Condition, ...]
    sort: str
    page: int
    nonsense: tuple[str, ...]

    def rows(self, without: Filter | None = None) -> QuerySet[Any]:
        """The rows this user may see that meet every condition, or every one but ``without``; unordered."""
        rows = searched(self.register, self.register.rows(self.user), self.q)
        for condition in self.conditions:
            rows = condition.narrow(rows)
        for one in self.register.filters:
            if one is not without and one.path in self.chosen:
                rows = one.narrow(rows, self.chosen[one.path])
        return rows

    def ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in the order asked for, empty values last, the same order every time."""
        sort = self.sort or self.register.order
        if not sort:
            return rows if rows.ordered else rows.order_by("-pk")
        path = self.register.column(sort.lstrip("-")).order
        if not sort.startswith("-"):
            return rows.order_by(path, "pk")
        if getattr(field_at(self.register.model, path), "null", True):
            return rows.order_by(F(path).desc(nulls_last=True), "-pk")
        return rows.order_by(f"-{path}", "-pk")

    @property
    def is_narrowed(self) -> bool:
        """Whether any condition is in force."""
        return bool(self.q or self.chosen or self.conditions)


def read(register: Register, params: QueryDict, user: Any) -> Asked:
    """Read an address. Never fails."""
    nonsense: list[str] = []
    chosen, choices = _filters(register, params, user, nonsense)
    return Asked(
        register=register,
        user=user,
        q=_search(params.get("q", "")),
        chosen=chosen,
        choices=choices,
        conditions=_conditions(register, params, nonsense),
        sort=_sort(register, params.get("sort", ""), nonsense),
        page=_page(params.get("page", ""), nonsense),
        nonsense=tuple(map(_visible, nonsense)),
    )


def searched(register: Register, rows: QuerySet[Any], q: str) -> QuerySet[Any]:
    """The rows in which every word of ``q`` is found: in a name, a code, or as the initials of a name."""
    own = (*register.search, *register.initials)
    for word in q.split()[:MOST_WORDS]:
        found, half = Q(), unicodedata.normalize("NFKC", word)
        if register.word is not None:
            rows = rows.filter(
                register.word(word) | register.word(half) if word != half else register.word(word)
            )
            continue
        for path in register.search:
            for spelling in {word, half}:  # stored texts keep their full-width signs, codes have none
                found |= Q(**{f"{path}__icontains": spelling})
        if half.isascii():
            for path in register.initials:
                found |= Q(**{f"{path}__contains": half.lower()})
        if set(own) <= set(pieces_of(register.model)):
            found &= may_hold(rows, *sorted({word, half}))
        rows = within(rows, register.search, found)
    return rows


def with_relations(register: Register, rows: QuerySet[Any], columns: list[Column]) -> QuerySet[Any]:
    """Fetch in the same query what the columns read from related rows."""
    wanted = {relation for column in columns if (relation := _relation(register.model, column.path))}
    if wanted and rows.query.select_related is not True:
        rows = rows.select_related(*wanted)
    return rows.prefetch_related(*register.prefetch) if register.prefetch else rows


def _relation(model: type[Model], path: str) -> str:
    parts: list[str] = []
    for part in path.split("__"):
        field = field_at(model, "__".join((*parts, part)))
        if field is None or not field.is_relation or not (field.many_to_one or field.one_to_one):
            break
        parts.append(part)
    return "__".join(parts)


def _search(text: str) -> str:
    return " ".join(_visible(text).split())[:LONGEST]


def _visible(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] != "C" or c.isspace())


def _filters(
    register: Register, params: QueryDict, user: Any, nonsense: list[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[str, str]]]:
    chosen, choices = {}, {}
    for one in register.filters:
        asked = one.read(params)
        choices[one.path] = known = one.choices(register, user, asked)
        try:
            if asked:
                one.check(asked, known)
                chosen[one.path] = asked
        except NonsenseError as error:
            nonsense.append(str(error))
    return chosen, choices


def _conditions(register: Register, params: QueryDict, nonsense: list[str]) -> tuple[Condition, ...]:
    asked = params.getlist("is")
    known = {condition.key: condition for condition in register.conditions}
    nonsense += [f"条件：{key[:60]}" for key in asked if key not in known]
    return tuple(condition for key, condition in known.items() if key in asked)


def _sort(register: Register, text: str, nonsense: list[str]) -> str:
    if not text:
        return ""
    key = text.removeprefix("-")
    if any(column.key == key and column.order for column in register.columns):
        return text
    nonsense.append(f"排序：{text[:60]}")
    return ""


def _page(text: str, nonsense: list[str]) -> int:
    if not text:
        return 1
    if text.isdecimal() and len(text) < 9 and int(text) > 0:
        return int(text)
    nonsense.append(f"页码：{text[:60]}")
    return 1
