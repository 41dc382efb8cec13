"""How much a partner unit has taken on this month, beside what it said it can take on."""

from dataclasses import dataclass

from shuanglian.accounts.models import User
from shuanglian.core.clock import today
from shuanglian.directory.models import PartnerUnit
from shuanglian.exchange.choices import HOLDING, LIVE, OfferState
from shuanglian.exchange.models import Commitment
from shuanglian.exchange.queries import offers_visible_to


@dataclass(frozen=True, slots=True)
class Capacity:
    """Promises begun this month and those still running; ``most`` is the unit's own ceiling, None without one."""

    this_month: int
    running: int
    most: int | None
    offers: int

    @property
    def left(self) -> int | None:
        """How many more it can take on this month."""
        return None if self.most is None else max(self.most - self.this_month, 0)


def capacity_of(unit: PartnerUnit, user: User) -> Capacity:
    """As the ceiling is counted when a unit claims: promises made this month and not taken back."""
    held = Commitment.objects.filter(unit=unit)
    first = today().replace(day=1)
    shared = offers_visible_to(user).filter(unit=unit, state=OfferState.PUBLISHED)
    return Capacity(
        this_month=held.filter(state__in=HOLDING, created__date__gte=first).count(),
        running=held.filter(state__in=LIVE).count(),
        most=unit.monthly_capacity,
        offers=shared.count(),
    )
