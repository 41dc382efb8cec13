"""Workflows as tables: a ``Machine`` is its moves; buttons, checks, timeline, API and diagram read the same table."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from shuanglian.core.access import can, require
from shuanglian.core.audit import record, snapshot


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow: its button's words, where it starts and ends, who may, and whether a reason must be given."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    permission: str
    needs_note: bool = False
    danger: bool = False
    by_hand: bool = True  # False: a consequence of another act, never a button of its own


@dataclass(frozen=True, slots=True)
class Machine:
    """A table of moves over one field."""

    moves: tuple[Move, ...]
    field: str = "state"

    def move(self, name: str) -> Move:
        """The move of this name.

        Raises:
            KeyError: there is none.
        """
        for move in self.moves:
            if move.name == name:
                return move
        raise KeyError(name)

    def offered(self, obj: Model, user: Any) -> list[Move]:
        """The buttons this user should see on this object now."""
        here = getattr(obj, self.field)
        return [m for m in self.moves if m.by_hand and here in m.sources and can(user, m.permission, obj)]

    def check(self, obj: Model, name: str, *, by: Any, note: str = "") -> Move:
        """Permission, then legality, then the reason; nothing is changed.

        Raises:
            PermissionDenied: the user may not make this move.
            ValidationError: the object is elsewhere by now, or a reason is missing.
        """
        move = self.move(name)
        require(by, move.permission, obj)
        if getattr(obj, self.field) not in move.sources:
            raise ValidationError(f"现在是“{self._words(obj)}”，不能{move.label}。", code="elsewhere")
        if move.needs_note and not note.strip():
            raise ValidationError({"note": f"{move.label}要写明理由"})
        return move

    def make(self, obj: Model, name: str, *, by: Any, note: str = "", behalf: str = "") -> None:
        """Make one move inside the caller's transaction; the row is locked until it commits.

        Raises: as ``check``.
        """
        rows = type(obj)._default_manager.select_for_update(no_key=True)
        obj.refresh_from_db(fields=[self.field], from_queryset=rows)
        move = self.check(obj, name, by=by, note=note)
        before = snapshot(obj)
        setattr(obj, self.field, move.target)
        obj.save(update_fields=[self.field, "updated"])
        record(obj, name, by=by, before=before, note=note.strip(), behalf=behalf)

    def follow(self, obj: Model, target: str, *, by: Any, note: str = "") -> None:
        """Make the move that leads from here to ``target`` as the consequence of an act that was permitted.

        Raises:
            ValidationError: the table has no such arrow.
        """
        here = getattr(obj, self.field)
        found = [m for m in self.moves if not m.by_hand and here in m.sources and m.target == target]
        if not found:
            raise ValidationError(f"现在是“{self._words(obj)}”，这一步做不了。", code="elsewhere")
        before = snapshot(obj)
        setattr(obj, self.field, target)
        obj.save(update_fields=[self.field, "updated"])
        record(obj, found[0].name, by=by, before=before, note=note)

    def _words(self, obj: Model) -> str:
        return str(getattr(obj, f"get_{self.field}_display")())
