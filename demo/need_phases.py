"""Phases most stories share: let in, promised, worked on, solved. Each is made of the steps of ``need_steps``."""

from decimal import Decimal

from demo.need_steps import (
    Step,
    Tale,
    accept,
    claim,
    confirm,
    contact,
    open_quantity,
    post,
    rate,
    report,
    talk,
)
from shuanglian.exchange.models import Commitment, Need


def opened(tale: Tale, most: int = 2) -> Step[Need]:
    need = yield from post(tale)
    return (yield from accept(tale, need, most))


def claims(tale: Tale, need: Need, wait: int = 3) -> Step[list[Commitment]]:
    found = []
    for line in range(len(tale.asked.lines)):
        commitment = yield from claim(tale, need, line, wait=1 if line else wait)
        found.append(commitment)
    return found


def shares(tale: Tale, need: Need) -> Step[list[Commitment]]:
    """Each unit whose offer serves the line takes its share, the last one what is left."""
    keys = tale.asked.lines[0].offers
    found = []
    for nth in range(len(keys)):
        left = open_quantity(need)
        part = left if nth == len(keys) - 1 else (left * Decimal("0.6")).to_integral_value()
        commitment = yield from claim(tale, need, nth=nth, quantity=part, wait=1)
        found.append(commitment)
    return found


def working(tale: Tale) -> Step[list[Commitment]]:
    """Opened, promised in full, in contact; a second note of progress when there is time."""
    need = yield from opened(tale)
    commitments = yield from claims(tale, need)
    for n, commitment in enumerate(commitments):
        yield from contact(tale, commitment, nth=n, wait=1 if n else 2)
    if tale.chance.random() < 0.4:
        yield from talk(tale, commitments[0])
    if tale.pace.room > 16:
        yield from contact(tale, commitments[0], nth=1, wait=4)
    return commitments


def solved(tale: Tale, commitment: Commitment) -> Step[None]:
    delivery = yield from report(tale, commitment)
    yield from confirm(tale, delivery)
    yield from rate(tale, commitment)
