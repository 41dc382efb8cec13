"""Talking about a need: both parties and staff; internal notes are staff's own."""

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record
from shuanglian.core.events import announce
from shuanglian.exchange.actions.locks import just_now, lock_need
from shuanglian.exchange.choices import MessageKind, NeedState
from shuanglian.exchange.events import MessageSent
from shuanglian.exchange.models import ContactLook, Message, Need


@transaction.atomic
def send_message(need: Need, *, by: User, body: str, kind: str = MessageKind.MESSAGE) -> Message:
    """Say something about a need; the same words a moment later are a second press and say nothing more.

    Raises:
        PermissionDenied: the user is neither of the two sides nor staff.
        ValidationError: empty words, or the need is not handed in yet.
    """
    require(by, "exchange.note_need" if kind == MessageKind.INTERNAL else "exchange.talk_about_need", need)
    if kind not in (MessageKind.MESSAGE, MessageKind.INTERNAL):
        raise ValidationError("办理进展请在对接里写。")
    if need.state == NeedState.DRAFT:
        raise ValidationError("需求提交以后才能留言。")
    if not body.strip():
        raise ValidationError({"body": "请写留言内容"})
    need = lock_need(need)
    said = Message.objects.filter(need=need, kind=kind, body=body.strip(), by=by, created__gte=just_now())
    if twin := said.first():
        return twin
    message = Message(county=need.county, need=need, kind=kind, body=body.strip(), by=by)
    message.full_clean()
    message.save()
    record(message, "say", by=by)
    announce(MessageSent(message))
    return message


@transaction.atomic
def look_at_contact(need: Need, *, by: User) -> ContactLook:
    """看联系电话: the full number, for the two sides and staff; who looked is written down."""
    require(by, "exchange.see_contact", need)
    look = ContactLook.objects.create(county=need.county, need=need, by=by)
    record(look, "look_at_contact", by=by)
    return look
