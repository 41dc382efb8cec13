"""Which register shows the rows of a model, and which panels upper apps hang on its detail page.

So a cell can link, a form can narrow its choices and a page can find its panels without knowing the apps above.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.forms import BaseForm, ChoiceField, Field, ModelChoiceField
from django.urls import reverse

if TYPE_CHECKING:
    from shuanglian.core.register.declare import Panel, Register

by_slug: dict[str, "Register"] = {}
by_model: dict[type[Model], "Register"] = {}
panels: list["Panel"] = []
hints: dict[str, str] = {}  # name of a field → name of the view that answers with what stands beneath it
Reader = Callable[[Any, str, str], str | None]
readers: dict[str, Reader] = {}  # name of a field → what a text of a user says of it


def enter(register: "Register") -> None:
    """Remember a register; the first one of a model is where links to its rows lead.

    Raises:
        KeyError: the slug is taken.
    """
    if register.slug in by_slug:
        raise KeyError(register.slug)
    by_slug[register.slug] = register
    by_model.setdefault(register.model, register)


def panels_of(user: Any, row: Model) -> list[tuple[str, str]]:
    """(title, address) of the panels that this user gets on the page of a row, in the declared order.

    Whoever has not signed in gets none: the rules of panels ask what somebody holds.
    """
    if not user.is_authenticated:
        return []
    return [(p.title, p.href(row)) for p in panels if p.model is type(row) and p.allowed(user, row)]


def hint_for(field: str) -> str:
    """Where the page of a form fetches what an upper app has to say beneath a field; empty when none does."""
    return reverse(hints[field]) if field in hints else ""


def read(field: str, user: Any, text: str, guess: str) -> str:
    """What an upper app reads in a text for a field, empty when that is unclear; the guess where nobody can read now."""
    found = readers[field](user, text, guess) if field in readers else None
    return guess if found is None else found


def narrow(form: BaseForm, user: Any) -> BaseForm:
    """A user may only choose what she may see: relation fields shrink to the related register's rows.

    An empty choice says 请选择, a missing answer names its field.
    """
    fields: Mapping[str, Any] = form.fields
    for name, field in fields.items():
        _speak_plainly(field, str(field.label or name))
        if isinstance(field, ModelChoiceField) and field.queryset is not None:
            register = by_model.get(field.queryset.model)
            if register is not None:
                field.queryset = field.queryset.filter(pk__in=register.rows(user).order_by().values("pk"))
    return form


def _speak_plainly(field: Any, label: str) -> None:
    if field.error_messages.get("required") == Field.default_error_messages["required"]:
        field.error_messages["required"] = f"{label}没有填"
    if isinstance(field, ModelChoiceField):
        if field.empty_label is not None:
            field.empty_label = "请选择"
    elif isinstance(field, ChoiceField):
        given: Any = field.choices
        field.choices = [(value, text if value not in ("", None) else "请选择") for value, text in given]
