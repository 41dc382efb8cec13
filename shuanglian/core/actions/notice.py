"""What somebody does with the notices he was sent. All of it is his own affair and not history."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from shuanglian.core.clock import now
from shuanglian.core.models import Notice, NoticePreference, Pace
from shuanglian.core.notify import kinds, notices_of


@transaction.atomic
def read_notice(notice: Notice, *, by: Any) -> Notice:
    """Mark one of one's own notices as read; the moment of the first reading stays.

    Raises:
        PermissionDenied: it was sent to somebody else.
    """
    if notice.user_id != by.pk:
        raise PermissionDenied
    if notice.read_at is None:
        notice.read_at = now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def read_all_notices(*, by: Any) -> int:
    """Mark everything one was told so far as read; how many were unread. What comes tomorrow stays unread."""
    return notices_of(by).filter(read_at=None).update(read_at=now())


@transaction.atomic
def choose_paces(wishes: dict[str, str], *, by: Any) -> None:
    """Say how one wants to be told of some kinds of things: at once, every morning, not at all.

    Raises:
        ValidationError: a kind or a pace that does not exist.
    """
    unknown = {kind: "没有这种提醒" for kind in wishes if kind not in kinds}
    wrong = {kind: "请从列出的提醒方式里选一个" for kind, pace in wishes.items() if pace not in Pace.values}
    if unknown or wrong:
        raise ValidationError(unknown | wrong)
    for kind, pace in wishes.items():
        NoticePreference.objects.update_or_create(user=by, kind=kind, defaults={"pace": pace})
