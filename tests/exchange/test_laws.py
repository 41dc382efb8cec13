"""The laws of the ledger over random histories: whatever people do in whatever order, the quantities stay true."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuanglian.core.audit import history
from shuanglian.core.clock import today
from shuanglian.exchange import actions
from shuanglian.exchange.choices import HOLDING, STANDING, CommitmentState, NeedState
from shuanglian.exchange.models import Closure, Commitment, Delivery, Need, Offer, Waiting
from shuanglian.exchange.queries import bookable_on, kept, lines_of, promise_of, remaining

pytestmark = pytest.mark.django_db

VERBS = [
    "claim",
    "claim_own_offer",
    "book",
    "accept_booking",
    "decline_booking",
    "progress",
    "deliver",
    "deliver_part",
    "confirm_solved",
    "confirm_partly",
    "confirm_enough",
    "confirm_not_yet",
    "withdraw",
    "shrink",
    "correct",
    "end_here",
    "withdraw_need",
    "close",
    "reopen",
    "return",
    "accept",
    "split_line",
    "split_words",
    "lower_capacity",
    "pause",
    "resume",
    "take_down",
    "put_back",
    "wait",
    "take_place",
    "leave_line",
    "let_turns_lapse",
]
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 3), st.decimals(Decimal("0.5"), 6, places=1)),
    min_size=1,
    max_size=25,
)


HISTORIES = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class County:
    """The people of one random history and the verbs they try."""

    def __init__(self, people):
        self.__dict__.update(people)
        items = [
            {"text": "专家到厂", "quantity": Decimal(5)},
            {"text": "检测", "quantity": Decimal(2), "measure": "件"},
        ]
        self.need = actions.post_need(
            self.guanli, by=self.clerk, detail="想找专家，也要检测", category="KJ", items=items
        )
        self.need = actions.accept_need(self.need, by=self.staff)
        offer = actions.post_offer(
            self.kejiju,
            by=self.handler,
            title="专家入企",
            category="KJ",
            standing=True,
            period="month",
            capacity=6,
        )
        self.offer = actions.publish_offer(offer, by=self.staff)

    def live(self, steps, after_each=lambda county: None):
        """Let people try one thing after the other; what is refused changes nothing."""
        for verb, n, amount in steps:
            try:
                with transaction.atomic():
                    self.do(verb, n, amount)
            except (ValidationError, PermissionDenied):
                pass
            after_each(self)

    def pick(self, rows, n):
        found = list(rows.order_by("pk"))
        if not found:
            raise ValidationError("nothing to do")
        return found[n % len(found)]

    def commitment(self, n, *states):
        rows = Commitment.objects.filter(county=self.need.county)
        return self.pick(rows.filter(state__in=states) if states else rows, n)

    def delivery(self, n):
        return self.pick(Delivery.objects.filter(corrects=None), n)

    def actor_of(self, commitment):
        return self.handler if commitment.unit_id == self.kejiju.pk else self.other_handler

    def do(self, verb, n, amount):
        self.need.refresh_from_db()
        getattr(self, verb)(n, amount)

    def claim(self, n, amount):
        by, unit = ((self.handler, self.kejiju), (self.other_handler, self.rsj))[n % 2]
        items = list(self.need.items.all())
        item = items[n // 2 % len(items)]
        actions.claim(self.need, by=by, unit=unit, item=item, quantity=amount)

    def claim_own_offer(self, n, amount):
        item = self.offer.items.get()
        actions.claim(self.need, by=self.handler, unit=self.kejiju, quantity=amount, offer_item=item)

    def book(self, n, amount):
        actions.book_offer(
            self.offer, by=self.other_clerk, organization=self.haokun, quantity=amount, wanted_on=today()
        )

    def accept_booking(self, n, amount):
        actions.accept_booking(self.commitment(n, CommitmentState.REQUESTED), by=self.handler)

    def decline_booking(self, n, amount):
        actions.decline_booking(self.commitment(n, CommitmentState.REQUESTED), by=self.handler, note="排满了")

    def progress(self, n, amount):
        row = self.commitment(n, CommitmentState.ACTIVE)
        actions.note_progress(row, by=self.actor_of(row), body="去过了")

    def deliver(self, n, amount):
        row = self.commitment(n, CommitmentState.ACTIVE)
        actions.record_delivery(row, by=self.actor_of(row))

    def deliver_part(self, n, amount):
        row = self.commitment(n, CommitmentState.ACTIVE)
        actions.record_delivery(row, by=self.actor_of(row), quantity=amount, finish=False)

    def _confirm(self, n, verdict, **words):
        row = self.delivery(n)
        by = self.clerk if row.commitment.need.organization_id == self.guanli.pk else self.other_clerk
        actions.confirm_delivery(row, by=by, verdict=verdict, note="说明", **words)

    def confirm_solved(self, n, amount):
        self._confirm(n, "solved")

    def confirm_partly(self, n, amount):
        self._confirm(n, "partly", accepted=amount)

    def confirm_enough(self, n, amount):
        self._confirm(n, "partly", accepted=amount, complete=True)

    def confirm_not_yet(self, n, amount):
        self._confirm(n, "not_yet")

    def withdraw(self, n, amount):
        row = self.commitment(n)
        actions.withdraw_commitment(row, by=self.actor_of(row), note="人手不够")

    def shrink(self, n, amount):
        row = self.commitment(n)
        actions.shrink_commitment(row, by=self.actor_of(row), quantity=amount, note="只能办这些")

    def correct(self, n, amount):
        row = self.delivery(n)
        actions.correct_delivery(row, by=self.staff, less=amount, note="多报了")

    def end_here(self, n, amount):
        row = self.commitment(n)
        by = self.clerk if row.need.organization_id == self.guanli.pk else self.other_clerk
        actions.end_here(row, by=by)

    def withdraw_need(self, n, amount):
        actions.withdraw_need(self.need, by=self.clerk, note="不需要了")

    def close(self, n, amount):
        actions.close_need(self.need, by=self.staff, outcome="explained", note="县内没有这个条件")

    def reopen(self, n, amount):
        actions.reopen_need(self.need, by=self.clerk, note="又坏了")

    def accept(self, n, amount):
        actions.accept_need(self.need, by=self.staff)

    def split_line(self, n, amount):
        item = list(self.need.items.all())[n % self.need.items.count()]
        actions.split_need(self.need, by=self.staff, detail=f"另一件 {n}", item=item)

    def split_words(self, n, amount):
        by = (self.staff, self.clerk)[n % 2]
        actions.split_need(self.need, by=by, detail=f"再一件 {n} {amount}", left=amount, quantity=amount)

    def lower_capacity(self, n, amount):
        actions.save_offer(
            self.kejiju, by=self.handler, offer=Offer.objects.get(pk=self.offer.pk), capacity=amount
        )

    def pause(self, n, amount):
        actions.pause_offer(self.offer, by=self.handler)

    def resume(self, n, amount):
        actions.resume_offer(self.offer, by=self.handler)

    def take_down(self, n, amount):
        self.offer.refresh_from_db()
        actions.withdraw_offer(self.offer, by=self.handler)

    def put_back(self, n, amount):
        self.offer.refresh_from_db()
        actions.submit_offer(self.offer, by=self.handler)
        actions.publish_offer(self.offer, by=self.staff)

    def wait(self, n, amount):
        by, organization = ((self.other_clerk, self.haokun), (self.clerk, self.guanli))[n % 2]
        wished = today() + dt.timedelta(days=20 * (n // 2))
        item = self.offer.items.get()
        actions.join_waiting(
            item, by=by, organization=organization, quantity=min(amount, item.capacity), wanted_on=wished
        )

    def take_place(self, n, amount):
        row = self.pick(Waiting.objects.filter(state="asked"), n)
        day = today() + dt.timedelta(days=30) if amount > 4 else None
        actions.take_place(row, by=self.staff, wanted_on=day)

    def leave_line(self, n, amount):
        actions.leave_waiting(self.pick(Waiting.objects.filter(state__in=STANDING), n), by=self.staff)

    def let_turns_lapse(self, n, amount):
        """Some days later by the clock of the line alone."""
        actions.lapse_waiting(today() + dt.timedelta(days=n), by=self.system)


setattr(
    County, "return", lambda self, n, amount: actions.return_need(self.need, by=self.staff, note="写清楚些")
)


def check_laws(county):
    """Everything that must be true after every act."""
    for need in Need.objects.all():
        for line in lines_of(need.pk):
            assert line.open + line.promised == line.requested
            assert 0 <= line.open <= line.requested
            assert 0 <= line.delivered <= line.promised
            for promise in line.promises:
                assert 0 <= promise.accepted <= promise.commitment.quantity
                assert promise.pending >= 0
                assert promise.accepted + promise.pending <= promise.commitment.quantity
        check_end(need)
        check_limits(need)
        check_replay(need)
    item = county.offer.items.select_related("offer").get()
    check_capacity(item)
    check_line(item)


def check_capacity(item):
    """In every month from now on: what remains, what is booked and what is kept make up the capacity; nothing is negative."""
    held = list(Commitment.objects.filter(offer_item=item, state__in=HOLDING))
    asked = list(Waiting.objects.filter(offer_item=item, state="asked"))
    for day in [today(), *(c.due for c in held), *(w.period_start for w in asked)]:
        month = [c.quantity for c in held if c.period_start == day.replace(day=1)]
        waits = [w.quantity for w in asked if w.period_start == day.replace(day=1)]
        left = remaining([item], day)[item.pk]
        assert kept([item], day)[item.pk] == sum(waits, Decimal(0))
        assert left + sum(month, Decimal(0)) + sum(waits, Decimal(0)) == item.capacity
        assert left >= 0


def check_line(item):
    """Whom a place is kept for can take it: the offer takes bookings, and the place is there when he answers."""
    asked = Waiting.objects.filter(offer_item=item, state="asked")
    if asked.exists():
        assert bookable_on(Offer.objects.filter(pk=item.offer_id), today()).exists()
    for row in asked:
        with transaction.atomic():
            day = max(row.period_start, today(), row.wanted_on or today())
            assert actions.take_place(row, by=row.by, wanted_on=day).quantity == row.quantity
            transaction.set_rollback(True)


def check_end(need):
    """Closed and only closed needs have one closure more than reopenings, and no living promise."""
    ends = Closure.objects.filter(need=need).count() - need.reopenings.count()
    assert ends == (1 if need.state == NeedState.CLOSED else 0)
    if need.state == NeedState.CLOSED:
        assert not need.commitments.filter(state__in=("requested", "active")).exists()
        assert not need.deadlines.filter(met_on=None, dropped_on=None).exists()


def check_limits(need):
    """A time limit presses the unit of its promise, or none: whom a limit presses is kept beside it."""
    for limit in need.deadlines.select_related("commitment"):
        assert limit.unit_id == (limit.commitment.unit_id if limit.commitment else None)


def check_replay(need):
    """Reading the history from its beginning leads to the state of today: nothing vanished, nothing was skipped."""
    state = None
    for entry in reversed(history(need)):
        if "state" in entry.changes:
            before, after = entry.changes["state"]
            assert before == state
            state = after
    assert state == need.state


@settings(HISTORIES, max_examples=60)
@given(steps=STEPS)
def test_quantities_stay_true_after_any_history(steps, everybody):
    with transaction.atomic():
        County(everybody).live(steps, after_each=check_laws)
        transaction.set_rollback(True)


def test_lines_of_one_promise_each_way(monday, guanli, kejiju, clerk, staff, handler):
    need = actions.post_need(guanli, by=clerk, detail="要五次检测", category="ZL", quantity=5)
    need = actions.accept_need(need, by=staff)
    row = actions.claim(need, by=handler, unit=kejiju, quantity=Decimal(3), due=dt.date(2026, 3, 20))

    (line,) = lines_of(need.pk)

    assert (line.requested, line.promised, line.delivered, line.open) == (5, 3, 0, 2)
    assert (promise_of(row).outstanding, promise_of(row).deliverable) == (3, 3)
