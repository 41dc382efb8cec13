"""Time-limit rules: a change is a new version with a day it starts on; what was worked out by an old one stays."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record
from shuanglian.core.clock import today
from shuanglian.core.dictionary import check
from shuanglian.exchange.choices import DeadlineKind
from shuanglian.exchange.models import DeadlineRule

MOST_DAYS = 120  # working days: about half a year; longer is no time limit


@transaction.atomic
def add_rule(
    *, by: User, kind: str, days: int, valid_from: dt.date, category: str = "", complex: bool = False
) -> DeadlineRule:
    """Say how many working days a step may take from a day on, for one category or (empty) for all of them.

    Raises:
        PermissionDenied: not of the committee.
        ValidationError: no such step or category, no sensible number of days, or a day that has passed.
    """
    require(by, "exchange.add_deadlinerule")
    _require_sense(kind, category, days, valid_from)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"deadline_rule:{by.county}"])
    same = DeadlineRule.objects.filter(county=by.county, kind=kind, category=category, complex=complex)
    last = same.aggregate(last=Max("version"))["last"] or 0
    rule = DeadlineRule.objects.create(
        county=by.county,
        kind=kind,
        category=category,
        complex=complex,
        days=days,
        version=last + 1,
        valid_from=valid_from,
    )
    record(rule, "create", by=by)
    return rule


@transaction.atomic
def revise_rule(rule: DeadlineRule, *, by: User, days: int, valid_from: dt.date) -> DeadlineRule:
    """The next version of a rule. The row itself stays as it is: running time limits refer to it.

    Raises:
        PermissionDenied, ValidationError: as ``add_rule``; or the number of days is the same.
    """
    require(by, "exchange.change_deadlinerule", rule)
    if days == rule.days:
        raise ValidationError({"days": f"现在就是 {days} 个工作日，没有变化"})
    return add_rule(
        by=by,
        kind=rule.kind,
        category=rule.category,
        complex=rule.complex,
        days=days,
        valid_from=valid_from,
    )


def _require_sense(kind: str, category: str, days: int, valid_from: dt.date) -> None:
    errors = {}
    if kind not in DeadlineKind.values:
        errors["kind"] = "请选一个环节"
    if not 1 <= days <= MOST_DAYS:
        errors["days"] = f"要在 1 到 {MOST_DAYS} 个工作日之间"
    if valid_from < today():
        errors["valid_from"] = "启用日期不能早于今天：已经算好的时限不往回改"
    if errors:
        raise ValidationError(errors)
    if category:
        check("need_category", category, "category", valid_from)
