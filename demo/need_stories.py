"""How needs went: one story a kind, named in the data, with the span of working days before today in which it begins.

The spans are long enough for the steps, short enough for the state they are to end in: a need that waits too long is in
a story of that name. Here are the needs still under way; ``need_endings`` has those that ended.
"""

from collections.abc import Callable
from typing import Any

from demo import need_endings as endings
from demo import words
from demo.need_phases import claims, opened, working
from demo.need_steps import (
    Step,
    Tale,
    chase,
    claim,
    confirm,
    contact,
    draft,
    open_quantity,
    post,
    report,
    send_back,
)
from demo.offers import offer_of
from shuanglian.exchange import actions
from shuanglian.exchange.choices import DeadlineKind, Outcome
from shuanglian.exchange.models import Match, Referral

Story = Callable[[Tale], Step[Any]]
FIRST_ASKED = "县工商联"  # the unit that passes on what others do better


def left_as_draft(tale: Tale) -> Step[None]:
    yield from draft(tale)


def submitted(tale: Tale) -> Step[None]:
    yield from post(tale)


def returned(tale: Tale) -> Step[None]:
    need = yield from post(tale)
    yield from send_back(tale, need)


def left_open(tale: Tale) -> Step[None]:
    yield from opened(tale, most=1)


def left_open_late(tale: Tale) -> Step[None]:
    need = yield from opened(tale)
    if tale.chance.random() < 0.5 and tale.pace.room > 2:
        yield from chase(tale, need)


def claimed(tale: Tale) -> Step[None]:
    need = yield from opened(tale, most=1)
    tale.pace.until(-3)
    yield from claims(tale, need, wait=1)


def claimed_late(tale: Tale) -> Step[None]:
    need = yield from opened(tale)
    yield from claims(tale, need)
    yield tale.pace.later(4, 6)
    yield from chase(tale, need)


def part_claimed(tale: Tale) -> Step[None]:
    """One of several lines is promised, or a part of the only one."""
    need = yield from opened(tale)
    several = len(tale.asked.lines) > 1
    part = None if several else (open_quantity(need) / 2).to_integral_value()
    commitment = yield from claim(tale, need, quantity=part)
    yield from contact(tale, commitment)


def in_progress(tale: Tale) -> Step[None]:
    yield from working(tale)


def part_delivered(tale: Tale) -> Step[None]:
    """The first line, or half of the only one, is done and confirmed; the rest goes on."""
    commitments = yield from working(tale)
    first = commitments[0]
    if len(commitments) > 1:
        delivery = yield from report(tale, first, wait=2)
    else:
        half = (first.quantity / 2).to_integral_value()
        delivery = yield from report(tale, first, wait=2, quantity=half, finish=False)
    yield from confirm(tale, delivery, wait=1)


def done(tale: Tale) -> Step[None]:
    commitments = yield from working(tale)
    tale.pace.until(tale.chance.randint(-7, -5))
    for commitment in commitments:
        yield from report(tale, commitment, wait=0)


def done_late(tale: Tale) -> Step[None]:
    """The receiver has not said anything for longer than he may."""
    (commitment,) = yield from working(tale)
    tale.pace.until(-14)
    yield from report(tale, commitment, wait=0)


def reopened(tale: Tale) -> Step[None]:
    """Closed with an explanation, started again when things had changed, claimed once more."""
    commitments = yield from working(tale)
    yield tale.pace.later(2, 4)
    need, note = commitments[0].need, tale.asked.words
    actions.close_need(need, by=tale.staff, outcome=Outcome.EXPLAINED, note=note)
    yield tale.pace.until(tale.chance.randint(-12, -9))
    need = actions.reopen_need(need, by=tale.asker, note=words.REOPENED)
    again = yield from claim(tale, need)
    yield from contact(tale, again)


def proposed(tale: Tale) -> Step[None]:
    """Nobody claimed it, so staff ask a unit; it has not answered yet."""
    yield from _asked(tale)


def proposal_declined(tale: Tale) -> Step[None]:
    match = yield from _asked(tale)
    yield tale.pace.later(1, 2)
    by = tale.cast.handler(match.unit.name)
    actions.answer_proposal(match, by=by, accept=False, reason=words.DECLINED)


def proposal_accepted(tale: Tale) -> Step[None]:
    match = yield from _asked(tale)
    yield tale.pace.later(1, 2)
    made = actions.answer_proposal(match, by=tale.cast.handler(match.unit.name), accept=True)
    assert made is not None
    yield from contact(tale, made)


def referral_waits(tale: Tale) -> Step[Referral]:
    """A unit that gets it says whose duty it is."""
    need = yield from opened(tale, most=1)
    yield tale.pace.later(1, 2)
    first, second = (
        tale.cast.units[FIRST_ASKED],
        tale.cast.units[offer_of(tale.asked.lines[0].offers[0]).unit],
    )
    by = tale.cast.handler(FIRST_ASKED)
    return actions.refer_need(need, by=by, from_unit=first, to_unit=second, reason=words.REFERRED)


def referred_on(tale: Tale) -> Step[None]:
    referral = yield from referral_waits(tale)
    yield tale.pace.later(1, 2)
    assert referral.to_unit is not None
    actions.answer_referral(referral, by=tale.cast.handler(referral.to_unit.name), accept=True)
    yield from contact(tale, referral.need.commitments.get())


def extended(tale: Tale) -> Step[None]:
    """The unit needs more time and says why."""
    commitment, *_ = yield from working(tale)
    yield tale.pace.until(-7)
    deadline = commitment.deadlines.get(kind=DeadlineKind.RESOLVE)
    by = tale.cast.handler(commitment.unit.name)
    actions.extend_deadline(deadline, by=by, days=10, reason=words.EXTENDED)


def clock_stopped(tale: Tale) -> Step[None]:
    """The unit waits for the organisation; meanwhile its time does not run."""
    commitment, *_ = yield from working(tale)
    yield tale.pace.until(-1)
    deadline = commitment.deadlines.get(kind=DeadlineKind.RESOLVE)
    actions.stop_clock(deadline, by=tale.cast.handler(commitment.unit.name), reason=words.WAITING)


def _asked(tale: Tale) -> Step[Match]:
    need = yield from opened(tale)
    yield tale.pace.later(5, 6)
    unit = tale.cast.units[offer_of(tale.asked.lines[0].offers[0]).unit]
    return actions.propose_unit(need, by=tale.staff, unit=unit, reason=words.ASKED)


# story: (earliest, latest working day before today on which it begins, how it goes)
STORIES: dict[str, tuple[int, int, Story]] = {
    "draft": (10, 1, left_as_draft),
    "submitted": (2, 1, submitted),
    "submitted_late": (8, 5, submitted),
    "returned": (9, 4, returned),
    "open": (5, 3, left_open),
    "open_late": (26, 12, left_open_late),
    "claimed": (7, 6, claimed),
    "claimed_late": (19, 15, claimed_late),
    "proposed": (26, 14, proposed),
    "proposal_declined": (26, 16, proposal_declined),
    "proposal_accepted": (19, 14, proposal_accepted),
    "referral_waits": (8, 6, referral_waits),
    "referred_on": (14, 11, referred_on),
    "extended": (22, 18, extended),
    "clock_stopped": (14, 11, clock_stopped),
    "part_claimed": (15, 10, part_claimed),
    "in_progress": (14, 11, in_progress),
    "in_progress_late": (36, 29, in_progress),
    "part_delivered": (22, 18, part_delivered),
    "done": (26, 20, done),
    "done_late": (36, 30, done_late),
    "fulfilled": (118, 40, endings.fulfilled),
    "several": (110, 50, endings.several),
    "second_try": (100, 50, endings.second_try),
    "by_silence": (100, 50, endings.by_silence),
    "by_staff": (90, 50, endings.by_staff),
    "corrected": (90, 50, endings.corrected),
    "handed_over": (100, 50, endings.handed_over),
    "partly": (110, 45, endings.partly),
    "end_here": (90, 50, endings.end_here),
    "explained": (100, 20, endings.explained),
    "explained_by_unit": (90, 40, endings.explained_by_unit),
    "referred": (100, 20, endings.referred),
    "duplicate": (9, 6, endings.duplicate),
    "withdrawn": (80, 20, endings.withdrawn),
    "withdrawn_under_way": (70, 40, endings.withdrawn_under_way),
    "reopened": (80, 50, reopened),
}
