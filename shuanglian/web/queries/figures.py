"""How many needs stand at which step, and the newest: for the strip of the desk and the public home.

Counts are taken over what the hall lists for the same person, so that the list behind a figure has as many rows.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import QueryDict

from shuanglian.exchange.choices import STEP_OF_STATE, STEPS, NeedState
from shuanglian.exchange.queries.hall import LISTED, NeedRow, hall_needs, rows_of, with_due

NEWEST = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One of the six steps: how many needs stand there now, in words by state, and the query of their list."""

    number: int
    name: str
    count: int
    text: str
    query: str


def steps_for(user: Any) -> list[Step]:
    """The six steps with the present number of needs each. One query."""
    counted = dict(hall_needs(user).order_by().values_list("state").annotate(Count("pk")))
    return [_step(number, counted) for number in range(1, len(STEPS) + 1)]


def _step(number: int, counted: dict[str, int]) -> Step:
    states = [state for state in LISTED if STEP_OF_STATE[state] == number]
    query = QueryDict(mutable=True)
    query.setlist("state", [state.value for state in states])
    words = "、".join(f"{NeedState(s).label} {counted[s]}" for s in states if counted.get(s))
    total = sum(counted.get(state, 0) for state in states)
    return Step(number, STEPS[number - 1], total, words, f"?{query.urlencode()}")


def newest_needs(user: Any) -> list[NeedRow]:
    """The latest needs somebody may see; six queries whatever their number."""
    return rows_of(with_due(hall_needs(user)).order_by("-opened_at", "-pk")[:NEWEST])
