"""Handing over when somebody leaves: what he holds moves to somebody who has access, and nothing is left behind."""

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.exchange.queries.handover import Holdings, holdings_of


@transaction.atomic
def hand_over(leaver: User, *, by: User, to: User, note: str = "") -> Holdings:
    """Move everything ``leaver`` holds to ``to``: promises he handles and drafts he typed. Returns what moved.

    Raises:
        ValidationError: the successor has no access to one of the things, or is the same person.
    """
    require(by, "exchange.hand_over")
    if leaver.pk == to.pk:
        raise ValidationError({"to": "不能交接给本人"})
    held = holdings_of(leaver)
    _require_access(held, to)
    for commitment in held.commitments:
        before = snapshot(commitment)
        commitment.handler = to
        commitment.save(update_fields=["handler", "updated"])
        record(commitment, "hand_over", by=by, before=before, note=note)
    for need in (*held.drafts, *held.needs):
        before = snapshot(need)
        if need.raised_by_id == leaver.pk:
            need.raised_by = to
        if need.entered_by_id == leaver.pk:
            need.entered_by = to
        need.save(update_fields=["raised_by", "entered_by", "updated"])
        record(need, "hand_over", by=by, before=before, note=note)
    return held


def _require_access(held: Holdings, to: User) -> None:
    if not to.is_active:
        raise ValidationError({"to": f"{to}的账号已经停用，不能接手"})
    units = set(to.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER))
    organizations = set(to.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE, Role.INSTRUCTOR))
    staff = to.holds(Role.STAFF, Role.APPROVER, Role.LIAISON)
    closed = [c for c in held.commitments if c.unit_id not in units]
    hidden = [n for n in (*held.drafts, *held.needs) if not staff and n.organization_id not in organizations]
    if closed or hidden:
        names = "、".join([str(c.unit) for c in closed] + [str(n.organization) for n in hidden])
        raise ValidationError({"to": f"{to}没有这些单位的权限：{names}。请先给他加上角色，或换一个人。"})
