"""Putting a need on the agenda of the quarterly meeting, and writing down what the meeting decided."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import today
from shuanglian.core.events import announce
from shuanglian.exchange.actions.locks import lock_need
from shuanglian.exchange.choices import AgendaState, NeedState
from shuanglian.exchange.events import NeedDiscussed
from shuanglian.exchange.models import AgendaItem, Need
from shuanglian.exchange.queries.agenda import first_day_of_quarter


@transaction.atomic
def put_on_agenda(need: Need, *, by: User, reason: str) -> AgendaItem:
    """列入季度会议题: a need that waits already is not put on twice.

    Raises:
        PermissionDenied: neither staff nor the clock.
        ValidationError: the need is not open, or no reason is given.
    """
    require(by, "exchange.put_on_agenda", need)
    need = lock_need(need)
    if need.state != NeedState.OPEN:
        raise ValidationError(f"现在是“{need.get_state_display()}”，没人认领的才上季度会。")
    if not reason.strip():
        raise ValidationError({"reason": "请写为什么上会"})
    waiting = AgendaItem.objects.filter(need=need, state=AgendaState.WAITING).first()
    if waiting is not None:
        return waiting
    row = AgendaItem(
        county=need.county, need=need, quarter=first_day_of_quarter(), reason=reason.strip(), by=by
    )
    row.full_clean(validate_constraints=False)
    row.save()
    record(row, "put_on_agenda", by=by, note=row.reason)
    return row


@transaction.atomic
def discuss_item(item: AgendaItem, *, by: User, result: str, discussed_on: dt.date) -> AgendaItem:
    """记下议定结果: what the meeting decided; the organisation that asks is told.

    Raises:
        PermissionDenied, ValidationError: not of the committee; no words, a day to come, or dealt with already.
    """
    require(by, "exchange.discuss_agenda", item)
    lock_need(item.need)
    item = AgendaItem.objects.select_for_update(no_key=True, of=("self",)).get(pk=item.pk)
    if item.state == AgendaState.DISCUSSED:
        raise ValidationError("已经议过了，结果也记下了。")
    if not result.strip():
        raise ValidationError({"result": "请写议定的结果"})
    if discussed_on > today():
        raise ValidationError({"discussed_on": "开会日期不能晚于今天"})
    before = snapshot(item)
    item.state, item.result, item.discussed_on = AgendaState.DISCUSSED, result.strip(), discussed_on
    item.full_clean(validate_constraints=False)
    item.save(update_fields=["state", "result", "discussed_on", "updated"])
    record(item, "discuss", by=by, before=before, note=item.result)
    announce(NeedDiscussed(item, by))
    return item
