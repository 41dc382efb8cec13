"""Two entries of one organisation side by side: which row stays, and which of each fact is right."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from shuanglian.directory import actions
from shuanglian.directory.models import Organization
from shuanglian.directory.queries import Attached, attached_to
from shuanglian.directory.registers.organizations import ORGANIZATIONS
from shuanglian.directory.views.duplicate import Request, organization_of

WRONG = 422


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of both rows in words; ``chosen`` is the key of the row whose word is taken."""

    name: str
    label: str
    first: str
    second: str
    chosen: int

    @property
    def is_same(self) -> bool:
        """Nothing to choose."""
        return self.first == self.second


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two rows with what hangs on it."""

    row: Organization
    attached: list[Attached]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: Request, pk: int, other: int) -> HttpResponse:
    """Both rows; with POST they become one."""
    pair = organization_of(request, pk), organization_of(request, other)
    if pk == other:
        return redirect(ORGANIZATIONS.href(pair[0]))
    sides = [Side(row, attached_to(row)) for row in pair]
    keep = _chosen(request.POST.get("keep", ""), pair) or usual_survivor(sides)
    facts = facts_of(pair, keep, request.POST)
    status = 200
    if request.method == "POST":
        gone = pair[0] if keep is pair[1] else pair[1]
        take = [fact.name for fact in facts if fact.chosen == gone.pk and not fact.is_same]
        try:
            kept = actions.merge_organizations(keep, gone, by=request.user, take=take)
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
            status = WRONG
        else:
            messages.success(request, f"已合并，“{gone.name}”的需求、党组织和角色都在这里了")
            return redirect(ORGANIZATIONS.href(kept))
    context = {"sides": sides, "keep": keep, "facts": facts, "active": ORGANIZATIONS.slug}
    return render(request, "directory/merge.html", context, status=status)


def usual_survivor(sides: list[Side]) -> Organization:
    """Which row is proposed to stay: the one with a sound code, then the one with more on it, then the older."""
    first, second = sides

    def weight(side: Side) -> tuple[bool, int, int]:
        sound = bool(side.row.uscc) and not side.row.uscc_doubtful
        return sound, sum(a.count for a in side.attached), -side.row.pk

    return max((first, second), key=weight).row


def facts_of(
    pair: tuple[Organization, Organization], keep: Organization, chosen: Mapping[str, str]
) -> list[Fact]:
    """Every fact that can be taken over; what the row that stays does not know is proposed from the other."""
    first, second = pair
    gone = second if keep is first else first
    found = []
    for name in actions.TAKEN:
        words = {row.pk: _words(name, row) for row in pair}
        proposed = keep if words[keep.pk] or not words[gone.pk] else gone
        picked = _chosen(chosen.get(f"f-{name}", ""), pair) or proposed
        label = ORGANIZATIONS.column(name).label
        found.append(Fact(name, label, words[first.pk], words[second.pk], picked.pk))
    return found


def _words(name: str, row: Organization) -> str:
    column = ORGANIZATIONS.column(name)
    text = column.words(column.raw(row))
    beside = {
        "industry_code": f"{row.industry_version} 年版" if row.industry_code else "",
        "is_forging": row.forging_reason,
        "contact_name": row.contact_phone,
        "checked_on": str(row.checked_by or ""),
    }.get(name, "")
    return "　".join(filter(None, (text, beside)))


def _chosen(value: str, pair: tuple[Organization, Organization]) -> Organization | None:
    return next((row for row in pair if str(row.pk) == value), None)
