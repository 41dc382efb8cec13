"""Load the directory: organisations and branches in bulk by the system account, units by the committee's own action.

Bulk rows get one line of history each, as an import writes it: who, when, what, and that it is demonstration data.
"""

from collections.abc import Callable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from demo.branches import TERM_YEARS, Branch, branches
from demo.cast import Cast
from demo.chance import chance_of
from demo.offers import offers
from demo.organizations import CLASSES, SOURCE, Firm, code_of
from demo.people import HAOKUN, HENGYUE, phone
from demo.units import units
from shuanglian.core.audit import snapshot
from shuanglian.core.clock import today
from shuanglian.core.models import Entry, Term
from shuanglian.directory.actions import create_organization, create_unit
from shuanglian.directory.actions.checks import tidy
from shuanglian.directory.choices import Level, OrganizationKind
from shuanglian.directory.models import BranchHost, Division, Organization, PartyBranch

NOTE = "演示数据载入"
UNIT_PHONES = 8000  # telephone numbers of units begin here
_BATCH = 500
_CHECKED = 0.7  # of the organisations were checked on the day the directory was loaded
# Organisations that are units of the alliance as well: what they give others stands in their account.
BOTH = {"山西晋衡律师事务所": code_of("91", 901), "忻州诚信会计师事务所": code_of("91", 902)}
# Entered a second time from an old list: (name there, of whom, whether the code was copied with a wrong end).
DOUBLES = (("定襄县恒跃集团有限责任公司", HENGYUE, False), ("昊坤法兰", HAOKUN, True))


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
    _load_others(cast)


def load_units(cast: Cast) -> None:
    """The partner units with their mandates, and those of the city and the province."""
    for n, unit in enumerate(units(offers())):
        cast.units[unit.name] = create_unit(
            by=cast.people["demo-staff"],
            name=unit.name,
            kind=unit.kind,
            level=unit.level,
            source=unit.source,
            uscc=BOTH.get(unit.name, ""),
            duty=unit.duty,
            monthly_capacity=unit.monthly_capacity,
            contact_phone=phone(UNIT_PHONES + n),
            joined_on=None if unit.source else today(),
            main=unit.main,
            others=unit.others,
        )


def _load_others(cast: Cast) -> None:
    """Firms that are units too, and two entries that turn out to be organisations the county has already."""
    staff = cast.people["demo-staff"]
    for n, (name, code) in enumerate(BOTH.items()):
        cast.organizations[name] = create_organization(
            by=staff,
            name=name,
            uscc=code,
            kind=OrganizationKind.PROFESSIONAL_FIRM,
            division=cast.divisions["晋昌镇"],
            contact_phone=phone(UNIT_PHONES - 1 - n),
            source=SOURCE,
        )
    for name, known, is_coded in DOUBLES:
        twin = cast.organizations[known]
        create_organization(
            by=staff,
            name=name,
            uscc=_misread(twin.uscc) if is_coded else "",
            kind=OrganizationKind.OTHER,
            division=twin.division,
            contact_phone=twin.contact_phone,
            source="演示数据：乡镇旧台账",
        )


def _misread(code: str) -> str:
    """A code whose last character somebody read wrongly."""
    return code[:-1] + ("1" if code[-1] != "1" else "7")


def _organization(cast: Cast, firm: Firm, members: int) -> Organization:
    is_checked = chance_of(f"checked {firm.name}").random() < _CHECKED
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
        checked_on=today() if is_checked else None,
        checked_by=cast.people["demo-staff"] if is_checked else None,
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
