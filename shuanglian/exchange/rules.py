"""Who may do what in the exchange. Each permission is one sentence."""

from typing import Any

from shuanglian.accounts.choices import ENTERPRISE_SIDE, Role, Scope
from shuanglian.core.access import allow, holds, in_county, predicate
from shuanglian.exchange.choices import LIVE, DeadlineKind, Visibility
from shuanglian.exchange.models import Commitment, Deadline, Match, Need, Offer, Referral, Waiting

OVERSEERS = (Role.LEADER, Role.LIAISON, Role.AUDITOR)

# What a role may do it may do in its own county.
staff = holds(Role.STAFF, Role.APPROVER) & in_county
approver = holds(Role.APPROVER) & in_county
system = holds(Role.SYSTEM) & in_county
liaison = holds(Role.LIAISON, Role.LEADER) & in_county
overseers = holds(*OVERSEERS) & in_county
auditor = holds(Role.AUDITOR) & in_county
secadmin = holds(Role.SECADMIN) & in_county
handler = holds(Role.PARTNER_HANDLER) & in_county
reader = holds(*(role for role in Role if role not in (Role.SYSADMIN, Role.SECADMIN))) & in_county


@predicate
def owns_need(user: Any, need: Need | None) -> bool:
    """The user speaks for the organisation that asks."""
    return need is not None and need.organization_id in user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE)


@predicate
def asks_for_own(user: Any, need: Need | None) -> bool:
    """Enterprise people and instructors post for their own organisations only."""
    mine = user.scope_ids(Scope.ORGANIZATION, *ENTERPRISE_SIDE, Role.INSTRUCTOR)
    return bool(mine) if need is None else need.organization_id in mine


@predicate
def entered_need(user: Any, need: Need | None) -> bool:
    return need is not None and need.entered_by_id == user.pk


@predicate
def guides_need(user: Any, need: Need | None) -> bool:
    return need is not None and need.organization_id in user.scope_ids(Scope.ORGANIZATION, Role.INSTRUCTOR)


@predicate
def handles_need(user: Any, need: Need | None) -> bool:
    """The user's unit holds a living promise on the need."""
    units = user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)
    return bool(
        need is not None and units and need.commitments.filter(unit_id__in=units, state__in=LIVE).exists()
    )


@predicate
def may_read_need(user: Any, need: Need | None) -> bool:
    """A unit may claim what it may see."""
    return need is not None and need.visibility != Visibility.STAFF


@predicate
def oversees_need(user: Any, need: Need | None) -> bool:
    """Leaders, liaisons and the auditor for the county, a township for its own: they read, they do not act."""
    towns = user.scope_ids(Scope.TOWNSHIP)
    return bool(overseers(user, need)) or (need is not None and need.division_id in towns)


@predicate
def owns_offer(user: Any, offer: Offer | None) -> bool:
    return offer is not None and offer.unit_id in user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)


@predicate
def provides(user: Any, commitment: Commitment | None) -> bool:
    """The user handles things for the unit that made the promise."""
    return commitment is not None and commitment.unit_id in user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)


@predicate
def receives(user: Any, commitment: Commitment | None) -> bool:
    """The user speaks for the organisation that the promise was made to."""
    return commitment is not None and owns_need(user, commitment.need)


@predicate
def keeps_deadline(user: Any, deadline: Deadline | None) -> bool:
    """The time runs for the user's unit; the receiver's own time to confirm is not the unit's to change."""
    return (
        deadline is not None
        and deadline.kind != DeadlineKind.CONFIRM
        and deadline.commitment is not None
        and provides(user, deadline.commitment)
    )


@predicate
def is_asked(user: Any, row: Referral | Match | None) -> bool:
    """The user handles things for the unit that was asked to take a need on."""
    unit_id = row.to_unit_id if isinstance(row, Referral) else row.unit_id if row else None
    return unit_id in user.scope_ids(Scope.UNIT, Role.PARTNER_HANDLER)


@predicate
def asks_outside(user: Any, match: Match | None) -> bool:
    """A unit of the city or the province was asked; it signs in nowhere, so the office writes down what it said."""
    return isinstance(match, Match) and match.unit.is_outside


@predicate
def stands_in_line(user: Any, waiting: Waiting | None) -> bool:
    """The user speaks for the organisation that waits for a place."""
    return waiting is not None and waiting.organization_id in user.scope_ids(Scope.ORGANIZATION)


allow("exchange.view_need", reader)
allow("exchange.add_need", staff | liaison | asks_for_own)
allow("exchange.change_need", staff | owns_need | entered_need)
allow("exchange.submit_need", staff | owns_need | entered_need)
allow("exchange.accept_need", staff)
allow("exchange.withdraw_need", owns_need)
allow("exchange.close_need", staff)
allow("exchange.reopen_need", staff | owns_need)
allow("exchange.claim_need", (handler & may_read_need) | staff)
allow("exchange.handle_need", handles_need | staff)
allow("exchange.confirm_need", owns_need | staff | system)
allow("exchange.relate_need", staff | owns_need)
allow("exchange.split_need", staff | owns_need)
allow("exchange.export_need", staff | handler)
allow("exchange.talk_about_need", owns_need | handles_need | guides_need | staff | (handler & may_read_need))
allow("exchange.note_need", staff)
allow("exchange.attach_to_need", owns_need | entered_need | handles_need | guides_need | staff)
allow("exchange.remove_file_of_need", staff)
allow("exchange.read_files_of_need", owns_need | entered_need | handles_need | guides_need | staff)
allow(
    "exchange.read_talk_of_need",
    owns_need | entered_need | handles_need | guides_need | oversees_need | staff | (handler & may_read_need),
)

allow("exchange.view_offer", reader)
allow("exchange.add_offer", handler | staff)
allow("exchange.change_offer", owns_offer | staff)
allow("exchange.review_offer", staff)
allow("exchange.withdraw_offer", owns_offer | staff)
allow("exchange.book_offer", asks_for_own | staff)
allow("exchange.export_offer", staff | handler)

allow("exchange.view_commitment", reader)
allow("exchange.answer_commitment", provides | staff)
allow("exchange.deliver_commitment", provides | staff)
allow("exchange.withdraw_commitment", provides | staff)
allow("exchange.confirm_commitment", receives | staff | system)
allow("exchange.rate_commitment", receives | provides)
allow("exchange.correct_delivery", provides | staff)
allow("exchange.over_commit", approver)
allow("exchange.export_commitment", staff | handler)

allow("exchange.refer_need", (handler & may_read_need) | staff)
allow("exchange.answer_referral", is_asked)
allow("exchange.propose_unit", staff)
allow("exchange.answer_proposal", is_asked | (staff & asks_outside))
allow("exchange.write_to_unit", staff & asks_outside)
allow("exchange.change_deadline", keeps_deadline | staff)
allow("exchange.answer_waiting", stands_in_line | staff)
allow("exchange.contest_need", owns_need)
allow("exchange.see_contact", owns_need | handles_need | guides_need | staff)
allow("exchange.hand_over", staff | secadmin)
allow("exchange.redate_deadlines", staff | system)
allow("exchange.lapse_waiting", system)
allow("exchange.watch_deadlines", system)
allow("exchange.issue_list", staff)
allow("exchange.view_deadlinerule", staff | overseers | secadmin)
allow("exchange.add_deadlinerule", staff)
allow("exchange.change_deadlinerule", staff)
allow("exchange.export_deadlinerule", staff)
allow("exchange.export_replytemplate", staff)
allow("exchange.view_replytemplate", staff | handler)
allow("exchange.add_replytemplate", staff)
allow("exchange.change_replytemplate", staff)
allow("exchange.view_match", staff | auditor)
allow("exchange.export_match", staff | auditor)
allow("exchange.view_stepcheck", staff)
allow("exchange.add_stepcheck", staff)
allow("exchange.change_stepcheck", staff)
allow("exchange.export_stepcheck", staff)
allow("exchange.view_stateword", staff)
allow("exchange.change_stateword", staff)
allow("exchange.export_stateword", staff)
allow("exchange.put_on_agenda", staff | system)
allow("exchange.discuss_agenda", staff)
allow("exchange.view_agendaitem", staff | liaison | auditor)
allow("exchange.export_agendaitem", staff | liaison)
