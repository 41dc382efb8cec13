"""The lists that were issued: which there are, and who may take which edition."""

from typing import Any

from django.conf import settings
from django.db.models import F, Func, IntegerField, QuerySet

from shuanglian.exchange.models import ListIssue

MOST = 60  # issues of a kind on the page: fifteen years of quarters


def issues_visible_to(user: Any) -> QuerySet[ListIssue]:
    """Every issue of the county, newest first; who is not signed in sees this installation's.

    The rows as they were issued are left out; ``amount`` says how many there are.
    """
    county = user.county if user.is_authenticated else settings.SHUANGLIAN_COUNTY
    amount = Func(F("rows"), function="jsonb_array_length", output_field=IntegerField())
    return ListIssue.objects.filter(county=county).annotate(amount=amount).defer("rows").order_by("-version")
