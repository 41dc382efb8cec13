"""Needs that are linked to a need, as far as a reader may see the other end; and how a number is read."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from shuanglian.core.render import date_text
from shuanglian.exchange.choices import LinkKind, NeedState
from shuanglian.exchange.models import Need, NeedLink
from shuanglian.exchange.queries.need import needs_visible_to

# What the page of one end says of the other.
FROM_HERE = {LinkKind.DUPLICATE: "重复于", LinkKind.PART: "从这一项分出", LinkKind.RELATED: "相关"}
FROM_THERE = {LinkKind.DUPLICATE: "有人重复提出", LinkKind.PART: "分出去的", LinkKind.RELATED: "相关"}


@dataclass(frozen=True, slots=True)
class Linked:
    """The other end of a link, in the words of this end."""

    pk: int  # of the link
    words: str
    need: Need
    removable: bool  # a see-also; a duplicate or a part is a fact

    @property
    def href(self) -> str:
        """Where the other need's page is."""
        return reverse("exchange.need", args=[self.need.pk])

    @property
    def facts(self) -> str:
        """Whose it is and since when."""
        posted = f"{date_text(self.need.submitted_at)}提出" if self.need.submitted_at else ""
        return "　".join(part for part in (str(self.need.organization), posted) if part)


def links_of(need: Need, user: Any) -> list[Linked]:
    """What a need is linked to, duplicates first, then parts; one query when there is nothing.

    Both ends show a link only to those who may read the other end.
    """
    rows = list(NeedLink.objects.filter(Q(need=need) | Q(other=need)))
    ends = {row.other_id if row.need_id == need.pk else row.need_id for row in rows}
    if not ends:
        return []
    seen = needs_visible_to(user).exclude(state=NeedState.DRAFT)
    found = {other.pk: other for other in seen.filter(pk__in=ends).select_related("organization")}
    linked = []
    for row in sorted(rows, key=lambda row: (LinkKind.values.index(row.kind), row.pk)):
        here = row.need_id == need.pk
        other = found.get(row.other_id if here else row.need_id)
        if other is not None:
            words = (FROM_HERE if here else FROM_THERE)[LinkKind(row.kind)]
            linked.append(Linked(row.pk, words, other, row.kind == LinkKind.RELATED))
    return linked


def links_visible_to(user: Any) -> Any:
    """Links of which the user may read both ends."""
    seen = needs_visible_to(user).values("pk")
    return NeedLink.objects.filter(need__in=seen, other__in=seen)


def need_numbered(text: str, user: Any) -> Need | None:
    """The need a user may see that has this number, however it was typed (ｘｑ2026 0012, XQ2026-0012)."""
    plain = unicodedata.normalize("NFKC", text).upper()
    number = "".join(c for c in plain if c.isalnum())
    rows = needs_visible_to(user).exclude(state=NeedState.DRAFT)
    return rows.filter(number=number).first() if number else None
