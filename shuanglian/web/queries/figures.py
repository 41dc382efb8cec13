"""How many needs stand at which step, and the newest: for the strip of the desk and the public home.

Counts are taken over what the hall lists for the same person, so that the list behind a figure has as many rows.
"""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from shuanglian.exchange.choices import STEP_OF_STATE, STEPS, StateKind
from shuanglian.exchange.models import state_name
from shuanglian.exchange.queries.counting import MOST, counted_each, figure
from shuanglian.exchange.queries.hall import LISTED, NeedRow, hall_needs, rows_of
from shuanglian.exchange.queries.pressing import with_due

NEWEST = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One of the six steps: how many needs stand there now, in words by state, and the query of their list."""

    number: int
    name: str
    count: int
    text: str
    query: str

    @property
    def figure(self) -> str:
        """The number as it is shown."""
        return figure(self.count, MOST)


def steps_for(user: Any) -> list[Step]:
    """The six steps with the present number of needs each, as far as the hall counts them. One query."""
    found = counted_each(hall_needs(user), "state", [state.value for state in LISTED], MOST)
    return [_step(number, found) for number in range(1, len(STEPS) + 1)]


def _step(number: int, found: dict[str, int]) -> Step:
    states = [state for state in LISTED if STEP_OF_STATE[state] == number]
    query = QueryDict(mutable=True)
    query.setlist("state", [state.value for state in states])
    words = "、".join(f"{state_name(StateKind.NEED, s)} {figure(found[s], MOST)}" for s in states if found[s])
    total = sum(found[state] for state in states)
    return Step(number, STEPS[number - 1], total, words, f"?{query.urlencode()}")


def newest_needs(user: Any) -> list[NeedRow]:
    """The latest needs somebody may see; six queries whatever their number."""
    return rows_of(with_due(hall_needs(user)).order_by("-opened_at", "-pk")[:NEWEST])
