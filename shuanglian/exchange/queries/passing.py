"""The chain a need was passed along, whom staff asked for it, and who waits for whose answer."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from shuanglian.accounts.choices import Role, Scope
from shuanglian.exchange.choices import CLAIMABLE, MatchOrigin, MatchState
from shuanglian.exchange.models import ContactLook, Match, Need, Referral
from shuanglian.exchange.queries.need import needs_visible_to

MOST_LOOKS = 20  # shown on the page; history keeps them all


@dataclass(frozen=True, slots=True)
class Passing:
    """To whom a need was passed on and whom staff asked, oldest first."""

    referrals: list[Referral]
    proposals: list[Match]

    @property
    def first_receiver(self) -> str:
        """The unit that stays on duty while nobody it passed the need on to has accepted; empty when none does."""
        if not self.referrals or any(r.answer == "accepted" for r in self.referrals):
            return ""
        return str(self.referrals[0].from_unit or "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits for the answer of somebody's units."""

    referrals: list[Referral]
    proposals: list[Match]

    def __bool__(self) -> bool:
        return bool(self.referrals or self.proposals)


def passing_of(need: Need) -> Passing:
    """The chain of a need and the proposals of staff."""
    asked = Match.objects.filter(need_item__need=need, origin=MatchOrigin.STAFF)
    return Passing(
        list(need.referrals.select_related("from_unit", "to_unit").order_by("pk")),
        list(asked.select_related("unit", "need_item").order_by("pk")),
    )


def referrals_visible_to(user: Any) -> QuerySet[Referral]:
    """Those of the needs a user may see."""
    return Referral.objects.filter(need__in=needs_visible_to(user))


def proposals_visible_to(user: Any) -> QuerySet[Match]:
    """What staff asked units for, on the needs a user may see."""
    return Match.objects.filter(need_item__need__in=needs_visible_to(user), origin=MatchOrigin.STAFF)


def asked_of(user: Any) -> Asked:
    """What waits for the answer of the units a user handles things for, oldest first."""
    units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    passed = referrals_visible_to(user).filter(to_unit_id__in=units, answer="", need__state__in=CLAIMABLE)
    asked = proposals_visible_to(user).filter(
        unit_id__in=units, state=MatchState.INVITED, need_item__need__state__in=CLAIMABLE
    )
    return Asked(
        list(passed.select_related("need__organization", "from_unit", "to_unit").order_by("pk")),
        list(asked.select_related("need_item__need__organization", "unit").order_by("pk")),
    )


def looks_at(need: Need) -> list[ContactLook]:
    """Who opened the full number, newest first."""
    return list(need.contact_looks.select_related("by").order_by("-pk")[:MOST_LOOKS])
