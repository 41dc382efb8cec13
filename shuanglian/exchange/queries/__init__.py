"""What can be asked of the exchange."""

from shuanglian.exchange.queries.commitment import commitments_visible_to
from shuanglian.exchange.queries.deadline import rule_for, running, work_out
from shuanglian.exchange.queries.ledger import (
    Axis,
    Line,
    Promise,
    effective,
    lines_of,
    need_lines,
    period_start,
    progress,
    promise_of,
    promises_of,
    remaining,
)
from shuanglian.exchange.queries.need import (
    claimable_by,
    needs_visible_to,
    public_needs,
    waiting_for_receiver,
)
from shuanglian.exchange.queries.offer import bookable_on, lapsed, offers_visible_to

__all__ = [
    "Axis",
    "Line",
    "Promise",
    "bookable_on",
    "claimable_by",
    "commitments_visible_to",
    "effective",
    "lapsed",
    "lines_of",
    "need_lines",
    "needs_visible_to",
    "offers_visible_to",
    "period_start",
    "progress",
    "promise_of",
    "promises_of",
    "public_needs",
    "remaining",
    "rule_for",
    "running",
    "waiting_for_receiver",
    "work_out",
]
