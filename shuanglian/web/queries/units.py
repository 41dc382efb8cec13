"""Sections of a partner unit's desk: bookings to answer, promises at work, needs within its duties, its own offers."""

import datetime as dt
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from shuanglian.accounts.choices import Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.core.render import date_text, qty
from shuanglian.directory.models import Mandate
from shuanglian.exchange.choices import LIVE, CommitmentState, OfferState
from shuanglian.exchange.models import Commitment, Need, Offer
from shuanglian.exchange.queries import Line, a_year_on, claimable_by, need_lines
from shuanglian.exchange.queries.deadline import ticking
from shuanglian.exchange.queries.pressing import in_order, soonest
from shuanglian.web.queries.needs import asker, category, page_of
from shuanglian.web.queries.section import Act, Contents, Row, Section, days_to, listed
from shuanglian.web.queries.time_limits import DAYS_AHEAD, UNITS_DUTY

LOOKED_AT = 60  # needs whose open quantity is worked out for the list of what a unit could claim
RENEW_AHEAD = 14  # days before an offer lapses


def unit_ids(user: User) -> list[int]:
    """The units the user handles things for."""
    return user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)


def promises_at_work(user: User) -> QuerySet[Commitment]:
    """What the user's units promised and have not finished."""
    return Commitment.objects.filter(unit_id__in=unit_ids(user), state=CommitmentState.ACTIVE)


def _with_need(promises: QuerySet[Commitment]) -> QuerySet[Commitment]:
    return promises.select_related("need__organization", "need_item")


def _amount(promise: Commitment) -> str:
    return f"{qty(promise.quantity)} {promise.need_item.measure}"


def _bookings(user: User) -> QuerySet[Commitment]:
    asked = Commitment.objects.filter(unit_id__in=unit_ids(user), state=CommitmentState.REQUESTED)
    limits = ticking().filter(commitment=OuterRef("pk"))
    return (
        _with_need(asked)
        .annotate(answer_by=Subquery(limits.order_by("due").values("due")[:1]))
        .order_by("pk")
    )


def _booking_row(promise: Any) -> Row:
    href = page_of(promise.need)
    text = f"{asker(promise.need)}　预约 {_amount(promise)}　{date_text(promise.created)} 提出"
    return Row(str(promise.need), href, text, days_to(promise.answer_by), Act("去答复", href))


def _at_work(user: User) -> QuerySet[Commitment]:
    """Without those that stand among the late and the soon due; what waits for the receiver comes last."""
    edge = today() + dt.timedelta(days=DAYS_AHEAD)
    limits = ticking().filter(unit_id__in=unit_ids(user), kind__in=UNITS_DUTY, running_until__lte=edge)
    rows = promises_at_work(user).exclude(pk__in=limits.values("commitment"))
    return _with_need(rows).order_by(F("reported_on").asc(nulls_first=True), "due", "pk")


def _at_work_row(promise: Any) -> Row:
    href = page_of(promise.need)
    start = f"{asker(promise.need)}　{_amount(promise)}　"
    if promise.reported_on:
        return Row(str(promise.need), href, f"{start}{date_text(promise.reported_on)} 报办结，等企业确认")
    if promise.contacted_on:
        text, act, page = f"{date_text(promise.contacted_on)} 已对接", "办结", "exchange.commitment_deliver"
    else:
        text, act, page = "还没有对接", "写进展", "exchange.commitment_progress"
    done = Act(act, reverse(page, args=(promise.pk,)))
    return Row(str(promise.need), href, start + text, days_to(promise.due), done)


def _suited(user: User, most: int) -> Contents:
    """Needs of the unit's categories with something left to promise, on which it holds nothing yet."""
    units = unit_ids(user)
    duties = Mandate.objects.filter(unit_id__in=units).values("category")
    held = Commitment.objects.filter(need=OuterRef("pk"), unit_id__in=units, state__in=LIVE)
    found = claimable_by(user).filter(~Exists(held), category__in=duties)
    ids = soonest(found, 0, LOOKED_AT)
    needs = in_order(Need.objects.filter(pk__in=ids).select_related("organization"), ids)
    lines = need_lines(need.pk for need in needs)
    wanted = [need for need in needs if any(line.open > 0 for line in lines[need.pk])]
    return [_suited_row(need, lines[need.pk]) for need in wanted[:most]], len(wanted)


def _suited_row(need: Any, lines: list[Line]) -> Row:
    left = "、".join(f"{qty(line.open)} {line.item.measure}" for line in lines if line.open > 0)
    wish = f"　希望{date_text(need.expected_by)}前办好" if need.expected_by else ""
    text = f"{asker(need)}　{category(need)}　还需 {left}{wish}"
    return Row(str(need), page_of(need), text, act=Act("认领", reverse("exchange.claim", args=(need.pk,))))


def _own_offers(user: User) -> QuerySet[Offer]:
    lapsing = Q(state=OfferState.PUBLISHED, standing=False)
    lapsing &= Q(valid_until__lte=today() + dt.timedelta(days=RENEW_AHEAD))
    rows = Offer.objects.filter(lapsing | Q(state=OfferState.RETURNED), unit_id__in=unit_ids(user))
    return rows.order_by(F("valid_until").asc(nulls_first=True), "pk")


def _own_offer_row(offer: Any) -> Row:
    href = reverse("exchange.offer", args=(offer.pk,))
    if offer.state == OfferState.RETURNED:
        return Row(str(offer), href, f"{category(offer)}　请补充后再提交", act=Act("去补充", href))
    left = days_to(offer.valid_until) or 0
    text = f"{category(offer)}　{date_text(offer.valid_until)}{'已到期' if left < 0 else '到期'}"
    day = a_year_on(offer)
    press = Act(
        f"续期到 {date_text(day)}",
        reverse("exchange.offer_renew", args=(offer.pk,)),
        posts=True,
        fields=(("valid_until", day.isoformat()),),
    )
    return Row(str(offer), href, text, act=press)


BOOKINGS = Section(
    "bookings",
    "等您答复的预约",
    listed(_bookings, _booking_row),
    ("没有等答复的预约", "企业预约了您单位的资源，会出现在这里。"),
    strip="预约等答复",
)
AT_WORK = Section(
    "work",
    "您单位在办的",
    listed(_at_work, _at_work_row),
    ("没有其他在办的需求", "认领以后会出现在这里。"),
    aside=True,
)
SUITED = Section(
    "suited",
    "与本单位职能相关",
    _suited,
    ("职能范围内没有等认领的需求", "有新需求时会出现在这里；也可以到需求大厅看看其他类别的。"),
    strip="您能认领的",
)
OWN_OFFERS = Section(
    "own-offers",
    "您单位要更新的资源",
    listed(_own_offers, _own_offer_row),
    ("资源都是最新的", "快到期和退回补充的资源会出现在这里。"),
)
