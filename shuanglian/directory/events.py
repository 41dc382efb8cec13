"""What the directory announces, inside the transaction in which it happened."""

import datetime as dt
from dataclasses import dataclass

from shuanglian.accounts.models import User
from shuanglian.directory.models import Organization, PartnerUnit, PartyBranch


@dataclass(frozen=True, slots=True)
class OrganizationGone:
    """It is struck off or has moved away. Who has unfinished business with it may refuse (ValidationError)."""

    organization: Organization
    by: User


@dataclass(frozen=True, slots=True)
class OrganizationsMerging:
    """Everything of ``merged`` is about to become ``survivor``'s; rows that only one may have are settled now."""

    survivor: Organization
    merged: Organization
    by: User


@dataclass(frozen=True, slots=True)
class OrganizationsMerged:
    """``merged`` only points to ``survivor`` from now on."""

    survivor: Organization
    merged: Organization
    by: User


@dataclass(frozen=True, slots=True)
class UnitLevelChanging:
    """A unit of the county is about to become one of the city or the province, or the other way round. Who holds work
    of it that depends on this may refuse (ValidationError)."""

    unit: PartnerUnit
    by: User


@dataclass(frozen=True, slots=True)
class TermEnding:
    """A branch's term ends within half a year, or is over; announced once for each."""

    branch: PartyBranch
    end: dt.date
    is_over: bool


@dataclass(frozen=True, slots=True)
class InstructorWanted:
    """The committee asks for an instructor at an organisation; only the security administrator gives roles."""

    organization: Organization
    note: str
    by: User
