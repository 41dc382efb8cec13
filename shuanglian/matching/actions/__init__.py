"""What can be done with suggestions and with the plan, and how vectors are kept.

Every verb: permission, validity, save, history.
"""

from shuanglian.matching.actions.plan import (
    bar_offer,
    change_line,
    lock_line,
    make_plan,
    release_line,
    unbar_offers,
)
from shuanglian.matching.actions.sending import send_lines
from shuanglian.matching.actions.suggestion import decline_suggestion, let_lapse, suggest, take_up
from shuanglian.matching.actions.vector import calm_marks, forget_vectors, keep_vectors

__all__ = [
    "bar_offer",
    "calm_marks",
    "change_line",
    "decline_suggestion",
    "forget_vectors",
    "keep_vectors",
    "let_lapse",
    "lock_line",
    "make_plan",
    "release_line",
    "send_lines",
    "suggest",
    "take_up",
    "unbar_offers",
]
