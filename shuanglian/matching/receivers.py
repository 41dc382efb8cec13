"""What is claimed or booked after it was suggested is written down, and what is left when a need ends."""

from shuanglian.accounts.queries import system_user
from shuanglian.core.events import on
from shuanglian.exchange import events
from shuanglian.matching import actions
from shuanglian.matching.queries.taken import still_suggested, suggested_for


@on(events.NeedClaimed)
def note_claim(event: events.NeedClaimed) -> None:
    _take_up(event)


@on(events.OfferBooked)
def note_booking(event: events.OfferBooked) -> None:
    _take_up(event)


@on(events.NeedClosed)
def note_end(event: events.NeedClosed) -> None:
    if still_suggested(event.need).exists():
        actions.let_lapse(event.need, by=system_user(event.need.county))


def _take_up(event: events.NeedClaimed | events.OfferBooked) -> None:
    if suggested_for(event.commitment).exists():
        actions.take_up(event.commitment, by=system_user(event.commitment.county))
