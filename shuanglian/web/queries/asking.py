"""Sections about asking and answering: what units are asked, what came back, whose turn it is, how things ended."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
from shuanglian.accounts.models import User
from shuanglian.core.clock import now
from shuanglian.core.models import Suggestion
from shuanglian.core.queries import suggestions_visible_to
from shuanglian.core.render import date_text
from shuanglian.directory.choices import ABOVE_COUNTY
from shuanglian.exchange.choices import (
    CLAIMABLE,
    CommitmentState,
    Ending,
    MatchOrigin,
    MatchState,
    NeedState,
    Outcome,
    WaitingState,
    ending_words,
)
from shuanglian.exchange.models import Closure, Commitment, Match, Need, Referral, Reopening, Waiting
from shuanglian.exchange.queries import needs_visible_to
from shuanglian.exchange.queries.agenda import still_to_discuss
from shuanglian.matching.queries.unclaimed import unclaimed
from shuanglian.web.queries.needs import asker, category, page_of
from shuanglian.web.queries.section import Act, Row, Section, days_to, listed, together

ENDED_WITHIN = 14  # days an ending stays on the desk of the office


def _units(user: User) -> list[int]:
    return user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)


# ---- a unit is asked ----


def _proposals(user: User) -> QuerySet[Match]:
    rows = Match.objects.filter(
        unit_id__in=_units(user),
        origin=MatchOrigin.STAFF,
        state=MatchState.INVITED,
        need_item__need__state__in=CLAIMABLE,
    )
    return rows.select_related("need_item__need__organization").order_by("pk")


def _proposal_row(match: Any) -> Row:
    need = match.need_item.need
    text = f"工委商请　{asker(need)}　{match.reasons[0]['text']}"
    act = Act("去答复", reverse("exchange.proposal_answer", args=(match.pk,)))
    return Row(str(need), page_of(need), text, act=act)


def _referrals(user: User) -> QuerySet[Referral]:
    rows = Referral.objects.filter(to_unit_id__in=_units(user), answer="", need__state__in=CLAIMABLE)
    return rows.select_related("need__organization", "from_unit").order_by("pk")


def _referral_row(link: Any) -> Row:
    text = f"{link.from_unit}转来　{asker(link.need)}　{link.reason}"
    act = Act("去答复", reverse("exchange.referral_answer", args=(link.pk,)))
    return Row(str(link.need), page_of(link.need), text, act=act)


ASKED = Section(
    "asked",
    "商请和转来的，等您答复",
    together(listed(_proposals, _proposal_row), listed(_referrals, _referral_row)),
    ("没有等答复的商请", "工委商请认领、别的单位转来的需求会出现在这里。"),
)


# ---- the office speaks to units of the city and the province ----


def _proposals_above(user: User) -> QuerySet[Match]:
    rows = Match.objects.filter(
        county=user.county,
        unit__level__in=ABOVE_COUNTY,
        origin=MatchOrigin.STAFF,
        state=MatchState.INVITED,
        need_item__need__state__in=CLAIMABLE,
    )
    return rows.select_related("need_item__need__organization", "unit").order_by("pk")


def _proposal_above_row(match: Any) -> Row:
    need = match.need_item.need
    text = f"{match.unit}　{asker(need)}　{date_text(match.created)}商请"
    act = Act("记下答复", reverse("exchange.proposal_answer", args=(match.pk,)))
    return Row(str(need), f"{page_of(need)}#passing", text, act=act)


def _bookings_above(user: User) -> QuerySet[Commitment]:
    rows = Commitment.objects.filter(
        county=user.county, unit__level__in=ABOVE_COUNTY, state=CommitmentState.REQUESTED
    )
    return rows.select_related("need__organization", "unit").order_by("pk")


def _booking_above_row(row: Any) -> Row:
    text = f"{row.unit}　{asker(row.need)}　{date_text(row.created)}预约"
    return Row(str(row.need), page_of(row.need), text, act=Act("记下答复", page_of(row.need)))


OUTSIDE = Section(
    "outside",
    "要您去联系的市级、省级单位",
    together(listed(_proposals_above, _proposal_above_row), listed(_bookings_above, _booking_above_row)),
    ("没有要联系的市级、省级单位", "本县没有合适的、请了市里或省里单位的，会出现在这里。"),
)


# ---- the first receiver stays on duty ----


def _came_back(user: User) -> QuerySet[Need]:
    """Open needs whose chain began with the user's unit, and nobody of the chain took or is being asked."""
    chain = Referral.objects.filter(need=OuterRef("pk"))
    declined = chain.filter(answer="declined").order_by("-pk")
    needs = Need.objects.filter(
        Exists(declined), ~Exists(chain.exclude(answer="declined")), state=NeedState.OPEN
    )
    needs = needs.annotate(
        first=Subquery(chain.order_by("pk").values("from_unit")[:1]),
        decliner=Subquery(declined.values("to_unit__name")[:1]),
        why=Subquery(declined.values("answer_reason")[:1]),
    )
    return needs.filter(first__in=_units(user)).select_related("organization").order_by("opened_at", "pk")


def _came_back_row(need: Any) -> Row:
    text = f"{asker(need)}　{need.decliner}谢绝：{need.why}"
    return Row(str(need), page_of(need), text, act=Act("再转或认领", page_of(need)))


CAME_BACK = Section(
    "came-back",
    "您转出去没人接的",
    listed(_came_back, _came_back_row),
    ("没有退回来的转办", "对方谢绝以后会出现在这里：您单位是首接单位，要继续找人办。"),
)


# ---- the office: what was declined, contested, ended ----


_REFUSED = Q(declined=True, asked=False)  # somebody said no and nobody is being asked


def _declined(user: User) -> QuerySet[Need]:
    proposals = Match.objects.filter(
        need_item__need=OuterRef("pk"), origin=MatchOrigin.STAFF, state=MatchState.DECLINED
    ).order_by("-pk")
    referrals = Referral.objects.filter(need=OuterRef("pk"), answer="declined").order_by("-pk")
    refused = Match.objects.filter(origin=MatchOrigin.STAFF, state=MatchState.DECLINED)
    sent_back = Referral.objects.filter(answer="declined")
    few = refused.order_by().values("need_item__need").union(sent_back.order_by().values("need"))
    return (
        unclaimed(user)
        .filter(_REFUSED, pk__in=few)
        .annotate(
            decliner=Coalesce(
                Subquery(proposals.values("unit__name")[:1]), Subquery(referrals.values("to_unit__name")[:1])
            ),
            why=Coalesce(
                Subquery(proposals.values("decline_reason")[:1]),
                Subquery(referrals.values("answer_reason")[:1]),
            ),
        )
    )


def _declined_row(need: Any) -> Row:
    text = f"{asker(need)}　{category(need)}　{need.decliner}谢绝：{need.why}"
    act = Act("再商请", f"{reverse('matching.unclaimed')}?is=declined#n{need.pk}")
    return Row(str(need), page_of(need), text, days_to(need.due), act)


DECLINED = Section(
    "declined",
    "单位谢绝了，等您再商请",
    listed(_declined, _declined_row),
    ("没有被谢绝的商请", "单位谢绝以后会出现在这里。"),
)


def _contested(user: User) -> QuerySet[Need]:
    said = Reopening.objects.filter(need=OuterRef("pk"), contests=True).order_by("-pk")
    needs = needs_visible_to(user).filter(Exists(said), state=NeedState.OPEN)
    contested = needs.annotate(
        why=Subquery(said.values("reason")[:1]), said_on=Subquery(said.values("created")[:1])
    )
    return contested.select_related("organization").order_by("said_on", "pk")


def _contested_row(need: Any) -> Row:
    text = f"{asker(need)}　{date_text(need.said_on)}提出异议：{need.why}"
    return Row(str(need), page_of(need), text, act=Act("去处理", page_of(need)))


CONTESTED = Section(
    "contested",
    "提出单位有异议的",
    listed(_contested, _contested_row),
    ("没有异议", "提出单位对“暂不能办”有异议时会出现在这里。"),
)


def _ended(user: User) -> QuerySet[Closure]:
    since = now() - dt.timedelta(days=ENDED_WITHIN)
    rows = Closure.objects.filter(county=user.county, created__gte=since, need__state=NeedState.CLOSED)
    return rows.select_related("need__organization", "by").order_by("-pk")


def _ended_row(closure: Any) -> Row:
    """An end that somebody set without the asker's word names who and why."""
    need = closure.need
    text = f"{asker(need)}　{ending_words(closure.outcome, closure.ending)}"
    if closure.ending == Ending.STATED and closure.outcome != Outcome.WITHDRAWN:
        text += f"　{closure.by}结束：{closure.reason}"
    return Row(str(need), page_of(need), text)


ENDED = Section(
    "ended",
    "最近办结",
    listed(_ended, _ended_row),
    ("最近两周没有办结的", "办结的需求会在这里留两周。"),
    aside=True,
)


def _suggested(user: User) -> QuerySet[Suggestion]:
    return suggestions_visible_to(user).filter(answered_on=None).order_by("answer_by", "pk")


def _suggestion_row(row: Any) -> Row:
    href = reverse("suggestions.detail", args=(row.pk,))
    return Row(str(row), href, f"{date_text(row.created)}提出", days_to(row.answer_by), Act("去答复", href))


def _agenda_row(item: Any) -> Row:
    href = reverse("agenda.detail", args=(item.pk,))
    text = f"{asker(item.need)}　{category(item.need)}　{item.reason}"
    return Row(str(item.need), href, text, act=Act("看议题", href))


AGENDA = Section(
    "agenda",
    "季度会要议的",
    listed(lambda user: still_to_discuss(user).select_related("need__organization"), _agenda_row),
    ("没有要上会的", "过了认领时限、商请过也没有单位接的需求会出现在这里。"),
    aside=True,
)
SUGGESTED = Section(
    "suggestions",
    "等您答复的意见建议",
    listed(_suggested, _suggestion_row),
    ("没有等答复的意见", "有人在页面底部提了意见，会出现在这里。"),
    aside=True,
)


# ---- an enterprise's turn in a line ----


def _turns(user: User) -> QuerySet[Waiting]:
    rows = Waiting.objects.filter(
        organization_id__in=user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE), state=WaitingState.ASKED
    )
    return rows.select_related("offer_item__offer").order_by("answer_by", "pk")


def _turn_row(waiting: Any) -> Row:
    offer = waiting.offer_item.offer
    href = reverse("exchange.offer", args=(offer.pk,))
    text = f"您排队的资源有名额了，请在 {date_text(waiting.answer_by)}前答复要不要"
    act = Act("要，去预约", reverse("exchange.take_place", args=(waiting.pk,)))
    return Row(str(offer), href, text, days_to(waiting.answer_by), act)


turns = listed(_turns, _turn_row)
