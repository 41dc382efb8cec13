"""Many people at once, each with a random mind of his own, on few needs and few places: nothing is ever promised twice."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from shuanglian.accounts.choices import Role
from shuanglian.core.clock import today
from shuanglian.core.sealing import verify_chain
from shuanglian.directory.models import Division
from shuanglian.exchange import actions
from shuanglian.exchange.choices import HOLDING, CommitmentState
from shuanglian.exchange.models import Commitment, Delivery, Need
from shuanglian.exchange.queries import lines_of, remaining
from tests import people

CROWD = 64
STEPS = 6


@pytest.fixture
def stage(committed):
    """Three needs of ten, one offer of twenty, sixty-four units, one organisation, staff."""
    town = Division.objects.get(code="140921104")
    guanli = people.organization("冠力集团", 1, town)
    clerk = people.person("guanli", "周建国", Role.ENTERPRISE_CLERK, guanli.pk)
    staff = people.person("staff", "王晓岚", Role.STAFF)
    units = [people.unit(f"单位{n:02d}", "KJ") for n in range(CROWD)]
    handlers = [
        people.person(f"h{n:02d}", f"经办{n:02d}", Role.PARTNER_HANDLER, u.pk) for n, u in enumerate(units)
    ]
    needs = [
        actions.accept_need(
            actions.post_need(
                guanli, by=clerk, detail=f"要十次检测（{n}）", category="KJ", quantity=Decimal(10)
            ),
            by=staff,
        )
        for n in range(3)
    ]
    offer = actions.post_offer(
        units[0], by=handlers[0], title="专家入企", category="KJ", standing=True, capacity=20
    )
    return {
        "needs": needs,
        "offer": actions.publish_offer(offer, by=staff),
        "pairs": list(zip(units, handlers, strict=True)),
        "clerk": clerk,
        "staff": staff,
        "guanli": guanli,
    }


class Member:
    """One of the crowd: his unit, his account, and what he tries next."""

    def __init__(self, stage, n):
        self.stage = stage
        self.unit, self.handler = stage["pairs"][n]
        self.chance = random.Random(n)

    def mine(self, *states):
        rows = list(Commitment.objects.filter(unit=self.unit, state__in=states).order_by("pk"))
        if not rows:
            raise ValidationError("nothing to do")
        return self.chance.choice(rows)

    def amount(self):
        return Decimal(self.chance.randint(1, 4))

    def claim(self):
        actions.claim(
            self.chance.choice(self.stage["needs"]), by=self.handler, unit=self.unit, quantity=self.amount()
        )

    def book(self):
        actions.book_offer(
            self.stage["offer"],
            by=self.stage["clerk"],
            organization=self.stage["guanli"],
            quantity=self.amount(),
            wanted_on=today(),
            words=str(self.chance.random()),
        )

    def shrink(self):
        row = self.mine(CommitmentState.ACTIVE)
        actions.shrink_commitment(row, by=self.handler, quantity=self.amount(), note="人手不够")

    def withdraw(self):
        row = self.mine(CommitmentState.ACTIVE, CommitmentState.REQUESTED)
        actions.withdraw_commitment(row, by=self.handler, note="办不了")

    def deliver(self):
        actions.record_delivery(self.mine(CommitmentState.ACTIVE), by=self.handler)

    def confirm(self):
        rows = list(Delivery.objects.filter(confirmation=None, corrects=None, commitment__unit=self.unit))
        if rows:
            verdict = self.chance.choice(["solved", "not_yet"])
            actions.confirm_delivery(rows[0], by=self.stage["clerk"], verdict=verdict, note="说明")

    def correct(self):
        rows = list(Delivery.objects.filter(corrects=None, commitment__unit=self.unit))
        if rows:
            actions.correct_delivery(rows[0], by=self.stage["staff"], less=Decimal(1), note="多报了")

    def live(self, barrier):
        """Do a few random things; every refusal must be a sentence, everything else is a fault."""
        verbs = [
            self.claim,
            self.claim,
            self.book,
            self.shrink,
            self.withdraw,
            self.deliver,
            self.confirm,
            self.correct,
        ]
        connection.ensure_connection()
        barrier.wait()
        try:
            for _ in range(STEPS):
                try:
                    self.chance.choice(verbs)()
                except (ValidationError, PermissionDenied):
                    continue
        finally:
            connection.close()


def test_a_crowd_that_does_everything_at_once_never_over_commits(stage):
    barrier = threading.Barrier(CROWD, timeout=60)
    with ThreadPoolExecutor(CROWD) as pool:
        list(pool.map(lambda n: Member(stage, n).live(barrier), range(CROWD)))

    for need in Need.objects.all():
        for line in lines_of(need.pk):
            assert 0 <= line.open <= line.requested
            assert line.open + line.promised == line.requested
            for promise in line.promises:
                assert 0 <= promise.accepted + promise.pending <= promise.commitment.quantity
    item = stage["offer"].items.select_related("offer").get()
    held = Commitment.objects.filter(offer_item=item, state__in=HOLDING)
    assert (
        remaining([item], today())[item.pk]
        == item.capacity - sum((c.quantity for c in held), Decimal(0))
        >= 0
    )
    assert Commitment.objects.count() > CROWD / 4
    assert list(verify_chain()) == []
