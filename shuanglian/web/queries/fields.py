"""The registry of fields: every field of every form of the house, with where its answer comes from (R-05).

It is derived, not kept: forms are found among the subclasses of Django's forms, lasting facts are the fields of the nouns
of the directory and of accounts. A lasting fact is typed once, in the form of its noun; any other form that has a field
of that name must start with what is held, or take it when the field is left empty. ``tests/web/queries/test_fields.py``
proves it form by form, so that a form which asks again fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from django import forms
from django.apps import apps
from django.db.models import Model
from django.db.models import TextChoices as Words
from django.forms import BaseForm
from django.utils.module_loading import module_has_submodule

from shuanglian.accounts.models import User
from shuanglian.core.register.site import site
from shuanglian.directory.models import Organization, PartnerUnit, PartyBranch

NOUNS: tuple[type[Model], ...] = (Organization, PartyBranch, PartnerUnit, User)
# Names that mean something else in every form: words, remarks, the kind of something.
COMMON = {"name", "code", "kind", "note", "source", "place", "phone", "password", "since", "main", "others"}
# A fact of the same name that is a new one each time: the day of a renewal.
ANEW = {("directory.RenewForm", "term_start")}


class Source(Words):
    """Where the answer to a field comes from."""

    ONCE = "once", "只登记这一次"
    HELD = "held", "系统已有，先填好"
    CHOSEN = "chosen", "从系统里选"
    MATTER = "matter", "办这件事才知道"


@dataclass(frozen=True, slots=True)
class Asked:
    """One field somebody may meet; ``seconds`` is an estimate by the kind of its control."""

    form: str
    name: str
    label: str
    is_required: bool
    source: Source
    seconds: int


@cache
def house_forms() -> dict[str, type[BaseForm]]:
    """``app.FormName`` → every form that is shown to people; bases without a field of their own are none."""
    for app in apps.get_app_configs():
        if app.name.startswith("shuanglian.") and module_has_submodule(app.module, "forms"):
            room = import_module(f"{app.name}.forms")
            for part in iter_modules(getattr(room, "__path__", [])):
                import_module(f"{room.__name__}.{part.name}")
    found = {_name(form): form for form in _below(BaseForm) if form.__module__.startswith("shuanglian.")}
    return dict(sorted((name, form) for name, form in found.items() if form.base_fields))  # type: ignore[attr-defined]


def nouns() -> dict[type[BaseForm], type[Model]]:
    """The form of each noun: where its facts are typed for the first time."""
    return {r.form: r.model for r in site.registers if r.form is not None and r.model in NOUNS}


@cache
def lasting() -> frozenset[str]:
    """Names of the facts that are held once and for all."""
    typed = {name for form in nouns() for name in form.base_fields}  # type: ignore[attr-defined]
    return frozenset(typed - COMMON)


@cache
def registry() -> tuple[Asked, ...]:
    """Every field of every form, by form and in its order. Hidden fields ask nothing."""
    homes = nouns()
    return tuple(
        Asked(
            name,
            key,
            str(field.label or key),
            field.required,
            _source(form in homes, name, key, field),
            _seconds(field),
        )
        for name, form in house_forms().items()
        for key, field in form.base_fields.items()  # type: ignore[attr-defined]
        if not field.widget.is_hidden
    )


def fields_of(form: str) -> tuple[Asked, ...]:
    """The fields of one form."""
    return tuple(asked for asked in registry() if asked.form == form)


def _source(is_home: bool, form: str, name: str, field: forms.Field) -> Source:
    if is_home:
        return Source.ONCE
    if name in lasting() and (form, name) not in ANEW:
        return Source.HELD
    chosen = isinstance(field, (forms.ChoiceField, forms.ModelChoiceField, forms.BooleanField))
    return Source.CHOSEN if chosen else Source.MATTER


def _seconds(field: forms.Field) -> int:
    """How long one answer takes: a look at what is filled in is counted by the caller."""
    if isinstance(field, forms.FileField):
        return 40
    if isinstance(field.widget, forms.Textarea):
        return 45
    if isinstance(field, forms.BooleanField):
        return 3
    return 6 if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)) else 12


def _name(form: type[BaseForm]) -> str:
    return f"{form.__module__.split('.')[1]}.{form.__name__}"


def _below(base: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for form in base.__subclasses__():
        yield form
        yield from _below(form)
