"""The quarter in the life of one need (handbook 5.9), and the other chain, told with actions alone."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from shuanglian.core.audit import history
from shuanglian.exchange import actions
from shuanglian.exchange.choices import CommitmentState, NeedState
from shuanglian.exchange.models import Closure, Commitment, Deadline
from shuanglian.exchange.queries import Axis, lines_of, progress

pytestmark = pytest.mark.django_db


def the_need(guanli, clerk):
    return actions.post_need(
        guanli, by=clerk, detail="模具寿命短，想找热处理专家。最近三个月换了四套模具", category="KJ"
    )


def test_a_need_is_posted_accepted_claimed_delivered_confirmed(monday, guanli, kejiju, clerk, staff, handler):
    need = the_need(guanli, clerk)
    assert (need.number, need.title, need.state) == (
        "XQ20260001",
        "模具寿命短，想找热处理专家",
        NeedState.SUBMITTED,
    )

    need = actions.accept_need(need, by=staff)
    assert need.state == NeedState.OPEN

    commitment = actions.claim(need, by=handler, unit=kejiju)
    need.refresh_from_db()
    assert (commitment.quantity, commitment.due, need.state) == (
        Decimal(1),
        dt.date(2026, 3, 30),
        NeedState.CLAIMED,
    )

    actions.note_progress(commitment, by=handler, body="专家到厂看过，建议换热处理工艺")
    need.refresh_from_db()
    assert need.state == NeedState.IN_PROGRESS

    delivery = actions.record_delivery(commitment, by=handler, note="工艺改好，已试产")
    need.refresh_from_db()
    assert (need.state, progress(lines_of(need.pk))) == (NeedState.DONE, (Axis.FULL, Axis.NONE))

    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    need.refresh_from_db()
    commitment.refresh_from_db()
    assert (need.state, commitment.state) == (NeedState.CLOSED, CommitmentState.FINISHED)
    closure = Closure.objects.get(need=need)
    assert (closure.outcome, closure.ending) == ("fulfilled", "confirmed")
    assert progress(lines_of(need.pk)) == (Axis.FULL, Axis.FULL)

    actions.give_feedback(commitment, by=clerk, satisfaction="satisfied", words="来得快")
    assert [f.satisfaction for f in commitment.feedback.all()] == ["satisfied"]
    assert [e.verb for e in reversed(history(need))] == [
        "create",
        "submit",
        "accept",
        "claim",
        "start",
        "report",
        "complete",
    ]
    assert Deadline.objects.filter(need=need, met_on=None, dropped_on=None).count() == 0


def test_a_promise_that_ended_is_not_confirmed_any_more(delivery, clerk):
    Commitment.objects.update(state="withdrawn")

    with pytest.raises(ValidationError, match="这项对接已经结束，不用再确认"):
        actions.confirm_delivery(delivery, by=clerk, verdict="not_yet", note="还差一套")
