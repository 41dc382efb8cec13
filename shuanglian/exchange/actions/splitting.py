"""分出一条: a need that holds two things becomes two needs, linked to each other."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import can, require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.events import announce
from shuanglian.core.render import qty
from shuanglian.exchange.actions.locks import lock_need
from shuanglian.exchange.actions.need import accept_need, save_draft, submit_need, title_of
from shuanglian.exchange.actions.settling import settle
from shuanglian.exchange.choices import CLAIMABLE, LinkKind, NeedState, Source
from shuanglian.exchange.events import NeedSplit
from shuanglian.exchange.models import Need, NeedItem, NeedLink
from shuanglian.exchange.queries.ledger import lines_of

SPLITTABLE = (NeedState.SUBMITTED, NeedState.RETURNED, *CLAIMABLE)
_KEPT = (
    "branch",
    "visibility",
    "urgency",
    "source",
    "raised_by",
    "contact_name",
    "contact_phone",
    "expected_by",
)


@transaction.atomic
def split_need(need: Need, *, by: User, detail: str, item: NeedItem | None = None, **fields: Any) -> Need:
    """Split one thing off: a new need of the same organisation with the same contact, time and openness.

    ``item``: a line that nobody ever claimed moves over with its quantity. Without it ``fields`` may say ``quantity``
    and ``measure`` of the new need. Also in ``fields``: ``category``; ``rest``, the words that stay with the old need;
    ``left``, how much its only line still asks for. Staff splitting a published need publish the new one at once;
    otherwise it waits to be accepted like every other.

    Raises:
        PermissionDenied: neither the organisation's nor staff.
        ValidationError: it cannot be split now, or what is typed makes no sense.
    """
    require(by, "exchange.split_need", need)
    need = lock_need(need)
    require_splittable(need)
    published = need.state in CLAIMABLE
    if not detail.strip():
        raise ValidationError({"detail": "请写分出来的是什么事"})
    if item is not None:
        _require_free(need, item)
    child = _new_need(need, detail, fields, by=by)
    if item is not None:
        _move(item, child)
    _keep_rest(need, child, fields, by=by)
    child = submit_need(child, by=by)
    if published and can(by, "exchange.accept_need", child):
        child = accept_need(child, by=by)
    announce(NeedSplit(need, child, by))
    return child


def require_splittable(need: Need) -> None:
    """Refuse when nothing can be split off now.

    Raises:
        ValidationError: with the reason.
    """
    if need.source == Source.OFFER:
        raise ValidationError("预约的资源不能分出一条，请另外预约。")
    if need.state not in SPLITTABLE:
        raise ValidationError(f"现在是“{need.get_state_display()}”，不能分出一条。")


def _new_need(need: Need, detail: str, fields: dict[str, Any], *, by: User) -> Need:
    kept = {name: getattr(need, name) for name in _KEPT}
    return save_draft(
        need.organization,
        by=by,
        **kept,
        detail=detail.strip(),
        category=fields.get("category") or need.category,
        quantity=fields.get("quantity") or Decimal(1),
        measure=fields.get("measure") or "次",
        due=need.expected_by,
    )


def _require_free(need: Need, item: NeedItem) -> None:
    if item.need_id != need.pk or need.items.count() == 1:
        raise ValidationError({"item": "原来的需求至少要留一行"})
    if item.commitments.exists():
        raise ValidationError({"item": f"“{item.text}”有单位认领过，不能分出去"})


def _move(item: NeedItem, child: Need) -> None:
    child.items.all().delete()
    item.need, item.position = child, 1
    item.save(update_fields=["need", "position"])


def _keep_rest(need: Need, child: Need, fields: dict[str, Any], *, by: User) -> None:
    """Write the link and what stays with the old need; its working state follows."""
    before = snapshot(need)
    if rest := (fields.get("rest") or "").strip():
        if need.title == title_of(need.detail):
            need.title = title_of(rest)
        need.detail = rest
        need.save(update_fields=["title", "detail", "updated"])
    note = f"分出 {child.title}" + _shrink_line(need, fields.get("left"))
    NeedLink.objects.create(county=need.county, need=child, other=need, kind=LinkKind.PART, by=by)
    record(need, "split", by=by, before=before, note=note)
    settle(need, by=by)


def _shrink_line(need: Need, left: Decimal | None) -> str:
    """Ask for less on the only line of the old need; how it changed, in words."""
    lines = lines_of(need.pk)
    if left is None or len(lines) != 1 or left == lines[0].requested:
        return ""
    line = lines[0]
    if not 0 < left < line.requested:
        raise ValidationError({"left": f"要大于 0，不超过原来的 {qty(line.requested)}"})
    if left < line.promised:
        raise ValidationError({"left": f"已经有人认领 {qty(line.promised)}，不能比这少"})
    was, line.item.requested = line.requested, left
    line.item.save(update_fields=["requested"])
    return f"；原来的数量由 {qty(was)} 改为 {qty(left)} {line.item.measure}"
