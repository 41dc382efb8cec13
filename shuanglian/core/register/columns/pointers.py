"""Columns that point: at a word of a list, at another row, at somebody in a post."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypeAlias

from django.db.models import Choices, Model, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shuanglian.core.access import can
from shuanglian.core.register import index, messy
from shuanglian.core.register.columns.base import NOTHING, Column, field_at
from shuanglian.core.register.messy import CellError

Options: TypeAlias = type[Choices] | Mapping[str, str] | Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Choice(Column):
    """One of a list of words: a ``Choices`` class, a mapping code → name, or a function that gives one (a dictionary).

    ``tones`` (code → info, teal, ok, warn, bad) prints it as a tag; ``also`` (word → code) are other words that imports
    understand, ``meant`` (half-width text → code or None) reads what no list of words can hold.
    """

    options: Options = field(default_factory=dict)
    tones: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    meant: Callable[[str], str | None] | None = None

    nothing: ClassVar[frozenset[str]] = messy.NONE

    def of(self, model: type[Model]) -> Column:
        column = Column.of(self, model)
        declared = getattr(field_at(model, self.path), "choices", None)
        if declared and not self.options:
            return replace(column, options={str(code): str(name) for code, name in declared})  # type: ignore[call-arg]
        return column

    def names(self) -> Mapping[str, str]:
        """Code → name, in order."""
        if isinstance(self.options, Mapping):
            return self.options
        if isinstance(self.options, type):
            return {str(code): str(name) for code, name in self.options.choices}  # type: ignore[attr-defined]
        return self.options()

    def words(self, value: Any) -> str:
        if value in (None, ""):
            return str(self.names().get("", ""))  # 全部类别, where empty means all
        return str(self.names().get(str(value), value))

    def cell(self) -> Callable[[Any], str]:
        names = {"": "", "None": "", **{str(code): str(name) for code, name in self.names().items()}}
        return lambda value: names.get(str(value)) or self.words(value)

    def html(self, row: Any, user: Any, *, full: bool = False) -> SafeString | str:
        value = self.raw(row)
        text = self.words(value)
        tone = self.tones.get(str(value)) if text else None
        return (
            text or NOTHING
            if tone is None
            else format_html('<span class="sl-tag is-{}">{}</span>', tone, text)
        )

    def known(self, user: Any) -> dict[str, str]:
        known = {messy.plain(text): code for code, name in self.names().items() for text in (code, name)}
        return {messy.plain(word): code for word, code in self.also.items()} | known

    def read(self, cell: Any, known: Any) -> str:
        if self.meant is not None and (code := self.meant(messy.plain(cell))) is not None:
            return code
        return str(_found(cell, known, self.names().values()))


@dataclass(frozen=True, slots=True)
class Link(Column):
    """Another row, as a link to its page for those who may open it.

    ``rows`` gives what may be chosen (default: the rows of that model's register), ``also`` other names of a row
    (former names, short names) that imports understand.
    """

    rows: Callable[[Any], QuerySet[Any]] | None = None
    also: Callable[[Any], Iterable[str]] | None = None

    nothing: ClassVar[frozenset[str]] = messy.NONE

    def of(self, model: type[Model]) -> Column:
        column = Column.of(self, model)
        target = getattr(field_at(model, self.path), "related_model", None)
        if self.rows is not None or target is None:
            return column
        return replace(column, rows=lambda user: _rows_of(target, user))  # type: ignore[call-arg]

    def html(self, row: Any, user: Any, *, full: bool = False) -> SafeString | str:
        target = self.raw(row)
        if target is None:
            return NOTHING
        register = index.by_model.get(type(target))
        if register is None or not can(user, register.permission("view")):
            return str(target)
        return format_html('<a href="{}">{}</a>', register.href(target), target)

    def known(self, user: Any) -> dict[str, Any]:
        targets = list(self.rows(user)) if self.rows else []
        names: dict[str, Any] = {}
        for called in (lambda target: (str(target),), self.also or (lambda target: ())):
            for target in targets:  # a name of today goes before another name of somebody else
                for text in called(target):
                    names.setdefault(messy.plain(text), target)
        return names

    def read(self, cell: Any, known: Any) -> Any:
        return _found(cell, known, map(str, known.values()))


@dataclass(frozen=True, slots=True)
class Links(Column):
    """Several other rows: ``get`` gives them (prefetch what it reads). Never imported."""

    writable: bool = False

    def words(self, value: Any) -> str:
        return "、".join(str(one) for one in value or ())

    def html(self, row: Any, user: Any, *, full: bool = False) -> SafeString | str:
        targets = list(self.raw(row) or ())
        if not full:
            return self.words(targets) or NOTHING
        shown = ((_ITSELF.html(one, user),) for one in targets)
        return format_html_join("、", "{}", shown) or NOTHING


@dataclass(frozen=True, slots=True)
class Person(Column):
    """Somebody in a post: the name, and beneath it ``post``, the path of what he or she is."""

    post: str = ""

    nothing: ClassVar[frozenset[str]] = messy.NONE

    def read(self, cell: Any, known: Any) -> str:
        return messy.as_name(cell)

    def is_same(self, stored: Any, read: Any) -> bool:
        return bool(messy.as_name(stored) == read)

    def read_all(self, texts: Sequence[str]) -> list[Any]:
        return list(texts)

    def html(self, row: Any, user: Any, *, full: bool = False) -> SafeString | str:
        name = self.words(self.raw(row))
        post = messy.as_text(Column.raw(Column(self.post), row)) if self.post else ""
        return (
            format_html('{}<span class="sl-cell2">{}</span>', name, post)
            if name and post
            else name or NOTHING
        )


_LISTED = 16  # words named to somebody who typed another
_ITSELF = Link("self", get=lambda target: target)


def _rows_of(model: type[Model], user: Any) -> QuerySet[Any]:
    register = index.by_model.get(model)
    return register.rows(user) if register else model._default_manager.all()


def _found(cell: Any, known: Mapping[str, Any], names: Iterable[str]) -> Any:
    text = messy.plain(cell)
    if text in known:
        return known[text]
    listed = list(dict.fromkeys(names))
    guess = messy.like(text, listed)
    typed = messy.as_text(cell)
    if guess:
        raise CellError(f"没有“{typed}”，是不是“{guess}”？", guess)
    few = len(listed) <= _LISTED
    raise CellError(f"没有“{typed}”" + (f"，可以填：{'、'.join(listed)}" if few and listed else ""))
