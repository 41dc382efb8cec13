"""What a person holds, shown before it is handed over."""

from dataclasses import dataclass

from django.db.models import Q

from shuanglian.accounts.models import User
from shuanglian.exchange.choices import LIVE, NeedState
from shuanglian.exchange.models import Commitment, Need


@dataclass(frozen=True, slots=True)
class Holdings:
    """Living promises handled, drafts typed, and needs under way that carry the person's name."""

    commitments: tuple[Commitment, ...]
    drafts: tuple[Need, ...]
    needs: tuple[Need, ...]

    @property
    def empty(self) -> bool:
        return not (self.commitments or self.drafts or self.needs)


def holdings_of(user: User) -> Holdings:
    """Everything that would be left behind if this person left today; three queries."""
    commitments = Commitment.objects.filter(handler=user, state__in=LIVE).select_related("unit", "need")
    typed = Need.objects.filter(entered_by=user, state=NeedState.DRAFT).select_related("organization")
    named = Need.objects.filter(Q(raised_by=user) | Q(entered_by=user), county=user.county)
    under_way = named.exclude(state__in=(NeedState.DRAFT, NeedState.CLOSED)).select_related("organization")
    return Holdings(
        tuple(commitments.order_by("pk")), tuple(typed.order_by("pk")), tuple(under_way.order_by("pk"))
    )
