"""The base of all columns: where a value comes from, how it is said, written into a sheet and read back."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.safestring import SafeString

from shuanglian.core.register import messy

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Column:
    """Text, and the base of all kinds. ``path`` follows ``__`` from the row or names an annotation.

    ``header`` is the exact heading of the ledger (default: the label), ``aliases`` are others that imports accept,
    ``get`` computes the value from the row instead of the path, ``sort`` is the path to order by when it is another,
    ``name`` is the keyword of the create and update actions (default: the path), ``check`` refuses or normalises an
    imported value (it raises ValidationError, or CellError with a suggestion), ``total`` prints the sum under a list.
    """

    path: str
    label: str = ""
    _: KW_ONLY
    header: str = ""
    aliases: tuple[str, ...] = ()
    get: Callable[[Any], Any] | None = None
    shown: bool = True
    card: bool = True
    sort: str = ""
    sortable: bool = True
    writable: bool = True
    required: bool = False
    name: str = ""
    check: Callable[[Any], Any] | None = None
    total: bool = False

    css: ClassVar[str] = "il"
    width: ClassVar[int] = 18
    numeric: ClassVar[bool] = False
    number_format: ClassVar[str] = ""
    nothing: ClassVar[frozenset[str]] = messy.UNSAID  # what people write into a cell to leave it empty

    @property
    def key(self) -> str:
        """The column's name in addresses, sections and choices."""
        return self.path

    @property
    def order(self) -> str:
        """The path the database sorts by, or nothing."""
        return (self.sort or (self.path if self.get is None else "")) if self.sortable else ""

    @property
    def heading(self) -> str:
        """What stands above the column in the ledger."""
        return self.header or self.label

    @property
    def keyword(self) -> str:
        """The keyword of the actions that takes this value."""
        return self.name or self.path

    def of(self, model: type[Model]) -> "Column":
        """The same column with what the model says about it: the label where none was given."""
        if self.label:
            return self
        return replace(self, label=str(getattr(field_at(model, self.path), "verbose_name", self.path)))

    def raw(self, row: Any) -> Any:
        """The value as stored or computed."""
        if self.get is not None:
            return self.get(row)
        value = row
        for part in self.path.split("__"):
            value = getattr(value, part, None)
        return value() if self.path.endswith("_display") and callable(value) else value

    def words(self, value: Any) -> str:
        """The value in full, for the detail page and the history."""
        return messy.as_text(value)

    def short(self, value: Any) -> str:
        """The value for a table."""
        return self.words(value)

    def html(self, row: Any, user: Any, *, full: bool = False) -> SafeString | str:
        """The value as a page shows it to this user."""
        value = self.raw(row)
        return (self.words(value) if full else self.short(value)) or NOTHING

    def getter(self) -> Callable[[Any], Any]:
        """``raw``, with the path taken apart once for a whole sheet."""
        if self.get is not None:
            return self.get
        if "__" not in self.path:
            return attrgetter(self.path)
        return self.raw if self.path.endswith("_display") else partial(_follow, self.path.split("__"))

    def cell(self) -> Callable[[Any], Any]:
        """What turns a value into what a sheet cell holds: text, a number or a date; made once for a whole sheet."""
        return _itself if self.numeric else self.words

    def cells(self, user: Any) -> Callable[[Any], Any]:
        """What turns a row into this column's cell, as this user may see it; made once for a whole sheet."""
        take, turn = self.getter(), self.cell()
        return lambda row: turn(take(row))

    def sheet(self, row: Any, user: Any) -> Any:
        """The cell of one row."""
        return self.cells(user)(row)

    def known(self, user: Any) -> Any:
        """What reading this column needs to know, looked up once for a whole sheet."""
        return None

    def read(self, cell: Any, known: Any) -> Any:
        """The value of a filled sheet cell.

        Raises:
            CellError: it cannot be one.
        """
        return messy.as_text(cell)

    def read_all(self, texts: Sequence[str]) -> list[Any] | None:
        """``read`` for many texts without blanks, when it is plain what all of them say; else None."""
        return list(texts) if type(self) is Column else None

    def typed(self, cell: Any) -> str:
        """A sheet cell as the preview shows it."""
        return f"{cell:%Y-%m-%d}" if isinstance(cell, dt.date) else messy.as_text(cell)

    def is_same(self, stored: Any, read: Any) -> bool:
        """Whether an imported value changes nothing."""
        return bool(stored == read) or (stored in (None, "") and read in (None, ""))


def _follow(parts: Iterable[str], row: Any) -> Any:
    for part in parts:
        row = getattr(row, part, None)
    return row


def _itself(value: Any) -> Any:
    return value


Text = Column


def blank(heading: str) -> Column:
    """A column of the ledger whose fact lives in an app above: it keeps its place and stays empty."""
    return Column(heading, heading, get=lambda row: "", writable=False, shown=False, sortable=False)


def meets_many(model: type[Model], path: str) -> bool:
    """Whether a path leads over a relation to many, so that filtering by it could show a row more than once."""
    parts = path.split("__")
    fields = (field_at(model, "__".join(parts[: end + 1])) for end in range(len(parts)))
    return any(field.one_to_many or field.many_to_many for field in fields if field and field.is_relation)


def field_at(model: type[Model], path: str) -> Any:
    """The model field at the end of a path, or None for annotations and computed columns."""
    found: Any = None
    here: Any = model
    for part in path.split("__"):
        if here is None:
            return None
        try:
            found = here._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        here = found.related_model
    return found
