"""The registers of rules: time limits with all their versions, ready-made replies, and the words of states."""

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from shuanglian.core.access import can
from shuanglian.core.clock import today
from shuanglian.exchange.models import DeadlineRule, ReplyTemplate, StateWord

IN_FORCE, TO_COME, REPLACED = "now", "later", "past"
STANDS = {IN_FORCE: "现在用", TO_COME: "以后启用", REPLACED: "已被替换"}


def rules_visible_to(user: Any) -> QuerySet[DeadlineRule]:
    """All versions of the county's time limits, each with how it ``stands`` today."""
    if not can(user, "exchange.view_deadlinerule"):
        return DeadlineRule.objects.none()
    day = today()
    same = DeadlineRule.objects.filter(
        county=OuterRef("county"),
        kind=OuterRef("kind"),
        category=OuterRef("category"),
        complex=OuterRef("complex"),
        valid_from__lte=day,
    )
    later = Q(valid_from__gt=OuterRef("valid_from")) | Q(
        valid_from=OuterRef("valid_from"), version__gt=OuterRef("version")
    )
    stands = Case(
        When(valid_from__gt=day, then=Value(TO_COME)),
        When(Exists(same.filter(later)), then=Value(REPLACED)),
        default=Value(IN_FORCE),
        output_field=CharField(),
    )
    return DeadlineRule.objects.filter(county=user.county).annotate(stands=stands)


def replies_visible_to(user: Any) -> QuerySet[ReplyTemplate]:
    """The county's ready-made replies, also those that ended, for who may use them."""
    if not can(user, "exchange.view_replytemplate"):
        return ReplyTemplate.objects.none()
    return ReplyTemplate.objects.filter(county=user.county)


def words_visible_to(user: Any) -> QuerySet[StateWord]:
    """What the county calls each state."""
    if not can(user, "exchange.view_stateword"):
        return StateWord.objects.none()
    return StateWord.objects.filter(county=user.county)
