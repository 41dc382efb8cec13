"""The only door to permissions: ``allow`` to declare, ``can`` to ask, ``require`` to insist.

Permissions are sentences made of predicates: ``allow("exchange.close_need", staff | (owns_need & need_is_open))``.
Nobody is above them: there is no superuser bypass, and jobs act as the account ``system`` with sentences of their own.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import rules as _rules
from django.core.exceptions import PermissionDenied
from django.db.models import Model

Predicate = Any  # rules.Predicate: combines with & | ~

predicate: Callable[[Callable[..., bool]], Predicate] = _rules.predicate
signed_in: Predicate = _rules.is_authenticated


def holds(*roles: str) -> Predicate:
    """The predicate "acts under one of these roles now"."""

    def test(user: Any) -> bool:
        return any(post.role in roles for post in getattr(user, "acting", ()))

    return _rules.predicate(test, name=f"holds({', '.join(roles)})")


@predicate
def in_county(user: Any, row: Any) -> bool:
    """The row belongs to the user's county; a question about no row is one about his own."""
    return row is None or row.county == user.county


def allow(permission: str, who: Predicate) -> None:
    """Declare who may do ``app.verb_model``. A second sentence for the same permission is a mistake.

    Raises:
        KeyError: the permission has its sentence already.
    """
    _rules.add_perm(permission, who)


def can(user: Any, permission: str, obj: Model | None = None) -> bool:
    """Whether the sentence of ``permission`` is true for this user and object. Undeclared means no."""
    return bool(_rules.has_perm(permission, user, obj))


def require(user: Any, permission: str, obj: Model | None = None) -> None:
    """Insist on a permission.

    Raises:
        PermissionDenied: the sentence is not true.
    """
    if not can(user, permission, obj):
        raise PermissionDenied(permission)


_role_names: dict[str, str] = {}
_HELD = re.compile(r"(~?)holds\(([^)]*)\)")


def name_roles(names: Mapping[str, str]) -> None:
    """Tell what the roles are called; the app that has them says it once."""
    _role_names.update(names)


def who_may(permission: str) -> list[str]:
    """The roles that the sentence of a permission names, in words and in its order: for explaining, not for deciding."""
    sentence = str(getattr(declared().get(permission), "name", ""))
    codes = [code for no, held in _HELD.findall(sentence) if not no for code in held.split(", ")]
    return [_role_names[code] for code in dict.fromkeys(codes) if code in _role_names]


def declared() -> dict[str, Predicate]:
    """Every permission with its sentence, for the permission matrix and its tests."""
    return dict(_rules.permissions.permissions)
