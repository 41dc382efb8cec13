"""The terms of branches: renewed, put off with the superior's approval, called to mind in time (handbook 2.2)."""

import datetime as dt
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record, snapshot
from shuanglian.core.clock import today
from shuanglian.core.events import announce
from shuanglian.directory.actions.branch import check_branch, covered_now, living_branch, lock_branch
from shuanglian.directory.actions.checks import apply
from shuanglian.directory.events import TermEnding
from shuanglian.directory.models import PartyBranch
from shuanglian.directory.queries import months_after, renewals_to_tell, rule, term_end, usual_term


class TermFacts(TypedDict, total=False):
    """What a renewal settles beside its day."""

    secretary_name: str
    secretary_background: str
    deputy_name: str
    full_members: int
    probationary_members: int


@transaction.atomic
def renew_branch(
    branch: PartyBranch, *, by: User, term_start: dt.date, note: str = "", **facts: Unpack[TermFacts]
) -> PartyBranch:
    """换届: a new term begins, as long as its kind of branch usually has; an approved delay is over with it.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: by field; a renewal more than a year early or late names the approval it rests on.
    """
    row = living_branch(branch, by=by)
    if term_start > today():
        raise ValidationError({"term_start": "换届日期不能晚于今天"})
    if row.term_start and term_start <= row.term_start:
        raise ValidationError({"term_start": f"要晚于上届起始日期 {row.term_start:%Y-%m-%d}"})
    if not note.strip() and (far := _far_from_end(row, term_start)):
        raise ValidationError({"note": f"{far}，请写明上级批准的依据"})
    before = snapshot(row)
    apply(row, facts)
    row.term_start, row.term_years, row.extended_to = term_start, usual_term(row.kind), None
    check_branch(row, covered_now(row))
    row.save()
    record(row, "renew", by=by, before=before, note=note.strip())
    return row


@transaction.atomic
def extend_branch(branch: PartyBranch, *, by: User, until: dt.date, note: str = "") -> PartyBranch:
    """延期换届: the superior approved that the renewal waits until a day, at most a year after the term's end.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: no term, no reason, or a day beyond what the rule allows.
    """
    row = living_branch(branch, by=by)
    end = term_end(row)
    if end is None:
        raise ValidationError("还没有登记本届起始日期，请先修改补上。")
    last = months_after(end, 12 * rule("extend_years"))
    if not end < until <= last:
        raise ValidationError({"until": f"延期要在 {end:%Y-%m-%d} 之后、{last:%Y-%m-%d} 以前"})
    if not note.strip():
        raise ValidationError({"note": "请写明上级批准的依据，例如批复文号"})
    before = snapshot(row)
    row.extended_to = until
    row.save()
    record(row, "extend", by=by, before=before, note=note.strip())
    return row


@transaction.atomic
def name_secretary(
    branch: PartyBranch, *, by: User, secretary_name: str, secretary_background: str = ""
) -> PartyBranch:
    """Who leads the branch between two renewals.

    Raises:
        PermissionDenied: only the committee.
        ValidationError: by field.
    """
    row = living_branch(branch, by=by)
    if not secretary_name.strip():
        raise ValidationError({"secretary_name": "请写书记姓名"})
    before = snapshot(row)
    row.secretary_name, row.secretary_background = secretary_name, secretary_background
    check_branch(row, covered_now(row))
    row.save()
    record(row, "name_secretary", by=by, before=before)
    return row


@transaction.atomic
def remind_renewals(county: str, *, by: User) -> int:
    """Announce each term that ends within half a year, and each that is over, once. Returns how many.

    Raises:
        PermissionDenied: only the account ``system``.
    """
    require(by, "directory.remind_renewals")
    day = today()
    told = 0
    for found in renewals_to_tell(day).filter(county=county):
        row = lock_branch(found)
        is_over = found.renew_by < day  # type: ignore[attr-defined]  # annotated by the query
        if is_over:
            row.told_over_of = found.renew_by  # type: ignore[attr-defined]
        row.told_ahead_of = found.term_ends  # type: ignore[attr-defined]
        row.save()
        announce(TermEnding(row, found.renew_by, is_over))  # type: ignore[attr-defined]
        told += 1
    return told


def _far_from_end(branch: PartyBranch, day: dt.date) -> str:
    """Whether a renewal is further from the term's end than the rule allows without approval."""
    end = term_end(branch)
    if end is None:
        return ""
    years = rule("extend_years")
    if day > months_after(end, 12 * years):
        return f"比届满日期 {end:%Y-%m-%d} 晚了 {years} 年以上"
    return f"比届满日期 {end:%Y-%m-%d} 早了 {years} 年以上" if day < months_after(end, -12 * years) else ""
