from dataclasses import dataclass

import pytest

from shuanglian.core.events import announce, on


@dataclass(frozen=True)
class BellRang:
    times: int


def test_receivers_hear_in_the_order_they_were_declared():
    heard = []
    on(BellRang)(lambda event: heard.append(("first", event.times)))
    on(BellRang)(lambda event: heard.append(("second", event.times)))

    announce(BellRang(3))

    assert heard == [("first", 3), ("second", 3)]


def test_a_failing_receiver_makes_the_act_fail():
    @dataclass(frozen=True)
    class DoorClosed:
        pass

    @on(DoorClosed)
    def refuse(event):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        announce(DoorClosed())
