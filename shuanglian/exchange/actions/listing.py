"""印发清单: a list is frozen as it is today, with the next issue number; nothing in it ever changes again."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record
from shuanglian.core.clock import today
from shuanglian.exchange.choices import ListKind
from shuanglian.exchange.models import ListIssue
from shuanglian.exchange.queries.lists import list_rows, quarter_start


@transaction.atomic
def issue_list(kind: str, *, by: User, first: dt.date | None = None) -> ListIssue:
    """Issue 《项目需求清单》 or 《共享开放清单》 of today; needs since ``first`` (default: this quarter) or under way.

    Raises:
        ValidationError: the list would be empty.
    """
    require(by, "exchange.issue_list")
    if kind not in ListKind.values:
        raise ValidationError({"kind": "请选项目需求清单或共享开放清单"})
    day = today()
    rows = list_rows(kind, by.county, first=first or quarter_start(day), last=day)
    if not rows:
        raise ValidationError("现在没有可以印发的内容。")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"list_issue:{by.county}:{kind}"])
    last = ListIssue.objects.filter(county=by.county, kind=kind).aggregate(last=Max("version"))["last"] or 0
    issue = ListIssue.objects.create(
        county=by.county, kind=kind, version=last + 1, issued_on=day, rows=rows, by=by
    )
    record(issue, "issue", by=by)
    return issue
