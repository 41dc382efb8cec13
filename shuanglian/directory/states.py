"""How an organisation leaves the current lists and comes back, as a table of moves over its registration."""

from shuanglian.core.states import Machine, Move
from shuanglian.directory.choices import Registration

_CLOSE = "directory.close_organization"

ORGANIZATION = Machine(
    (
        Move("suspend", "登记停业", (Registration.ACTIVE,), Registration.SUSPENDED, _CLOSE, needs_note=True),
        Move(
            "cancel",
            "登记注销",
            (Registration.ACTIVE, Registration.SUSPENDED),
            Registration.CANCELLED,
            _CLOSE,
            needs_note=True,
            danger=True,
        ),
        Move(
            "move_away",
            "登记迁出",
            (Registration.ACTIVE, Registration.SUSPENDED),
            Registration.MOVED,
            _CLOSE,
            needs_note=True,
            danger=True,
        ),
        Move(
            "reopen",
            "改回在业",
            (Registration.SUSPENDED, Registration.CANCELLED, Registration.MOVED),
            Registration.ACTIVE,
            _CLOSE,
            needs_note=True,
        ),
        Move(
            "merge",
            "并入另一家",
            (Registration.ACTIVE, Registration.SUSPENDED, Registration.CANCELLED, Registration.MOVED),
            Registration.MERGED,
            "directory.merge_organizations",
            by_hand=False,
        ),
    ),
    field="registration",
)
