"""Buttons: which acts a user is offered on a row, and what happens when one is pressed, once or on many rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.forms import BaseForm

from shuanglian.core.access import can
from shuanglian.core.register import index
from shuanglian.core.register.declare import Act, Register
from shuanglian.core.states import Move

MOST_ROWS = 500  # in one bulk act


class ReasonForm(forms.Form):
    """Why, in one's own words; the form of every act that asks a reason."""

    note = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@dataclass(frozen=True, slots=True)
class Button:
    """An act with its words: what the page shows and the endpoint checks."""

    act: Act
    label: str
    permission: str
    asks_note: bool
    needs_note: bool
    danger: bool

    @property
    def asks(self) -> bool:
        """Whether something must be asked before: a reason, a form, or "are you sure"."""
        return self.asks_note or self.danger or self.act.form is not None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row on which a bulk act could not be done, and why."""

    title: str
    href: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a bulk act."""

    done: int
    refused: tuple[Refused, ...]


def button(register: Register, name: str) -> Button | None:
    """The button of this name, or None."""
    act = next((act for act in register.acts if act.name == name), None)
    return _button(register, act) if act else None


def offered(register: Register, row: Model, user: Any) -> list[Button]:
    """The buttons this user should see on this row now, in the order of the declaration."""
    now = {move.name for move in register.machine.offered(row, user)} if register.machine else set()
    shown = []
    for act in register.acts:
        made, move = _button(register, act), _move(register, act.name)
        allowed = act.name in now if move else can(user, made.permission, row)
        if allowed and (act.when is None or act.when(row)):
            shown.append(made)
    return shown


def bulk(register: Register, user: Any) -> list[Button]:
    """The buttons for many rows; rows on which one is not allowed are named afterwards."""
    shown = (act for act in register.acts if act.bulk and (act.shown_to is None or act.shown_to(user)))
    return [_button(register, act) for act in shown]


def question(
    pressed: Button, user: Any, data: Any = None, files: Any = None, *, row: Model | None = None
) -> BaseForm | None:
    """The form an act asks first, bound when ``data`` is given; None when there is nothing to fill in.

    With ``row`` it starts with what is known of it.
    """
    given = (data, files) if data is not None else ()
    if pressed.act.form is not None:
        known = pressed.act.fill(row) if pressed.act.fill and row is not None else None
        return index.narrow(pressed.act.form(data, files, initial=known), user)
    if not pressed.asks_note:
        return None
    form = ReasonForm(*given)
    form.fields["note"].required = pressed.needs_note
    return index.narrow(form, user)


def press(pressed: Button, row: Model, fields: dict[str, Any], *, by: Any) -> None:
    """Do the act on one row; the action asks permission and legality itself.

    Raises:
        PermissionDenied, ValidationError: as the action.
    """
    pressed.act.do(row, by=by, **fields)


def press_many(
    register: Register, pressed: Button, rows: Iterable[Model], fields: dict[str, Any], *, by: Any
) -> Outcome:
    """Do the act on each row by itself: what cannot be done is named with its reason and hinders nothing else."""
    done, refused = 0, []
    for row in rows:
        try:
            if pressed.act.when is not None and not pressed.act.when(row):
                raise ValidationError(f"现在不能{pressed.label}")
            press(pressed, row, fields, by=by)
            done += 1
        except ValidationError as error:
            refused.append(Refused(str(row), register.href(row), "；".join(error.messages)))
        except PermissionDenied:
            refused.append(Refused(str(row), register.href(row), f"您的角色不能{pressed.label}"))
    return Outcome(done, tuple(refused))


def _button(register: Register, act: Act) -> Button:
    move = _move(register, act.name)
    needs_note = act.needs_note or bool(move and move.needs_note)
    return Button(
        act=act,
        label=act.label or (move.label if move else act.name),
        permission=act.permission or (move.permission if move else register.permission(act.name)),
        asks_note=act.asks_note or needs_note,
        needs_note=needs_note,
        danger=act.danger or bool(move and move.danger),
    )


def _move(register: Register, name: str) -> Move | None:
    moves = register.machine.moves if register.machine else ()
    return next((move for move in moves if move.name == name), None)
