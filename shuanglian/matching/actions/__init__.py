"""What can be done with suggestions, and how vectors are kept. Every verb: permission, validity, save, history."""

from shuanglian.matching.actions.suggestion import decline_suggestion, let_lapse, suggest, take_up
from shuanglian.matching.actions.vector import calm_marks, forget_vectors, keep_vectors

__all__ = [
    "calm_marks",
    "decline_suggestion",
    "forget_vectors",
    "keep_vectors",
    "let_lapse",
    "suggest",
    "take_up",
]
