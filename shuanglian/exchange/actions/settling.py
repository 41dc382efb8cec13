"""What follows from what people do with promises: the need's working state, and its end when all is done."""

from django.core.exceptions import ValidationError
from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.audit import record
from shuanglian.core.clock import now
from shuanglian.core.events import announce
from shuanglian.exchange.actions.deadline import drop_deadlines
from shuanglian.exchange.choices import LIVE, CommitmentState, Ending, NeedState, Outcome, Verdict
from shuanglian.exchange.events import NeedClosed
from shuanglian.exchange.models import Closure, Confirmation, Need
from shuanglian.exchange.queries.ledger import Line, Promise, lines_of
from shuanglian.exchange.states import NEED

_STEADY = (NeedState.DRAFT, NeedState.SUBMITTED, NeedState.RETURNED, NeedState.CLOSED)


def settle(need: Need, *, by: User, note: str = "") -> None:
    """Bring the need's working state in line with its promises; close it when every line is settled.

    The caller holds the lock on the need and has asked permission for what was done.
    """
    if need.state in _STEADY:
        return
    lines = lines_of(need.pk)
    promises = [p for line in lines for p in line.promises]
    if _all_done(lines, promises):
        finish_need(need, by=by, outcome=_outcome(need), ending=_ending(need), note="")
        return
    target = _working_state(lines, promises)
    if target == NeedState.OPEN and need.opened_at is None:
        # a booking whose unit withdrew waits like any other
        need.opened_at = now()
        need.save(update_fields=["opened_at", "updated"])
    if target != need.state:
        NEED.follow(need, target, by=by, note=note)


def require_answers(need: Need) -> None:
    """A report of a unit is answered before its need ends in another way: what was done is not passed over.

    Raises:
        ValidationError: the requester has not said yet whether it is solved.
    """
    promises = [p for line in lines_of(need.pk) for p in line.promises]
    asking = [
        p.commitment for p in promises if p.pending > 0 and p.commitment.state == CommitmentState.ACTIVE
    ]
    if asking:
        units = "、".join(dict.fromkeys(commitment.unit.name for commitment in asking))
        raise ValidationError(
            f"{units}报了办理结果，还没有人回答解决了没有。请先回答：已解决、部分解决或者还没有；"
            "不用再办了，选“部分解决”，再勾“到此为止”。"
        )


@transaction.atomic
def finish_need(need: Need, *, by: User, outcome: str, ending: str, note: str) -> Closure:
    """Write the closure that follows from the receiver's word and move the need to its end."""
    NEED.follow(need, NeedState.CLOSED, by=by)
    return write_closure(need, by=by, outcome=outcome, ending=ending, reason=note)


@transaction.atomic
def write_closure(need: Need, *, by: User, outcome: str, ending: str, reason: str) -> Closure:
    """The third fact: how it ended. Running time limits end with it."""
    closure = Closure(county=need.county, need=need, outcome=outcome, ending=ending, reason=reason, by=by)
    closure.full_clean()
    closure.save()
    record(closure, "close", by=by, note=reason)
    drop_deadlines(need, by=by)
    announce(NeedClosed(need, closure))
    return closure


def _all_done(lines: list[Line], promises: list[Promise]) -> bool:
    living = any(p.commitment.state in LIVE for p in promises)
    finished = any(p.commitment.state == CommitmentState.FINISHED for p in promises)
    return finished and not living and all(line.settled <= 0 for line in lines)


def _outcome(need: Need) -> str:
    """Fulfilled only when the last word on every finished promise was "solved"."""
    words = Confirmation.objects.filter(
        delivery__commitment__need=need,
        delivery__commitment__state=CommitmentState.FINISHED,
        delivery__corrects=None,
    ).order_by("pk")
    last = dict(words.values_list("delivery__commitment_id", "verdict"))
    return Outcome.FULFILLED if set(last.values()) == {Verdict.SOLVED} else Outcome.PARTLY


def _ending(need: Need) -> str:
    last = Confirmation.objects.filter(delivery__commitment__need=need).order_by("-pk").first()
    return Ending.SILENCE if last is not None and last.confirmer == "silence" else Ending.CONFIRMED


def _working_state(lines: list[Line], promises: list[Promise]) -> str:
    active = [p.commitment for p in promises if p.commitment.state == CommitmentState.ACTIVE]
    if not active:
        asked = any(p.commitment.state == CommitmentState.REQUESTED for p in promises)
        booked = asked and all(p.commitment.mode == "booked" for p in promises)
        return NeedState.BOOKED if booked else NeedState.OPEN
    if all(c.reported_on for c in active) and all(line.open <= 0 for line in lines):
        return NeedState.DONE
    if any(c.contacted_on or c.reported_on for c in active):
        return NeedState.IN_PROGRESS
    return NeedState.CLAIMED
