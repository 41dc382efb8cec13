import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.exchange import actions
from shuanglian.exchange.queries import Axis
from shuanglian.exchange.queries.detail import need_detail

pytestmark = pytest.mark.django_db


def test_everything_about_a_need_is_there(delivery, clerk, handler, staff):
    need = delivery.commitment.need
    actions.send_message(need, by=clerk, body="什么时候来？")
    detail = need_detail(need)

    assert detail.axes == (Axis.FULL, Axis.NONE)
    (held,) = detail.held
    assert (held.commitment.unit.name, held.measure, held.waiting.delivery) == ("县科技局", "次", delivery)
    assert [m.body for m in detail.messages] == ["什么时候来？"]
    assert [limit.deadline.kind for limit in detail.limits] == ["confirm"]
    assert (detail.limits[0].days_left, detail.limits[0].is_promised) == (14, False)
    assert (detail.is_open, detail.closure, detail.due()) == (False, None, dt.date(2026, 3, 23))
    assert [(e.kind.model, e.verb) for e in detail.entries] == [
        ("need", "create"),
        ("need", "submit"),
        ("need", "accept"),
        ("commitment", "claim"),
        ("need", "claim"),
        ("delivery", "deliver"),
        ("need", "report"),
    ]


def test_a_promised_day_is_told_apart_from_a_rule(opened, handler, kejiju):
    actions.claim(opened, by=handler, unit=kejiju, due=dt.date(2026, 3, 20))

    assert [(x.deadline.kind, x.is_promised) for x in need_detail(opened).limits] == [
        ("first_contact", False),
        ("resolve", True),
    ]


def test_after_the_word_nothing_waits(delivery, clerk):
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    need = delivery.commitment.need
    need.refresh_from_db()
    detail = need_detail(need)

    assert (detail.held[0].waiting, detail.living, len(detail.finished), detail.limits) == (None, [], 1, [])
    assert detail.closure.outcome == "fulfilled"


def test_query_count_does_not_grow(opened, handler, kejiju, clerk):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            need_detail(opened)
        return len(seen)

    row = actions.claim(opened, by=handler, unit=kejiju)
    actions.note_progress(row, by=handler, body="看过了")
    asked()
    one = asked()
    for n in range(10):
        actions.note_progress(row, by=handler, body=f"第 {n} 次")
        actions.send_message(opened, by=clerk, body=f"第 {n} 句")

    assert asked() == one
