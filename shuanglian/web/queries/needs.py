"""Sections about needs and offers for the office, leaders, liaisons, instructors and townships."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.core.dictionary import names
from shuanglian.core.render import date_text, datetime_text
from shuanglian.exchange.choices import UNDER_WAY, NeedState, OfferState
from shuanglian.exchange.models import Need, Offer
from shuanglian.exchange.queries import needs_visible_to, offers_visible_to
from shuanglian.exchange.queries.pressing import with_due
from shuanglian.web.queries.section import Act, Row, Section, days_to, listed
from shuanglian.web.queries.time_limits import soonest_first
from shuanglian.web.queries.wording import what_next, with_words

NOT_ENDED = (NeedState.SUBMITTED, NeedState.RETURNED, *UNDER_WAY)


def page_of(need: Need) -> str:
    """The address of a need's page."""
    return reverse("exchange.need", args=(need.pk,))


def asker(need: Need) -> str:
    """The short name of the organisation that asks."""
    return need.organization.short_name or need.organization.name


def category(row: Need | Offer) -> str:
    """The name of the category of a need or an offer."""
    return names("need_category").get(row.category, "")


# ---- what the office decides ----


def _to_review(user: User) -> QuerySet[Need]:
    needs = needs_visible_to(user).filter(state=NeedState.SUBMITTED)
    return with_due(needs).select_related("organization").order_by("submitted_at", "pk")


def _review_row(need: Any) -> Row:
    return Row(
        title=str(need),
        href=page_of(need),
        text=f"{asker(need)}　{category(need)}　{datetime_text(need.submitted_at)} 提出",
        left=days_to(need.due),
        act=Act("受理并开放", reverse("exchange.accept", args=(need.pk,)), posts=True),
    )


def _unclaimed(user: User) -> QuerySet[Need]:
    needs = needs_visible_to(user).filter(state=NeedState.OPEN)
    return with_due(needs).select_related("organization").order_by("opened_at", "pk")


def _unclaimed_row(need: Any) -> Row:
    waited = (today() - need.opened_at.date()).days
    return Row(
        title=str(need),
        href=page_of(need),
        text=f"{asker(need)}　{category(need)}　公布 {waited} 天",
        left=days_to(need.due),
        act=Act("去商请", reverse("exchange.propose", args=(need.pk,))),
    )


def _offers_to_review(user: User) -> QuerySet[Offer]:
    offers = offers_visible_to(user).filter(state=OfferState.SUBMITTED)
    return offers.select_related("unit").order_by("updated", "pk")


def _offer_row(offer: Any) -> Row:
    href = reverse("exchange.offer", args=(offer.pk,))
    text = f"{offer.unit.short_name or offer.unit.name}　{category(offer)}　{date_text(offer.updated)} 提交"
    return Row(str(offer), href, text, act=Act("去审核", href))


REVIEW = Section(
    "review",
    "等您审核的需求",
    listed(_to_review, _review_row),
    ("没有等审核的需求", "新提的需求会出现在这里。"),
    strip="等您审核",
)
UNCLAIMED = Section(
    "unclaimed",
    "还没人认领",
    listed(_unclaimed, _unclaimed_row),
    ("没有等认领的需求", "公布的需求都有单位在办。"),
    strip="等单位认领",
)
OFFERS_TO_REVIEW = Section(
    "offers",
    "等您审核的资源",
    listed(_offers_to_review, _offer_row),
    ("没有等审核的资源", "单位新发布的资源会出现在这里。"),
    strip="资源等审核",
)

# ---- what somebody follows ----


def _followed_row(need: Any) -> Row:
    return Row(
        str(need),
        page_of(need),
        f"{asker(need)}　{what_next(need, until=False)}",
        days_to(need.due),
        Act("看进展", page_of(need)),
    )


def _followed(needs: QuerySet[Need]) -> QuerySet[Need]:
    return with_words(soonest_first(needs.filter(state__in=NOT_ENDED))).select_related("organization")


def _guided(user: User) -> QuerySet[Need]:
    mine = user.scope_ids(Scope.ORGANIZATION, Role.INSTRUCTOR)
    return _followed(needs_visible_to(user).filter(organization_id__in=mine))


def _of_town(user: User) -> QuerySet[Need]:
    mine = user.scope_ids(Scope.TOWNSHIP, Role.TOWNSHIP)
    return _followed(needs_visible_to(user).filter(division_id__in=mine))


def _entered(user: User) -> QuerySet[Need]:
    return _followed(needs_visible_to(user).filter(entered_by=user))


GUIDED = Section(
    "guided",
    "您联系的组织正在办的需求",
    listed(_guided, _followed_row),
    ("您联系的组织没有在办的需求", "企业有难处，您可以代录一条需求。"),
)
OF_TOWN = Section(
    "town",
    "本乡镇正在办的需求",
    listed(_of_town, _followed_row),
    ("本乡镇没有在办的需求", "本乡镇企业提了需求，会出现在这里。"),
)
ENTERED = Section(
    "entered",
    "您代录的需求",
    listed(_entered, _followed_row),
    ("您还没有代录需求", "走访或接电话听到的难处，可以在这里代录。"),
)

# ---- what somebody began and has to finish ----


def _unfinished(user: User) -> QuerySet[Need]:
    mine = user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE)
    own = Q(state=NeedState.DRAFT, entered_by=user) | Q(state=NeedState.RETURNED, entered_by=user)
    own |= Q(state=NeedState.RETURNED, organization_id__in=mine)
    return needs_visible_to(user).filter(own).select_related("organization").order_by("-updated", "-pk")


def _unfinished_row(need: Any) -> Row:
    if need.state == NeedState.DRAFT:
        text, act = "草稿，还没有提交", "接着写"
    else:
        text, act = "工作人员请您补充后再提交", "去补充"
    href = reverse("exchange.need_edit", args=(need.pk,))
    return Row(str(need), page_of(need), f"{asker(need)}　{text}", act=Act(act, href))


unfinished = listed(_unfinished, _unfinished_row)
UNFINISHED = Section(
    "unfinished", "等您补充的需求", unfinished, ("没有等补充的需求", "退回的和没写完的会出现在这里。")
)
