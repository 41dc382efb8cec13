"""Stories of needs that ended, one for each way in which a need can end."""

from decimal import Decimal

from demo import words
from demo.need_phases import claims, opened, shares, solved, working
from demo.need_steps import Step, Tale, claim, confirm, contact, post, rate, report
from shuanglian.exchange import actions
from shuanglian.exchange.choices import Confirmer, Outcome, Verdict


def fulfilled(tale: Tale) -> Step[None]:
    commitments = yield from working(tale)
    for commitment in commitments:
        yield from solved(tale, commitment)


def several(tale: Tale) -> Step[None]:
    """More than one unit serves the same line, or each its own; everything is solved."""
    need = yield from opened(tale)
    commitments = yield from shares(tale, need) if len(tale.asked.lines) == 1 else claims(tale, need)
    for commitment in commitments:
        yield from contact(tale, commitment)
        yield from solved(tale, commitment)


def second_try(tale: Tale) -> Step[None]:
    """The first result was not enough."""
    (commitment,) = yield from working(tale)
    delivery = yield from report(tale, commitment)
    yield from confirm(tale, delivery, Verdict.NOT_YET, note=tale.chance.choice(words.NOT_YET))
    yield from contact(tale, commitment, nth=1, wait=3)
    yield from solved(tale, commitment)


def by_silence(tale: Tale) -> Step[None]:
    """Nobody answered within ten working days; the system writes that down."""
    (commitment,) = yield from working(tale)
    delivery = yield from report(tale, commitment)
    yield tale.pace.later(11, 13)
    machine, silent = tale.cast.machine, Confirmer.SILENCE
    actions.confirm_delivery(delivery, by=machine, verdict=Verdict.SOLVED, confirmer=silent)


def by_staff(tale: Tale) -> Step[None]:
    """Staff asked by telephone and confirm for the organisation."""
    (commitment,) = yield from working(tale)
    delivery = yield from report(tale, commitment)
    yield tale.pace.later(3, 6)
    actions.confirm_delivery(delivery, by=tale.staff, verdict=Verdict.SOLVED, note=words.SOLVED_BY_PHONE)


def corrected(tale: Tale) -> Step[None]:
    """Fewer came than were reported."""
    (commitment,) = yield from working(tale)
    delivery = yield from report(tale, commitment)
    yield tale.pace.soon()
    by = tale.cast.handler(commitment.unit.name)
    actions.correct_delivery(delivery, by=by, less=Decimal(4), note=words.LESS)
    yield from confirm(tale, delivery)
    yield from rate(tale, commitment)


def handed_over(tale: Tale) -> Step[None]:
    """The first unit gives it back, the next one solves it."""
    need = yield from opened(tale)
    first = yield from claim(tale, need)
    yield tale.pace.later(3, 5)
    actions.withdraw_commitment(first, by=tale.cast.handler(first.unit.name), note=words.RELEASED)
    second = yield from claim(tale, need, nth=1)
    yield from contact(tale, second)
    yield from solved(tale, second)


def partly(tale: Tale) -> Step[None]:
    """The last promise was kept in part, and the organisation is content with that."""
    *others, last = yield from working(tale)
    for commitment in others:
        yield from solved(tale, commitment)
    part = (last.quantity * Decimal("0.6")).to_integral_value()
    delivery = yield from report(tale, last, quantity=part)
    yield from confirm(tale, delivery, Verdict.PARTLY, complete=True, note=words.PARTLY)
    yield from rate(tale, last)


def end_here(tale: Tale) -> Step[None]:
    """Half was delivered, the unit gave the rest back, the organisation no longer wants it."""
    (commitment,) = yield from working(tale)
    half = (commitment.quantity / 2).to_integral_value()
    delivery = yield from report(tale, commitment, quantity=half, finish=False)
    yield from confirm(tale, delivery)
    yield tale.pace.later(2, 4)
    by = tale.cast.handler(commitment.unit.name)
    actions.withdraw_commitment(commitment, by=by, note=words.RELEASED)
    yield tale.pace.later(1, 3)
    actions.end_here(commitment, by=tale.asker, note=words.ENOUGH)


def explained(tale: Tale) -> Step[None]:
    yield from _ended(tale, Outcome.EXPLAINED)


def explained_by_unit(tale: Tale) -> Step[None]:
    """A unit looked into it first."""
    commitments = yield from working(tale)
    yield tale.pace.later(2, 4)
    need = commitments[0].need
    actions.close_need(need, by=tale.staff, outcome=Outcome.EXPLAINED, note=tale.asked.words)


def referred(tale: Tale) -> Step[None]:
    yield from _ended(tale, Outcome.REFERRED)


def duplicate(tale: Tale) -> Step[None]:
    """Seen at once, before it is on the list."""
    need = yield from post(tale)
    yield tale.pace.later(0, 1)
    same = tale.cast.needs[tale.asked.same_as]
    note = f"{tale.asked.words}（{same.number}）"
    actions.close_need(need, by=tale.staff, outcome=Outcome.DUPLICATE, note=note, other=same)


def withdrawn(tale: Tale) -> Step[None]:
    need = yield from opened(tale)
    yield tale.pace.later(2, 5)
    actions.withdraw_need(need, by=tale.asker, note=tale.asked.words)


def withdrawn_under_way(tale: Tale) -> Step[None]:
    commitments = yield from working(tale)
    yield tale.pace.later(2, 4)
    actions.withdraw_need(commitments[0].need, by=tale.asker, note=tale.asked.words)


def _ended(tale: Tale, outcome: Outcome) -> Step[None]:
    need = yield from opened(tale)
    yield tale.pace.later(3, 8)
    actions.close_need(need, by=tale.staff, outcome=outcome, note=tale.asked.words)
