import datetime as dt

from demo.histories import REST, tell
from shuanglian.core.clock import SHANGHAI, now

NINE = dt.datetime(2026, 3, 9, 9, 0, tzinfo=SHANGHAI)
HOUR = dt.timedelta(hours=1)


def story(name, hours, told):
    for hour in hours:
        yield NINE + hour * HOUR
        told.append((name, (now() - NINE) // HOUR))


def test_stories_go_on_in_the_order_of_their_moments_with_the_clock_at_each():
    told = []
    steps = tell([story("a", [0, 3], told), story("b", [1, 2, 5], told)])
    assert told == [("a", 0), ("b", 1), ("b", 2), ("a", 3), ("b", 5)]
    assert steps == 5


def test_the_clock_is_given_back(time_machine):
    time_machine.move_to(NINE + 100 * HOUR, tick=False)
    tell([story("a", [0], [])])
    assert now() == NINE + 100 * HOUR


def test_a_rest_comes_before_the_first_step_and_now_and_then():
    rests = []
    tell([story("a", range(REST + 1), [])], rest=lambda: rests.append(1))
    assert len(rests) == 2
