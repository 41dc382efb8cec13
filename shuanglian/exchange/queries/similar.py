"""Needs that say much the same as what somebody is typing: shared pairs of characters, over the newest of the category."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Scope
from shuanglian.exchange.choices import NeedState, Source
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.need import needs_visible_to

CANDIDATES = 200  # compared in memory
MOST = 3
LEAST_SHARED = 3  # pairs of characters
LEAST_PART = 0.3  # of the shorter of the two texts
STILL_OPEN = (
    NeedState.SUBMITTED,
    NeedState.RETURNED,
    NeedState.OPEN,
    NeedState.CLAIMED,
    NeedState.IN_PROGRESS,
    NeedState.DONE,
)
# Pairs that stand in every request and say nothing about it.
COMMON = frozenset(
    [
        "我们",
        "我司",
        "公司",
        "企业",
        "需要",
        "想要",
        "希望",
        "想找",
        "想请",
        "请帮",
        "帮忙",
        "一个",
        "一下",
        "一些",
        "能否",
        "是否",
        "可以",
        "解决",
        "问题",
        "有没",
        "没有",
    ]
)


@dataclass(frozen=True, slots=True)
class Alike:
    """An open need that says much the same."""

    pk: int
    number: str
    title: str
    organization: str
    state_text: str
    own: bool  # of an organisation the typing person speaks for

    @property
    def href(self) -> str:
        """Where its page is."""
        return reverse("exchange.need", args=[self.pk])


def similar_to(text: str, user: Any, category: str = "", but: int | None = None) -> list[Alike]:
    """Open needs like the typed words: those of the user's own organisations first, then the closest; one query.

    ``but``: a need that is not to be found, because the words are its own.
    """
    typed = pairs(text)
    if len(typed) < LEAST_SHARED:
        return []
    mine = set(user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE))
    about = Q(category=category) | Q(organization_id__in=mine) if category else Q()
    rows = (
        needs_visible_to(user).filter(about, state__in=STILL_OPEN).exclude(Q(source=Source.OFFER) | Q(pk=but))
    )
    found = []
    for need in rows.select_related("organization").order_by("-pk")[:CANDIDATES]:
        own = need.organization_id in mine
        if near := closeness(typed, pairs(f"{need.title}\n{need.detail}")):
            found.append((not own, -near, -need.pk, _alike(need, own=own)))
    return [row for *_, row in sorted(found, key=lambda one: one[:3])[:MOST]]


def pairs(text: str) -> frozenset[str]:
    """The neighbouring characters of a text, without signs and without what everybody writes."""
    runs = re.findall(r"\w+", text.lower())
    return frozenset(run[i : i + 2] for run in runs for i in range(len(run) - 1)) - COMMON


def closeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The shared part of the shorter text, or 0 when too little is shared to mention."""
    shared = len(one & other)
    part = shared / max(min(len(one), len(other)), 1)
    return part if shared >= LEAST_SHARED and part >= LEAST_PART else 0.0


def _alike(need: Need, *, own: bool) -> Alike:
    organization = need.organization.short_name or need.organization.name
    return Alike(need.pk, need.number, need.title, organization, need.get_state_display(), own)
