"""What a register is: a frozen description that the pages, Excel, the menu and the battery of tests all read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, Q, QuerySet
from django.forms import Form, ModelForm
from django.urls import reverse

from shuanglian.core.many import Many
from shuanglian.core.register.columns import Column
from shuanglian.core.register.filters import Condition, Filter
from shuanglian.core.states import Machine

FormClass: TypeAlias = type[Form] | type[ModelForm[Any]]
Refusal: TypeAlias = ValidationError | PermissionDenied
# What a bulk action gives back for each row it was asked for: the row it wrote, or why it did not.
Written: TypeAlias = Sequence[Model | Refusal]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of the handbook (2.4) whose title and headings the sheet carries."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Section:
    """A card of the detail page: the keys of its columns, in order."""

    title: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """The entry in the side menu; who may open the register sees it. Name ``icon`` by keyword: the sprite looks for it."""

    group: str
    icon: str
    text: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Empty:
    """What the page says when there is nothing yet: what is missing and how to get one."""

    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A button on a row, and on many rows at once when ``bulk``.

    ``do(row, *, by, **fields of form)`` is the action; it also gets ``note`` when a reason is asked. An act named like
    a move of the register's machine takes words, permission and the need for a reason from that move. ``explain`` says
    what happens and whether it can be undone. Without ``form`` and reason, and not ``danger``, one press is enough.
    ``shown_to(user)`` keeps the button for many rows from people it is never for. ``fill(row)`` is what the form starts
    with: nobody types again what is known.
    """

    name: str
    do: Callable[..., Any]
    label: str = ""
    permission: str = ""
    explain: str = ""
    form: FormClass | None = None
    asks_note: bool = False
    needs_note: bool = False
    danger: bool = False
    bulk: bool = False
    icon: str = ""
    when: Callable[[Any], bool] | None = None
    shown_to: Callable[[Any], bool] | None = None
    fill: Callable[[Any], dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A part that an upper app shows on the page of one row of a lower model; the page loads it by htmx.

    ``view_name`` takes the row's pk; ``allowed(user, row)`` says whether this user gets it.
    """

    model: type[Model]
    title: str
    view_name: str
    allowed: Callable[[Any, Any], bool]

    def href(self, row: Model) -> str:
        """Where the part is fetched; a page of its own without scripts."""
        return reverse(self.view_name, args=(row.pk,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """List, filter, detail, form, history, moves, bulk moves, Excel out and in for one model.

    ``heading`` is the key of the column that links to the detail page, ``under`` of one printed small beneath it.
    ``sheet`` names the columns of the ledger in its order (序号 is added); ``keys`` the columns that tell whether an
    imported row exists already, tried in order: the first set that is filled counts. ``check_row(values, row, user)``
    may raise ValidationError, by field or as a whole, for what a sheet says of a stored ``row`` or (None) of a new one.
    ``weigh_many(facts by column, count, *, by)`` decides about many new
    rows what ``create`` would, without storing them: the rows, and by place why some are refused; ``reads`` are the models
    that this asks beside the register's own and those its columns point at. ``update_many(rows, facts, *, by)`` does what
    ``update`` does for many at once. ``link`` leads elsewhere when another page shows the row.
    ``word`` gives the condition that a word is found, where other indexes answer than the pieces of ``search`` (``core.searching``).
    ``seen_by(row)`` is the sentence that tells staff who may see it. ``public``: everybody signed in sees every row.
    """

    slug: str
    title: str
    model: type[Model]
    rows: Callable[[Any], QuerySet[Any]]
    columns: tuple[Column, ...]
    heading: str
    under: str = ""
    noun: str = ""
    counter: str = "条"
    help: str | Callable[[Any], str] = ""
    empty: Empty = Empty("这里还没有内容")
    sections: tuple[Section, ...] = ()
    prefetch: tuple[str, ...] = ()
    order: str = ""
    search: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    word: Callable[[str], Q] | None = None
    search_hint: str = "名称、编号"
    filters: tuple[Filter, ...] = ()
    conditions: tuple[Condition, ...] = ()
    form: FormClass | None = None
    create: Callable[..., Model] | None = None
    update: Callable[..., Model] | None = None
    weigh_many: Callable[..., tuple[Many, dict[int, Refusal]]] | None = None
    reads: tuple[type[Model], ...] = ()
    update_many: Callable[..., Written] | None = None
    machine: Machine | None = None
    acts: tuple[Act, ...] = ()
    verbs: Mapping[str, str] = field(default_factory=dict)
    ledger: Ledger | None = None
    sheet: tuple[Column | str, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    check_row: Callable[[dict[str, Any], Any, Any], None] | None = None
    menu: Menu | None = None
    seen_by: Callable[[Any], str] | None = None
    link: Callable[[Any], str] | None = None
    public: bool = False

    def __post_init__(self) -> None:
        """Take labels and choices from the model once; a wrong key fails at start, not on a page."""
        object.__setattr__(self, "columns", tuple(c.of(self.model) for c in self.columns))
        own = tuple(c if isinstance(c, str) else c.of(self.model) for c in self.sheet)
        object.__setattr__(self, "sheet", own)
        named = [self.heading, *filter(None, [self.under, self.order.lstrip("-")])]
        named += [key for section in self.sections for key in section.keys]
        named += [key for keys in self.keys for key in keys]
        for key in named:
            self.column(key)
        self.sheet_columns()

    def column(self, key: str) -> Column:
        """The column of this key.

        Raises:
            KeyError: there is none.
        """
        for column in (*self.columns, *self.sheet):
            if isinstance(column, Column) and column.key == key:
                return column
        raise KeyError(f"{self.slug}: {key}")

    def sheet_columns(self) -> list[Column]:
        """The columns of the sheet in the ledger's order, without 序号."""
        if not self.sheet:
            return list(self.columns)
        return [self.column(c) if isinstance(c, str) else c for c in self.sheet]

    @property
    def row_noun(self) -> str:
        """What one row is called: 企业 of 企业台账."""
        return self.noun or self.title.removesuffix("台账")

    @property
    def sheet_title(self) -> str:
        """What stands in the first row of the sheet and in the file's name."""
        return self.ledger.title if self.ledger else self.title

    def permission(self, verb: str) -> str:
        """``app.verb_model``: view, add, change, export of this register's rows."""
        return f"{self.model._meta.app_label}.{verb}_{self.model._meta.model_name}"

    @property
    def is_importable(self) -> bool:
        """Whether rows can come from a sheet: there are actions to write them and keys to know them by."""
        return bool(self.keys and (self.create or self.update))

    def url(self, page: str, *args: Any) -> str:
        """The address of one of this register's pages."""
        return reverse(f"{self.slug}.{page}", args=args)

    def href(self, row: Model) -> str:
        """Where a row's own page is."""
        return self.link(row) if self.link else self.url("detail", row.pk)

    def help_for(self, user: Any) -> str:
        """The line under the title."""
        return self.help if isinstance(self.help, str) else self.help(user)
