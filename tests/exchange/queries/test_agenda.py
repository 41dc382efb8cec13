import datetime as dt

import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.queries.agenda import (
    agenda_visible_to,
    first_day_of_quarter,
    quarter_words,
    still_to_discuss,
)

pytestmark = pytest.mark.django_db


def stands(user):
    return [(row.stands, row.asked) for row in agenda_visible_to(user)]


def test_an_item_settles_itself_when_somebody_claims(opened, staff, handler, kejiju, rsj):
    actions.propose_unit(opened, by=staff, unit=rsj, reason="去年办过")
    actions.put_on_agenda(opened, by=staff, reason="会上定")
    assert (stands(staff), still_to_discuss(staff).count()) == ([("waits", 1)], 1)

    actions.claim(opened, by=handler, unit=kejiju)

    assert (stands(staff), still_to_discuss(staff).count()) == ([("settled", 1)], 0)


def test_what_was_decided_stays(opened, staff, handler, kejiju):
    item = actions.put_on_agenda(opened, by=staff, reason="会上定")
    actions.discuss_item(item, by=staff, result="县科技局办", discussed_on=dt.date(2026, 3, 9))
    actions.claim(opened, by=handler, unit=kejiju)

    assert stands(staff) == [("discussed", 0)]


def test_who_reads_the_agenda(opened, staff, liaison, auditor, handler, clerk, township_clerk):
    actions.put_on_agenda(opened, by=staff, reason="会上定")

    found = [
        agenda_visible_to(user).count() for user in (staff, liaison, auditor, handler, clerk, township_clerk)
    ]
    assert found == [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("day", "first", "words"),
    [
        ("2026-01-01", "2026-01-01", "2026年第1季度"),
        ("2026-03-31", "2026-01-01", "2026年第1季度"),
        ("2026-04-01", "2026-04-01", "2026年第2季度"),
        ("2026-12-31", "2026-10-01", "2026年第4季度"),
    ],
)
def test_quarters(day, first, words):
    start = first_day_of_quarter(dt.date.fromisoformat(day))

    assert (start.isoformat(), quarter_words(start)) == (first, words)
