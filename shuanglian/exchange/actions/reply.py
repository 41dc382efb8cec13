"""Ready-made replies: written, changed, and ended when nobody should use them any more."""

from typing import Any

from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import snapshot
from shuanglian.exchange.actions.phrase import fill_in, keep
from shuanglian.exchange.models import ReplyTemplate

FIELDS = ("occasion", "category", "title", "body", "position", "ended_on")


@transaction.atomic
def create_reply(*, by: User, **fields: Any) -> ReplyTemplate:
    """Add a ready-made reply for an occasion, for one category or for all. Fields: those of ``ReplyTemplate``.

    Raises:
        PermissionDenied, ValidationError: not of the committee; a field is empty, too long or unknown.
    """
    require(by, "exchange.add_replytemplate")
    return _save(ReplyTemplate(county=by.county), "create", {}, fields, by)


@transaction.atomic
def change_reply(reply: ReplyTemplate, *, by: User, **fields: Any) -> ReplyTemplate:
    """Change a ready-made reply or end it with ``ended_on``; what was sent already stays as it was sent.

    Raises:
        PermissionDenied, ValidationError: as ``create_reply``.
    """
    require(by, "exchange.change_replytemplate", reply)
    reply = ReplyTemplate.objects.select_for_update(no_key=True).get(pk=reply.pk)
    return _save(reply, "change", snapshot(reply), fields, by)


def _save(
    reply: ReplyTemplate, verb: str, before: dict[str, Any], fields: dict[str, Any], by: User
) -> ReplyTemplate:
    fill_in(reply, FIELDS, fields, needed=("title", "body"))
    keep(reply, verb, before, by=by)
    return reply
