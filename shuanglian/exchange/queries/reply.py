"""Ready-made replies for staff and handlers."""

from typing import Any

from django.db.models import Q

from shuanglian.core.access import can
from shuanglian.core.clock import today
from shuanglian.exchange.models import ReplyTemplate

MOST = 8  # chips beneath one field


def replies_for(user: Any, occasion: str, category: str = "") -> list[ReplyTemplate]:
    """The sentences in use for an occasion: those of the category first, then those for every category."""
    if not can(user, "exchange.view_replytemplate"):
        return []
    in_use = Q(ended_on=None) | Q(ended_on__gt=today())
    rows = ReplyTemplate.objects.filter(
        in_use, county=user.county, occasion=occasion, category__in={"", category}
    )
    return list(rows.order_by("-category", "position", "pk")[:MOST])
