"""Ready-made replies: written, changed, and ended when nobody should use them any more."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import today
from shuanglian.core.dictionary import check
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
    for name in FIELDS:
        if name in fields:
            value = fields[name]
            setattr(reply, name, value.strip() if isinstance(value, str) else value)
    if not (reply.title and reply.body):
        raise ValidationError({name: "请填写" for name in ("title", "body") if not getattr(reply, name)})
    if reply.category:
        check("need_category", reply.category, "category", today())
    reply.full_clean(validate_constraints=False)
    reply.save()
    record(reply, verb, by=by, before=before)
    return reply
