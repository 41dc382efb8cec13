"""What the exchange announces, inside the transaction in which it happened."""

from dataclasses import dataclass

from shuanglian.exchange.models import Closure, Commitment, Confirmation, Delivery, Need, Offer


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
class NeedClaimed:
    commitment: Commitment


@dataclass(frozen=True, slots=True)
class OfferBooked:
    commitment: Commitment


@dataclass(frozen=True, slots=True)
class BookingAnswered:
    commitment: Commitment
    note: str


@dataclass(frozen=True, slots=True)
class CommitmentChanged:
    """A promise was shrunk or withdrawn; ``before`` is the quantity it had."""

    commitment: Commitment
    before: object
    note: str


@dataclass(frozen=True, slots=True)
class DeliveryRecorded:
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class DeliveryConfirmed:
    confirmation: Confirmation


@dataclass(frozen=True, slots=True)
class OfferPublished:
    offer: Offer
