"""What the exchange announces, inside the transaction in which it happened."""

from dataclasses import dataclass
from decimal import Decimal

from shuanglian.accounts.models import User
from shuanglian.exchange.models import (
    AgendaItem,
    Closure,
    Commitment,
    Confirmation,
    Deadline,
    Delivery,
    Match,
    Message,
    Need,
    Offer,
    Referral,
    Waiting,
)


@dataclass(frozen=True, slots=True)
class NeedSubmitted:
    need: Need


@dataclass(frozen=True, slots=True)
class NeedReturned:
    need: Need
    note: str


@dataclass(frozen=True, slots=True)
class NeedOpened:
    need: Need


@dataclass(frozen=True, slots=True)
class NeedClosed:
    need: Need
    closure: Closure


@dataclass(frozen=True, slots=True)
class NeedReopened:
    need: Need
    note: str


@dataclass(frozen=True, slots=True)
class NeedSplit:
    """A need became two: ``child`` was split off from ``need``."""

    need: Need
    child: Need
    by: User


@dataclass(frozen=True, slots=True)
class NeedClaimed:
    commitment: Commitment


@dataclass(frozen=True, slots=True)
class OfferBooked:
    commitment: Commitment


@dataclass(frozen=True, slots=True)
class BookingAnswered:
    commitment: Commitment
    note: str
    by: User


@dataclass(frozen=True, slots=True)
class CommitmentChanged:
    """A promise was shrunk or withdrawn; ``before`` is the quantity it had."""

    commitment: Commitment
    before: Decimal
    note: str
    by: User


@dataclass(frozen=True, slots=True)
class DeliveryRecorded:
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class DeliveryConfirmed:
    confirmation: Confirmation


@dataclass(frozen=True, slots=True)
class OfferPublished:
    offer: Offer


@dataclass(frozen=True, slots=True)
class NeedReferred:
    referral: Referral


@dataclass(frozen=True, slots=True)
class ReferralAnswered:
    referral: Referral


@dataclass(frozen=True, slots=True)
class UnitProposed:
    match: Match


@dataclass(frozen=True, slots=True)
class ProposalAnswered:
    match: Match


@dataclass(frozen=True, slots=True)
class PlaceFreed:
    """The next in line is asked; a place is kept for it until its answer."""

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class PlaceNotKept:
    """Who was asked stands in line again: the offer takes no bookings for now, or the period of the place is over."""

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class LineEnded:
    """The offer was taken down: nobody stands in line for it any more."""

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class MessageSent:
    message: Message


@dataclass(frozen=True, slots=True)
class DeadlineNear:
    """Three working days are left."""

    deadline: Deadline


@dataclass(frozen=True, slots=True)
class DeadlineMissed:
    """The day has passed; announced once for each time limit."""

    deadline: Deadline


@dataclass(frozen=True, slots=True)
class NeedLeftUnclaimed:
    """Nobody claimed the need in its time. When units were asked in vain, the quarterly meeting deals with it."""

    need: Need
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class NeedDiscussed:
    """The quarterly meeting decided something about a need nobody had claimed."""

    item: AgendaItem
    by: User


@dataclass(frozen=True, slots=True)
class OfferLapsing:
    """The offer's validity ends soon; one tap renews it."""

    offer: Offer
