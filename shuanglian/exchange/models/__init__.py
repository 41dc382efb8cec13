"""What is stored of the exchange (design: docs/adr/0004). Nothing that can be derived is here."""

from shuanglian.exchange.models.agenda import AgendaItem
from shuanglian.exchange.models.commitment import Commitment, Confirmation, Delivery, Feedback
from shuanglian.exchange.models.deadline import ClockStop, Deadline, DeadlineRule, Extension
from shuanglian.exchange.models.link import NeedLink
from shuanglian.exchange.models.need import Closure, Need, NeedItem, Reopening
from shuanglian.exchange.models.offer import Match, Offer, OfferItem
from shuanglian.exchange.models.service import ContactLook, ReplyTemplate, StepCheck, Waiting
from shuanglian.exchange.models.talk import ListIssue, Message, Referral
from shuanglian.exchange.models.wording import (
    StateWord,
    forget_state_words,
    standard_name,
    state_name,
    state_names,
)

__all__ = [
    "AgendaItem",
    "ClockStop",
    "Closure",
    "Commitment",
    "Confirmation",
    "ContactLook",
    "Deadline",
    "DeadlineRule",
    "Delivery",
    "Extension",
    "Feedback",
    "ListIssue",
    "Match",
    "Message",
    "Need",
    "NeedItem",
    "NeedLink",
    "Offer",
    "OfferItem",
    "Referral",
    "Reopening",
    "ReplyTemplate",
    "StateWord",
    "StepCheck",
    "Waiting",
    "forget_state_words",
    "standard_name",
    "state_name",
    "state_names",
]
