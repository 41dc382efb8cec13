"""What can be asked of the exchange."""

from shuanglian.exchange.queries.commitment import commitments_visible_to
from shuanglian.exchange.queries.deadline import (
    overdue,
    rule_for,
    running,
    silent_deliveries,
    ticking,
    work_out,
)
from shuanglian.exchange.queries.handover import Holdings, holdings_of
from shuanglian.exchange.queries.ledger import (
    Axis,
    Line,
    Promise,
    effective,
    kept,
    lines_of,
    need_lines,
    period_start,
    progress,
    promise_of,
    promises_of,
    remaining,
    still_accepted,
    words,
)
from shuanglian.exchange.queries.need import (
    claimable_by,
    needs_visible_to,
    public_needs,
    waiting_for_receiver,
)
from shuanglian.exchange.queries.offer import a_year_on, bookable_on, lapsed, offers_visible_to

__all__ = [
    "Axis",
    "Holdings",
    "Line",
    "Promise",
    "a_year_on",
    "bookable_on",
    "claimable_by",
    "commitments_visible_to",
    "effective",
    "holdings_of",
    "kept",
    "lapsed",
    "lines_of",
    "need_lines",
    "needs_visible_to",
    "offers_visible_to",
    "overdue",
    "period_start",
    "progress",
    "promise_of",
    "promises_of",
    "public_needs",
    "remaining",
    "rule_for",
    "running",
    "silent_deliveries",
    "still_accepted",
    "ticking",
    "waiting_for_receiver",
    "words",
    "work_out",
]
