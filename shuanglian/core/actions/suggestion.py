"""Suggestions and complaints about the platform: anybody sends one, the committee answers it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.calendar import add_working_days
from shuanglian.core.clock import today
from shuanglian.core.models import Suggestion
from shuanglian.core.notify import kind, tell

ANSWER_DAYS = 5  # working days
MOST = 1000
ANSWERED = kind("suggestion", "意见建议有了答复")


@transaction.atomic
def send_suggestion(*, by: Any, county: str, body: str, contact: str = "") -> Suggestion:
    """Take a suggestion, also from somebody who is not signed in (``by`` is None).

    Raises:
        ValidationError: nothing was said, or too much.
    """
    body, contact = body.strip(), contact.strip()
    if not body:
        raise ValidationError({"body": "请写一句您的意见"})
    if len(body) > MOST:
        raise ValidationError({"body": f"最多 {MOST} 字，现在是 {len(body)} 字"})
    due = add_working_days(today(), ANSWER_DAYS).due
    row = Suggestion.objects.create(county=county, body=body, contact=contact[:60], by=by, answer_by=due)
    if by is not None:
        record(row, "create", by=by)
    return row


@transaction.atomic
def answer_suggestion(suggestion: Suggestion, *, by: Any, answer: str, page: str = "/suggest/") -> Suggestion:
    """Answer it; whoever sent it signed in is told, with the ``page`` where it stands.

    Raises:
        PermissionDenied, ValidationError: not of the committee; no words; answered already.
    """
    require(by, "core.answer_suggestion", suggestion)
    row = Suggestion.objects.select_for_update(no_key=True, of=("self",)).get(pk=suggestion.pk)
    if row.answered_on is not None:
        raise ValidationError("已经答复过了。")
    if not answer.strip():
        raise ValidationError({"answer": "请写答复"})
    before = snapshot(row)
    row.answer, row.answered_on, row.answered_by = answer.strip(), today(), by
    row.save(update_fields=["answer", "answered_on", "answered_by", "updated"])
    record(row, "answer", by=by, before=before)
    if row.by is not None:
        tell([row.by], ANSWERED, f"您提的意见有了答复：{row.answer}", page)
    return row
