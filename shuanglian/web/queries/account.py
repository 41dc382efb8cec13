"""The two-way account of an organisation (双向账): what it asked, was promised, got, and what it gave.

Quantities come from the ledger; nothing is added up here. Everybody sees of it what he may see of each need and promise.
What an organisation gives it gives as a unit of the alliance: the unit of the same credit code.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.clock import SHANGHAI, today
from shuanglian.core.render import date_text, mask_mobile
from shuanglian.directory.models import Organization, PartnerUnit, PartyBranch
from shuanglian.directory.queries import (
    branch_of,
    months_after,
    remarks_on,
    rule,
)
from shuanglian.exchange.choices import CommitmentState, NeedState, OfferState
from shuanglian.exchange.models import Commitment, Need, Offer
from shuanglian.exchange.queries import (
    Line,
    Promise,
    commitments_visible_to,
    need_lines,
    needs_visible_to,
    offers_visible_to,
    promises_of,
    words,
)
from shuanglian.exchange.queries.pressing import with_due
from shuanglian.web.queries.wording import what_next, with_words

MOST = 50  # needs, and promises to others, on the page
ON_PAPER = 7  # rows of a table on the sheet


@dataclass(frozen=True, slots=True)
class Asked:
    """One need: what was asked, what is promised by whom until when, what came."""

    title: str
    href: str
    number: str
    day: dt.date
    asked: str
    promised: str
    got: str
    state: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Received:
    """Something a unit did and the organisation accepted."""

    unit: str
    what: str
    amount: str
    day: dt.date | None
    href: str


@dataclass(frozen=True, slots=True)
class Given:
    """Something the organisation shares or did for another."""

    what: str
    amount: str
    day: dt.date | None
    href: str


@dataclass(frozen=True, slots=True)
class Account:
    """Both sides, with what one should know of the organisation before speaking to it."""

    organization: Organization
    facts: list[tuple[str, str]]
    remarks: list[str]
    asked: list[Asked]
    received: list[Received]
    given: list[Given]

    @property
    def open_needs(self) -> list[Asked]:
        """Those not ended yet."""
        return [row for row in self.asked if row.is_open]

    @property
    def figures(self) -> list[tuple[str, int]]:
        """How many of each; the tables beside it hold exactly these."""
        return [
            ("提出的需求", len(self.asked)),
            ("还没办完", len(self.open_needs)),
            ("得到的帮助", len(self.received)),
            ("给出的", len(self.given)),
        ]


def account_of(organization: Organization, user: User) -> Account:
    """The account as this user may see it; a fixed number of queries."""
    branch = branch_of(organization)
    needs = _needs(organization, user)
    lines = need_lines([need.pk for need in needs])
    return Account(
        organization,
        facts=_facts(organization, branch),
        remarks=_remarks(organization, branch),
        asked=[_asked(need, lines[need.pk]) for need in needs],
        received=_received(needs, lines),
        given=_given(organization, user),
    )


def _needs(organization: Organization, user: User) -> list[Any]:
    rows = needs_visible_to(user).filter(organization=organization).exclude(state=NeedState.DRAFT)
    return sorted(
        with_words(with_due(rows)).order_by("-pk")[:MOST],
        key=lambda need: need.state == NeedState.CLOSED,
    )


def _asked(need: Any, lines: list[Line]) -> Asked:
    return Asked(
        title=str(need),
        href=_page(need),
        number=need.number,
        day=(need.submitted_at or need.created).astimezone(SHANGHAI).date(),
        asked="、".join(_wanted(line, named=len(lines) > 1) for line in lines),
        promised="；".join(
            _promised(p, line.item.measure) for line in lines for p in line.promises if p.outstanding > 0
        ),
        got="、".join(f"{words(line.delivered)} {line.item.measure}" for line in lines if line.delivered > 0),
        state=what_next(need),
        is_open=need.state != NeedState.CLOSED,
    )


def _wanted(line: Line, *, named: bool) -> str:
    """What one line asks for; of several lines each says what it is."""
    what = f"{line.item.text} " if named and line.item.text else ""
    return f"{what}{words(line.requested)} {line.item.measure}"


def _promised(promise: Promise, measure: str) -> str:
    row = promise.commitment
    until = f"，{date_text(row.due)}前" if row.due else ""
    asked = "（待答复）" if row.state == CommitmentState.REQUESTED else ""
    return f"{row.unit} {words(promise.outstanding)} {measure}{until}{asked}"


def _received(needs: Iterable[Need], lines: dict[int, list[Line]]) -> list[Received]:
    found = [
        Received(
            unit=str(p.commitment.unit),
            what=str(need),
            amount=f"{words(p.accepted)} {line.item.measure}",
            day=p.commitment.reported_on,
            href=_page(need),
        )
        for need in needs
        for line in lines[need.pk]
        for p in line.promises
        if p.accepted > 0
    ]
    return sorted(found, key=_newest, reverse=True)


def _given(organization: Organization, user: User) -> list[Given]:
    if not organization.uscc:
        return []
    units = PartnerUnit.objects.filter(county=organization.county, uscc=organization.uscc)
    shared = offers_visible_to(user).filter(unit__in=units, state=OfferState.PUBLISHED).order_by("-pk")
    held = commitments_visible_to(user).filter(unit__in=units).exclude(state=CommitmentState.WITHDRAWN)
    rows = held.select_related("need__organization", "need_item").order_by("-pk")[:MOST]
    done = [_helped(p) for p in promises_of(rows) if p.accepted > 0]
    return [*map(_shares, shared[:MOST]), *sorted(done, key=_newest, reverse=True)]


def _shares(offer: Offer) -> Given:
    day = offer.published_at.astimezone(SHANGHAI).date() if offer.published_at else None
    return Given(f"开放资源：{offer}", "开放中", day, reverse("exchange.offer", args=(offer.pk,)))


def _helped(promise: Promise) -> Given:
    row: Commitment = promise.commitment
    amount = f"{words(promise.accepted)} {row.need_item.measure}"
    return Given(f"帮{row.need.organization}：{row.need}", amount, row.reported_on, _page(row.need))


def _facts(organization: Organization, branch: PartyBranch | None) -> list[tuple[str, str]]:
    people = RoleAssignment.objects.current().filter(
        scope=Scope.ORGANIZATION, scope_id=organization.pk, role=Role.INSTRUCTOR
    )
    names = dict.fromkeys(post.user.name for post in people.select_related("user").order_by("pk"))
    contact = "　".join(filter(None, (organization.contact_name, mask_mobile(organization.contact_phone))))
    checked = organization.checked_on
    return [
        ("信用代码", organization.uscc),
        ("所属乡镇", str(organization.division)),
        ("类别", organization.get_kind_display()),
        ("登记状态", organization.get_registration_display()),
        ("从业人员", organization.get_headcount_band_display()),
        ("党组织", f"{branch.name}（{branch.get_kind_display()}）" if branch else "没有"),
        ("书记", branch.secretary_name if branch else ""),
        ("指导员", "、".join(names) or "没有"),
        ("联系人", contact),
        ("信息核对", f"{date_text(checked)}，{organization.checked_by}" if checked else "还没有核对过"),
    ]


def _remarks(organization: Organization, branch: PartyBranch | None) -> list[str]:
    """What one should mind: doubtful facts, facts nobody checked for a year, the branch and its term."""
    found = ["信用代码最后一位对不上，请对照营业执照"] if organization.uscc_doubtful else []
    since = months_after(today(), -rule("check_months"))
    if organization.checked_on is None or organization.checked_on < since:
        found.append(f"企业信息 {rule('check_months')} 个月没核对，顺便问一下有没有变化")
    return found + (remarks_on(branch) if branch else [])


def _page(need: Need) -> str:
    return reverse("exchange.need", args=(need.pk,))


def _newest(row: Received | Given) -> dt.date:
    return row.day or dt.date.min
