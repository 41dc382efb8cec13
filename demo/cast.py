"""Who and what the stories are played with: the rows that were loaded, found by their names and keys."""

from dataclasses import dataclass, field
from random import Random

from demo.days import Days
from demo.people import COLLEAGUE, INSTRUCTOR
from shuanglian.accounts.models import User
from shuanglian.directory.models import Division, Organization, PartnerUnit
from shuanglian.exchange.models import Need, Offer


@dataclass
class Cast:
    """Filled by the loaders; offers and needs join as their stories are told."""

    days: Days
    machine: User
    divisions: dict[str, Division] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    units: dict[str, PartnerUnit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)  # by user name
    askers: dict[str, User] = field(default_factory=dict)  # organisation → who asks for it
    handlers: dict[str, User] = field(default_factory=dict)  # unit → who handles things for it
    offers: dict[str, Offer] = field(default_factory=dict)  # by key
    needs: dict[str, Need] = field(default_factory=dict)  # by key

    def staff(self, chance: Random) -> User:
        """One of the two who work in the committee's office."""
        return self.people[chance.choice(("demo-staff", COLLEAGUE.username))]

    def handler(self, unit: str) -> User:
        """Who handles things for a unit; for the office's own, and for those of the city and the province, its staff."""
        return self.handlers.get(unit, self.people["demo-staff"])

    def enters(self, source: str, organization: str, chance: Random) -> User:
        """Who types a need that came from a source: the organisation itself, or somebody for it (代录)."""
        if source == "instructor":
            return self.people[INSTRUCTOR[0]]
        if source == "leader_visit":
            return self.people["demo-liaison"]
        return self.askers[organization] if source == "enterprise" else self.staff(chance)
