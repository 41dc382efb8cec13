"""What accounts announce, inside the transaction in which it happened."""

from dataclasses import dataclass

from shuanglian.accounts.models import User


@dataclass(frozen=True, slots=True)
class SecondFactorRemoved:
    """Somebody's second factor was switched off by an administrator, and all his sessions have ended."""

    user: User
    by: User
