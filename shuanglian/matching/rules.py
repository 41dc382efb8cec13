"""Who sees suggestions, who may say no to one, and who keeps the vectors. Each permission is one sentence."""

from typing import Any

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
from shuanglian.core.access import allow, can, holds, in_county, predicate
from shuanglian.exchange.models import Match, Need, Offer

staff = holds(Role.STAFF, Role.APPROVER) & in_county
system = holds(Role.SYSTEM) & in_county
auditor = holds(Role.AUDITOR) & in_county
# Who keeps the dictionary of the trade, which belongs to no county.
keeper = holds(Role.STAFF, Role.APPROVER, Role.SECADMIN)


@predicate
def reads_inside(user: Any, need: Need | None) -> bool:
    """Whoever reads what is said about a need also reads what is suggested for it."""
    return need is not None and can(user, "exchange.read_talk_of_need", need)


@predicate
def keeps_offer(user: Any, offer: Offer | None) -> bool:
    """The unit of an offer and the office: those who may change it."""
    return offer is not None and can(user, "exchange.change_offer", offer)


@predicate
def is_party(user: Any, match: Match | None) -> bool:
    """The organisation that asks and the unit that is suggested: each may say why it does not fit."""
    if match is None:
        return False
    asks = match.need_item.need.organization_id in user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE)
    return asks or match.unit_id in user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)


allow("matching.view_suggestion", reads_inside)
allow("matching.view_served_need", keeps_offer)
allow("matching.decline_suggestion", staff | is_party)
allow("matching.keep_suggestion", system)
allow("matching.keep_vector", system)
allow("matching.view_lexiconentry", keeper | holds(Role.SYSADMIN, Role.AUDITOR))
allow("matching.add_lexiconentry", keeper)
allow("matching.change_lexiconentry", keeper)
allow("matching.export_lexiconentry", keeper | holds(Role.AUDITOR))
allow("matching.review_suggestions", staff | auditor)
allow("matching.make_plan", staff | system)
allow("matching.fit_weights", system)
