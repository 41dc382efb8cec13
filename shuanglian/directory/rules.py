"""Who may do what in the directory. The committee keeps it; a township its own organisations; others read their own."""

from typing import Any

from shuanglian.accounts.choices import COMMITTEE, ENTERPRISE_SIDE, Role, Scope
from shuanglian.core.access import allow, holds, in_county, predicate, signed_in
from shuanglian.core.clock import today
from shuanglian.directory.models import Organization, PartnerUnit
from shuanglian.directory.queries import COUNTY_READERS, OWN_READERS, hosts_on

staff = holds(*COMMITTEE)
county_reader = holds(*COUNTY_READERS)
township = holds(Role.TOWNSHIP)
own_reader = holds(*OWN_READERS)
enterprise = holds(*ENTERPRISE_SIDE)
handler = holds(Role.PARTNER_HANDLER)


@predicate
def in_own_township(user: Any, organization: Organization | None) -> bool:
    """The organisation lies in the township the user works for; before one is chosen, any will do."""
    return organization is None or organization.division_id in user.scope_ids(Scope.TOWNSHIP, Role.TOWNSHIP)


@predicate
def stands_for(user: Any, organization: Organization | None) -> bool:
    """The user is secretary, owner or clerk of the organisation."""
    mine = user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE)
    return bool(mine) if organization is None else organization.pk in mine


@predicate
def close_to(user: Any, organization: Organization | None) -> bool:
    """The user stands for the organisation or instructs it."""
    mine = user.scope_ids(Scope.ORGANIZATION, *OWN_READERS)
    return bool(mine) if organization is None else organization.pk in mine


@predicate
def near_branch(user: Any, branch: Any) -> bool:
    """The branch covers an organisation that the user is close to or that lies in his township."""
    if branch is None:
        return True
    hosts = (
        hosts_on(today()).filter(branch=branch).values_list("organization_id", "organization__division_id")
    )
    own = user.scope_ids(Scope.ORGANIZATION, *OWN_READERS)
    towns = user.scope_ids(Scope.TOWNSHIP, Role.TOWNSHIP)
    return any(organization in own or division in towns for organization, division in hosts)


@predicate
def handles_unit(user: Any, unit: PartnerUnit | None) -> bool:
    """The user is a handler of the unit."""
    mine = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    return bool(mine) if unit is None else unit.pk in mine


keeper = staff | (township & in_own_township)

allow("directory.view_division", signed_in)

allow(
    "directory.view_organization",
    in_county & (county_reader | (township & in_own_township) | (own_reader & close_to)),
)
allow(
    "directory.see_contact",
    in_county & (county_reader | (township & in_own_township) | (own_reader & close_to)),
)
allow("directory.add_organization", in_county & keeper)
allow("directory.change_organization", in_county & keeper)
allow("directory.check_organization", in_county & (keeper | (enterprise & stands_for)))
allow("directory.correct_organization", in_county & (keeper | (enterprise & stands_for)))
allow("directory.close_organization", in_county & staff)
allow("directory.merge_organizations", in_county & staff)
allow("directory.join_branch", in_county & staff)
allow("directory.ask_instructor", in_county & staff)
allow(
    "directory.view_account",
    in_county & (county_reader | (township & in_own_township) | (own_reader & close_to)),
)
allow("directory.export_organization", in_county & keeper)

allow("directory.view_partybranch", in_county & (county_reader | ((township | own_reader) & near_branch)))
allow("directory.see_branch_phone", in_county & (county_reader | township | own_reader))
allow("directory.add_partybranch", in_county & staff)
allow("directory.change_partybranch", in_county & staff)
allow("directory.end_partybranch", in_county & staff)
allow("directory.export_partybranch", in_county & staff)
allow("directory.remind_renewals", holds(Role.SYSTEM))

allow("directory.view_partnerunit", signed_in & in_county)
allow("directory.add_partnerunit", in_county & staff)
allow("directory.change_partnerunit", in_county & staff)
allow("directory.set_mandates", in_county & staff)
allow("directory.set_capacity", in_county & (staff | (handler & handles_unit)))
allow("directory.set_contact", in_county & (staff | (handler & handles_unit)))
allow("directory.export_partnerunit", in_county & staff)
