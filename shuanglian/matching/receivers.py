"""What is claimed or booked after it was suggested is written down, and what is left when a need ends."""

from shuanglian.accounts.queries import system_user
from shuanglian.core.events import on
from shuanglian.exchange import events
from shuanglian.matching import actions


@on(events.NeedClaimed)
def note_claim(event: events.NeedClaimed) -> None:
    actions.take_up(event.commitment, by=system_user(event.commitment.county))


@on(events.OfferBooked)
def note_booking(event: events.OfferBooked) -> None:
    actions.take_up(event.commitment, by=system_user(event.commitment.county))


@on(events.NeedClosed)
def note_end(event: events.NeedClosed) -> None:
    actions.let_lapse(event.need, by=system_user(event.need.county))
