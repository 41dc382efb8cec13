"""What a good password is, and how long an account stays shut after wrong ones (handbook 3.8).

Ten characters of three classes, not a common one, not like the person's own name; five wrong ones shut the account
for thirty minutes. Administrators change theirs every ninety days, nobody else has to.
"""

import string
from typing import Any

from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError

LENGTH = 10
CLASSES = 3
FAILURES = 5
SHUT_MINUTES = 30
ADMINISTRATOR_DAYS = 90
SHUT = f"密码连续输错 {FAILURES} 次，这个账号锁定 {SHUT_MINUTES} 分钟。请稍后再试，或请系统管理员重置密码。"
RULE = f"密码至少 {LENGTH} 位，大写字母、小写字母、数字、符号里至少有三种"

_KINDS = (string.ascii_uppercase, string.ascii_lowercase, string.digits)


class LongEnoughValidator:
    """At least ten characters. Django's own validator says its sentence in English."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a short password.

        Raises:
            ValidationError: with how long it is.
        """
        if len(password) < LENGTH:
            raise ValidationError(f"密码至少 {LENGTH} 位，现在是 {len(password)} 位", code="too_short")

    def get_help_text(self) -> str:
        """The rule in one line."""
        return f"密码至少 {LENGTH} 位"


class ThreeClassesValidator:
    """At least three of: capital letters, small letters, digits, anything else."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password of fewer classes.

        Raises:
            ValidationError: with how many classes it has.
        """
        kinds = {next((n for n, kind in enumerate(_KINDS) if c in kind), len(_KINDS)) for c in password}
        if len(kinds) < CLASSES:
            raise ValidationError(
                f"大写字母、小写字母、数字、符号里至少要有三种，现在只有 {len(kinds)} 种",
                code="too_few_classes",
            )

    def get_help_text(self) -> str:
        """The rule in one line."""
        return RULE


def failures_key(user: Any) -> str:
    """The name under which wrong passwords of one account are counted, whether typed with name or mobile."""
    return f"user:{user.pk}"


def open_again(user: Any) -> None:
    """Forget the wrong passwords of an account, so that its owner need not wait."""
    ratelimit.clear(None, app="allauth.account", action="login_failed", key=failures_key(user))
