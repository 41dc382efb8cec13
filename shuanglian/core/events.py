"""Announcements that travel up: a lower app says what happened, inside the transaction; upper apps may react.

The lower app is correct without any receiver. An event is a frozen dataclass named in the past tense; receivers stand
in ``receivers.py`` and are found at start.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Receiver = TypeVar("Receiver", bound=Callable[[Any], None])
_receivers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def on(event: type) -> Callable[[Receiver], Receiver]:
    """Declare a function as a receiver of one kind of event."""

    def declare(receiver: Receiver) -> Receiver:
        _receivers[event].append(receiver)
        return receiver

    return declare


def announce(event: object) -> None:
    """Tell all receivers, in the order they were declared; a receiver that fails makes the act fail."""
    for receiver in _receivers[type(event)]:
        receiver(event)
