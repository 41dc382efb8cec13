"""How needs ended, in words, and whether an end may be contested."""

from shuanglian.exchange.choices import CONTESTABLE, NeedState
from shuanglian.exchange.models import Closure, Need


def last_closure(need: Need) -> Closure | None:
    """How the need ended last."""
    return need.closures.order_by("-pk").first()


def contestable(need: Need) -> bool:
    """Whether the need is closed with an answer that the organisation need not accept."""
    last = last_closure(need) if need.state == NeedState.CLOSED else None
    return last is not None and last.outcome in CONTESTABLE


def was_contested(need: Need) -> bool:
    """Whether the organisation has contested before; it may once."""
    return need.reopenings.filter(contests=True).exists()
