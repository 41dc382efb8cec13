"""What can be asked of matching: suggestions for a need, needs for an offer, and what is worth a look for a unit."""

from shuanglian.matching.queries.serving import Served, needs_for
from shuanglian.matching.queries.suggestion import Suggestions, category_of, suggestions_for
from shuanglian.matching.queries.vectors import unfit_ids

__all__ = ["Served", "Suggestions", "category_of", "needs_for", "suggestions_for", "unfit_ids"]
