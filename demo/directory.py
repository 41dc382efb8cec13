"""Load the directory: organisations and branches in bulk by the system account, units by the committee's own action.

Bulk rows get one line of history each, as an import writes it: who, when, what, and that it is demonstration data.
"""

from collections.abc import Callable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from demo.branches import TERM_YEARS, Branch, branches
from demo.cast import Cast
from demo.offers import offers
from demo.organizations import CLASSES, SOURCE, Firm
from demo.people import phone
from demo.units import units
from shuanglian.core.audit import snapshot
from shuanglian.core.clock import today
from shuanglian.core.models import Entry, Term
from shuanglian.directory.actions import create_unit
from shuanglian.directory.actions.checks import tidy
from shuanglian.directory.choices import Level
from shuanglian.directory.models import BranchHost, Division, Organization, PartyBranch

NOTE = "演示数据载入"
UNIT_PHONES = 8000  # telephone numbers of units begin here
_BATCH = 500


def load_organizations(cast: Cast, firms: Sequence[Firm]) -> None:
    """Enterprises and social organisations, their branches, and the words for their industries."""
    towns = Division.objects.filter(level=Level.TOWNSHIP, code__startswith=cast.machine.county)
    cast.divisions = {town.name: town for town in towns}
    Term.objects.bulk_create(
        (Term(dictionary="industry", code=code, name=name, position=100) for code, name in CLASSES.items()),
        ignore_conflicts=True,
    )
    drafts = branches(list(firms))
    members = {name: count for branch in drafts for name, count in branch.members.items()}
    rows = [_organization(cast, firm, members.get(firm.name, 0)) for firm in firms]
    Organization.objects.bulk_create(rows, batch_size=_BATCH)
    _imported(cast, rows)
    cast.organizations = {row.name: row for row in rows}
    _load_branches(cast, drafts)


def load_units(cast: Cast) -> None:
    """The partner units with their mandates."""
    for n, unit in enumerate(units(offers())):
        cast.units[unit.name] = create_unit(
            by=cast.people["demo-staff"],
            name=unit.name,
            kind=unit.kind,
            duty=unit.duty,
            monthly_capacity=unit.monthly_capacity,
            contact_phone=phone(UNIT_PHONES + n),
            joined_on=today(),
            main=unit.main,
            others=unit.others,
        )


def _organization(cast: Cast, firm: Firm, members: int) -> Organization:
    row = Organization(
        county=cast.machine.county,
        name=firm.name,
        short_name=firm.short_name,
        uscc=firm.uscc,
        kind=firm.kind,
        industry_code=firm.industry_code,
        is_forging=firm.is_forging,
        forging_reason=firm.forging_reason,
        is_scaled=firm.is_scaled,
        division=cast.divisions[firm.division],
        address=firm.address,
        headcount_band=firm.headcount_band,
        registration=firm.registration,
        member_count=members,
        contact_name=firm.contact_name,
        contact_phone=firm.contact_phone,
        source=SOURCE,
    )
    tidy(row, names=("name", "short_name"))
    return row


def _load_branches(cast: Cast, drafts: list[Branch]) -> None:
    rows = [_branch(cast, draft) for draft in drafts]
    PartyBranch.objects.bulk_create(rows, batch_size=_BATCH)
    BranchHost.objects.bulk_create(
        BranchHost(
            county=row.county,
            branch=row,
            organization=cast.organizations[name],
            starts=draft.founded_on(cast.days),
        )
        for row, draft in zip(rows, drafts, strict=True)
        for name in draft.members
    )
    covered = {row.pk: "、".join(draft.members) for row, draft in zip(rows, drafts, strict=True)}
    _imported(cast, rows, lambda row: f"{NOTE}，覆盖单位：{covered[row.pk]}")


def _branch(cast: Cast, draft: Branch) -> PartyBranch:
    row = PartyBranch(
        county=cast.machine.county,
        name=draft.name,
        kind=draft.kind,
        superior=draft.superior,
        full_members=sum(draft.members.values()) - draft.probationary,
        probationary_members=draft.probationary,
        founded_on=draft.founded_on(cast.days),
        secretary_name=draft.secretary,
        secretary_background=draft.background,
        term_start=draft.term_start(cast.days),
        term_years=TERM_YEARS,
        place=draft.place,
    )
    tidy(row)
    return row


def _imported(cast: Cast, rows: Sequence[Model], note: Callable[[Model], str] = lambda _: NOTE) -> None:
    """One line of history for each row, in the form ``audit.record`` gives it."""
    kind = ContentType.objects.get_for_model(rows[0])
    Entry.objects.bulk_create(
        (
            Entry(
                actor=cast.machine,
                verb="import",
                kind=kind,
                object_id=row.pk,
                changes={name: [None, value] for name, value in snapshot(row).items() if value is not None},
                note=note(row),
            )
            for row in rows
        ),
        batch_size=_BATCH,
    )
