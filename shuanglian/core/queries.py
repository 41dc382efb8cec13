"""What can be asked of the kernel's own tables, starting from a user."""

from typing import Any

from django.core.cache import caches
from django.db.models import QuerySet

from shuanglian.core.access import can
from shuanglian.core.dictionary import names
from shuanglian.core.models import ColumnChoice, ImportBatch, SavedView, Term


def terms_visible_to(user: Any) -> QuerySet[Term]:
    """All words of all dictionaries for those who keep or check them, nothing for others."""
    return Term.objects.all() if can(user, "core.view_term") else Term.objects.none()


def dictionaries() -> dict[str, str]:
    """Slug → name of every dictionary that has words; the names are words of the dictionary ``dictionary``."""
    found: dict[str, str] | None = caches["local"].get("dictionaries")
    if found is None:
        named = {"dictionary": "字典"} | names("dictionary")
        slugs = Term.objects.order_by("dictionary").values_list("dictionary", flat=True).distinct()
        found = {slug: named.get(slug, slug) for slug in ("dictionary", *slugs)}
        caches["local"].set("dictionaries", found, 60)
    return found


def chosen_columns(user: Any, register: str) -> list[str]:
    """The keys of the columns this user wants to see, or nothing when he never chose."""
    found = ColumnChoice.objects.filter(user=user, register=register).values_list("columns", flat=True)
    return [str(key) for columns in found for key in columns]


def saved_views(user: Any, register: str) -> QuerySet[SavedView]:
    """The lists this user comes back to."""
    return SavedView.objects.filter(user=user, register=register)


def imports_of(user: Any, register: str) -> QuerySet[ImportBatch]:
    """The sheets this user brought to a register; nobody else's."""
    return ImportBatch.objects.filter(by=user, register=register)
