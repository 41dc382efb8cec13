"""After any history, two rows of one organisation become one: everything moves, and nothing is counted twice."""

import pytest
from django.db import transaction
from hypothesis import given, settings

from shuanglian.directory import actions as directory
from shuanglian.directory.queries import pointers
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries import lines_of
from shuanglian.web.queries.account import account_of
from tests.exchange.test_laws import HISTORIES, STEPS, County, check_laws

pytestmark = pytest.mark.django_db


def lines():
    """What every line of every need asked, was promised and got."""
    return {
        line.item.pk: (need.pk, line.requested, line.promised, line.delivered, line.open)
        for need in Need.objects.all()
        for line in lines_of(need.pk)
    }


def told(*accounts):
    """The rows of the accounts together, whoever they stand under."""
    asked = sorted((row.number, row.asked, row.promised, row.got) for one in accounts for row in one.asked)
    received = sorted((row.href, row.unit, row.amount) for one in accounts for row in one.received)
    return asked, received


def hanging(organization):
    """How many rows point to it, without those that were merged into it."""
    return sum(pointer.rows(organization.pk).count() for pointer in pointers() if not pointer.is_merging)


@settings(HISTORIES, max_examples=25)
@given(steps=STEPS)
def test_a_merged_account_is_the_sum_of_both(steps, everybody, guanli, haokun, staff):
    with transaction.atomic():
        county = County(everybody)
        county.book(0, 1)  # something of the other one's, whatever follows
        county.live(steps)
        before, both = lines(), told(account_of(guanli, staff), account_of(haokun, staff))
        rows = hanging(guanli) + hanging(haokun)

        directory.merge_organizations(guanli, haokun, by=staff)
        guanli.refresh_from_db()

        assert lines() == before
        assert told(account_of(guanli, staff)) == both
        assert hanging(haokun) == 0
        assert hanging(guanli) == rows
        check_laws(county)
        transaction.set_rollback(True)
