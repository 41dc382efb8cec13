"""The second factor of somebody who lost his telephone: switched off by an administrator; all of them encrypted anew."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.events import SecondFactorRemoved
from shuanglian.accounts.models import User
from shuanglian.accounts.queries import is_administrator
from shuanglian.core import cipher
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import now
from shuanglian.core.events import announce

CLOSED = ("secret", "seed")  # what an authenticator keeps that opens something


@transaction.atomic
def remove_second_factor(user: User, *, by: User, note: str) -> User:
    """Switch somebody's second factor and recovery codes off; his sessions end, an administrator must set one up anew.

    Raises:
        PermissionDenied: his own, or of an account whose password this administrator may reset (see ``rules``).
        ValidationError: there is none.
    """
    require(by, "accounts.remove_second_factor", user)
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    removed, _ = Authenticator.objects.filter(user=row).delete()
    if not removed:
        raise ValidationError("这个账号没有开启两步验证。")
    before = snapshot(row)
    row.sessions_ended = now()
    row.must_have_second_factor = is_administrator(row)
    row.save()
    record(row, "remove_second_factor", by=by, before=before, note=note)
    announce(SecondFactorRemoved(row, by))
    return row


@transaction.atomic
def encrypt_second_factors(*, by: User) -> int:
    """Encrypt all secrets with the first key anew, of whatever age they are; returns how many could not be opened.

    The secrets stay what they were: nothing for the history.

    Raises:
        PermissionDenied: not the account jobs act as.
    """
    require(by, "accounts.start_county", by)
    unreadable = 0
    for row in Authenticator.objects.select_for_update(no_key=True).order_by("pk"):
        try:
            row.data = _anew(row.data)
        except cipher.UnreadableError:
            unreadable += 1
        else:
            row.save(update_fields=["data"])
    return unreadable


def _anew(data: dict[str, Any]) -> dict[str, Any]:
    return {k: cipher.encrypt(cipher.decrypt(v)) if k in CLOSED else v for k, v in data.items()}
