"""What hangs on an organisation: every row of every app that points to it, found from the models themselves.

Nothing is listed by hand, so nothing can be forgotten: foreign keys and many-to-many tables are read from Django's
registry. Only the two kinds of pointer the database does not know as such are named: the scope of a role and the owner
of a file. ``tests/directory/queries/test_merge.py`` fails when an app brings a third.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ForeignKey, Model, OneToOneField, Q, QuerySet

from shuanglian.accounts.choices import Scope
from shuanglian.accounts.models import RoleAssignment
from shuanglian.core.models import Entry, ImportRow, StoredFile
from shuanglian.directory.models import Organization

# Pointers without a foreign key: (model, field) → what else must hold. History stays where it was written.
SOFT: dict[tuple[type[Model], str], Any] = {
    (RoleAssignment, "scope_id"): lambda: Q(scope=Scope.ORGANIZATION),
    (StoredFile, "object_id"): lambda: Q(kind=ContentType.objects.get_for_model(Organization)),
}
# What an import wrote stays told of the row it wrote; undoing it is refused once the row has a newer history.
STAYS: set[tuple[type[Model], str]] = {(Entry, "object_id"), (ImportRow, "object_id")}


@dataclass(frozen=True, slots=True)
class Pointer:
    """A column whose value is the key of an organisation."""

    model: type[Model]
    column: str
    also: Q

    @property
    def is_merging(self) -> bool:
        """The pointer from a merged row to the one that stays."""
        return self.model is Organization

    def rows(self, pk: int) -> QuerySet[Any]:
        """The rows that point to one organisation."""
        return self.model._default_manager.filter(self.also, **{self.column: pk}).order_by("pk")


@dataclass(frozen=True, slots=True)
class Attached:
    """How many rows of one kind hang on an organisation."""

    name: str
    count: int


def pointers() -> list[Pointer]:
    """Every column of every table that holds the key of an organisation."""
    found = [
        Pointer(model, field.attname, Q())
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if points(field)
    ]
    return found + [Pointer(model, column, also()) for (model, column), also in SOFT.items()]


def points(field: Field[Any, Any]) -> bool:
    """Whether a field is a foreign key (or one-to-one) to organisations."""
    return isinstance(field, (ForeignKey, OneToOneField)) and field.related_model is Organization


def attached_to(organization: Organization) -> list[Attached]:
    """What hangs on it, by kind, in words; for the page that asks before merging."""
    counts: dict[str, int] = {}
    for pointer in pointers():
        name = str(pointer.model._meta.verbose_name)
        counts[name] = counts.get(name, 0) + pointer.rows(organization.pk).count()
    return [Attached(name, count) for name, count in counts.items() if count]
