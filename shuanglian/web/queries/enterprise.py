"""The enterprise's home: what waits for it, its needs, what it can use, whom to turn to."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.urls import reverse

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
from shuanglian.accounts.models import RoleAssignment, User
from shuanglian.core.clock import now
from shuanglian.core.render import date_text
from shuanglian.directory.models import Organization
from shuanglian.exchange.choices import (
    LIVE,
    STEP_OF_STATE,
    STEPS,
    CommitmentState,
    MessageKind,
    NeedState,
    Side,
)
from shuanglian.exchange.models import Commitment, Delivery, Feedback, Message, Need
from shuanglian.exchange.queries import needs_visible_to
from shuanglian.exchange.queries.pressing import with_due
from shuanglian.web.queries.asking import turns
from shuanglian.web.queries.needs import page_of, unfinished
from shuanglian.web.queries.offers import OfferLine, newest_offers, open_offers, serving
from shuanglian.web.queries.section import Act, Row, Section, listed, together
from shuanglian.web.queries.wording import what_next, with_words

ANSWER_WITHIN = 14  # days a question stays on the home page
OFFERS_SHOWN = 4
NEEDS_SHOWN = 5


def organization_ids(user: User) -> list[int]:
    """The organisations the user speaks for."""
    return user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE)


# ---- what waits for the enterprise ----


def _to_confirm(user: User) -> QuerySet[Delivery]:
    return (
        Delivery.objects.filter(
            commitment__need__organization_id__in=organization_ids(user),
            commitment__state__in=LIVE,
            confirmation=None,
            corrects=None,
        )
        .select_related("commitment__need", "commitment__unit")
        .order_by("pk")
    )


def _confirm_row(delivery: Any) -> Row:
    need, unit = delivery.commitment.need, delivery.commitment.unit
    text = f"{unit.name} {date_text(delivery.created)}报办结，请您看看解决了没有"
    return Row(str(need), page_of(need), text, act=Act("去确认", page_of(need)))


def _asked(user: User) -> QuerySet[Need]:
    """Needs under way on which the other side spoke last."""
    mine = organization_ids(user)
    ours = RoleAssignment.objects.filter(
        scope=Scope.ORGANIZATION, scope_id=OuterRef("organization_id"), role__in=ENTERPRISE_SIDE
    )
    said = Message.objects.filter(need=OuterRef("pk"), kind=MessageKind.MESSAGE).order_by("-pk")
    since = now() - dt.timedelta(days=ANSWER_WITHIN)
    needs = Need.objects.filter(organization_id__in=mine).exclude(
        state__in=(NeedState.DRAFT, NeedState.CLOSED)
    )
    spoken = needs.annotate(
        said_by=Subquery(said.values("by")[:1]),
        said_at=Subquery(said.values("created")[:1]),
        speaker=Subquery(said.values("by__name")[:1]),
        words=Subquery(said.values("body")[:1]),
    )
    return spoken.filter(~Exists(ours.filter(user=OuterRef("said_by"))), said_at__gte=since).order_by(
        "-said_at"
    )


def _asked_row(need: Any) -> Row:
    words = need.words if len(need.words) <= 40 else f"{need.words[:39]}…"
    return Row(f"{need.speaker}：{words}", page_of(need), str(need), act=Act("去回复", page_of(need)))


def _to_rate(user: User) -> QuerySet[Commitment]:
    given = Feedback.objects.filter(commitment=OuterRef("pk"), side=Side.RECEIVER)
    done = Commitment.objects.filter(
        ~Exists(given), need__organization_id__in=organization_ids(user), state=CommitmentState.FINISHED
    )
    return done.select_related("need", "unit").order_by("-need_id", "-pk")


def _rate_row(promise: Any) -> Row:
    need = promise.need
    text = f"{promise.unit.name}　已经办结，满意不满意您说了算"
    return Row(
        str(need),
        page_of(need),
        text,
        act=Act("去评价", reverse("exchange.commitment_rate", args=(promise.pk,))),
    )


WAITING = Section(
    "waiting",
    "等您处理",
    together(
        turns,
        listed(_to_confirm, _confirm_row),
        listed(_asked, _asked_row),
        unfinished,
        listed(_to_rate, _rate_row),
    ),
    ("没有等您处理的事", "有单位办结或留言时，会出现在这里。"),
)


# ---- its needs ----


@dataclass(frozen=True, slots=True)
class OwnNeed:
    """One of the enterprise's needs with how far it came (step 1–6) and what comes next."""

    title: str
    href: str
    step: int
    step_name: str
    text: str


def own_needs(user: User) -> list[OwnNeed]:
    """The latest needs of the user's organisations, those not closed first. One query."""
    needs = (
        needs_visible_to(user)
        .filter(organization_id__in=organization_ids(user))
        .exclude(state=NeedState.DRAFT)
    )
    closed_last = Case(
        When(state=NeedState.CLOSED, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    rows = with_words(with_due(needs)).order_by(closed_last, "-pk")[:NEEDS_SHOWN]
    return [_own_need(need) for need in rows]


def _own_need(need: Any) -> OwnNeed:
    step = STEP_OF_STATE[need.state]
    name = "预约" if need.state == NeedState.BOOKED else STEPS[step - 1]
    return OwnNeed(str(need), page_of(need), step, name, what_next(need))


# ---- what it can use ----


def usable_offers(user: User) -> list[OfferLine]:
    """The newest offers that serve the user's townships and have something left."""
    towns = Organization.objects.filter(pk__in=organization_ids(user)).values("division_id")
    return newest_offers(serving(open_offers(user), towns), OFFERS_SHOWN)


# ---- whom to turn to ----


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to turn to: a name, a post, a number to call."""

    name: str
    text: str
    mobile: str


def contacts(user: User) -> list[Contact]:
    """The instructors of the user's organisations, each once. One query."""
    posts = RoleAssignment.objects.current().filter(
        scope=Scope.ORGANIZATION, scope_id__in=organization_ids(user), role=Role.INSTRUCTOR
    )
    people = {post.user_id: post.user for post in posts.select_related("user")}
    return [Contact(person.name, "党建指导员", person.mobile) for person in people.values()]
