"""Linking needs: a see-also that may be taken back, and the duplicate that a closing states."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from shuanglian.accounts.models import User
from shuanglian.core.access import can, require
from shuanglian.core.audit import record, snapshot
from shuanglian.exchange.actions.locks import lock_needs
from shuanglian.exchange.choices import LinkKind, NeedState
from shuanglian.exchange.models import Need, NeedLink
from shuanglian.exchange.queries.need import needs_visible_to


@transaction.atomic
def relate_needs(need: Need, *, by: User, other: Need) -> NeedLink:
    """关联: the two are worth seeing beside each other; both pages show it.

    Staff relate any two; the organisation that asks relates its own.

    Raises:
        PermissionDenied: not the user's need.
        ValidationError: the other one is no need the user may link, or the two are linked already.
    """
    require(by, "exchange.relate_need", need)
    need, other = _both(need, other, by)
    if not can(by, "exchange.relate_need", other):
        raise ValidationError({"other": "只能关联您自己单位的需求；别的单位的，请在留言里告诉工委"})
    if _between(need, other) is not None:
        raise ValidationError({"other": f"和 {other.number} 已经关联了"})
    row = NeedLink.objects.create(county=need.county, need=need, other=other, kind=LinkKind.RELATED, by=by)
    record(row, "relate", by=by, note=f"{need.number}、{other.number}")
    return row


@transaction.atomic
def unrelate_needs(link: NeedLink, *, by: User) -> None:
    """取消关联: only a see-also; that a need repeats another or was split off from it is a fact.

    Raises:
        PermissionDenied, ValidationError: neither end is the user's, or it is no see-also.
    """
    need, other = lock_needs(link.need, link.other)
    if not (can(by, "exchange.relate_need", need) or can(by, "exchange.relate_need", other)):
        raise PermissionDenied
    if link.kind != LinkKind.RELATED:
        raise ValidationError("重复提出和分出来的关系不能取消。重新办理以后，重复会变成相关。")
    record(link, "unrelate", by=by, note=f"{need.number}、{other.number}")
    link.delete()


@transaction.atomic
def mark_duplicate(need: Need, other: Need | None, *, by: User) -> Need:
    """Link a need to the one it repeats, and give it back locked; the closing that follows is the caller's.

    Raises:
        PermissionDenied, ValidationError: the user may not close it; it names no other need, or one that cannot be.
    """
    require(by, "exchange.close_need", need)
    if other is None:
        raise ValidationError({"other": "请写重复的是哪一项（需求编号）"})
    need, other = _both(need, other, by)
    original = other.links.filter(kind=LinkKind.DUPLICATE).select_related("other").first()
    if original is not None:
        raise ValidationError({"other": f"{other.number} 也是重复提出的，请写 {original.other.number}"})
    row = _between(need, other) or NeedLink(county=need.county, by=by)
    before = snapshot(row)
    row.need, row.other, row.kind = need, other, LinkKind.DUPLICATE
    row.save()
    record(row, "mark_duplicate", by=by, before=before, note=f"{need.number}、{other.number}")
    return need


def clear_duplicate(need: Need, *, by: User) -> None:
    """A need that is worked on again repeats nothing; what it repeated stays as a see-also.

    The caller holds the lock on the need and has asked permission for the reopening.
    """
    for row in need.links.filter(kind=LinkKind.DUPLICATE):
        before = snapshot(row)
        row.kind = LinkKind.RELATED
        row.save(update_fields=["kind", "updated"])
        record(row, "relate", by=by, before=before)


def _both(need: Need, other: Need, by: User) -> list[Need]:
    """Both needs, locked.

    Raises:
        ValidationError: the other one is the same, or none the user may see; neither may be a draft.
    """
    if need.pk == other.pk:
        raise ValidationError({"other": "不能写这一项自己的编号"})
    if not needs_visible_to(by).exclude(state=NeedState.DRAFT).filter(pk=other.pk).exists():
        raise ValidationError({"other": "没有这个编号的需求，请核对"})
    if need.state == NeedState.DRAFT:
        raise ValidationError("还没有提交，不能关联。")
    return lock_needs(need, other)


def _between(need: Need, other: Need) -> NeedLink | None:
    """The link of two needs, whichever way it leads."""
    return NeedLink.objects.filter(Q(need=need, other=other) | Q(need=other, other=need)).first()
