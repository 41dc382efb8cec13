import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from shuanglian.core.models import Notice
from shuanglian.exchange import actions
from shuanglian.exchange.models import Closure, Confirmation
from shuanglian.exchange.queries import silent_deliveries
from shuanglian.exchange.tasks import close_silent, watch_deadlines

pytestmark = pytest.mark.django_db


def move(time_machine, text):
    time_machine.move_to(dt.datetime.fromisoformat(f"{text}T09:00:00+08:00"), tick=False)


def told(user, kind):
    return [n.text for n in Notice.objects.filter(user=user, kind=kind).order_by("pk")]


def test_three_working_days_ahead_the_handler_is_reminded_once(promise, handler, system, time_machine):
    move(time_machine, "2026-03-25")

    assert actions.watch_deadlines("140921", by=system) == (1, 1)  # resolve is near, first contact was missed
    assert actions.watch_deadlines("140921", by=system) == (0, 0)
    assert told(handler, "deadline") == [
        "“模具寿命短，想找热处理专家”办结还有不到 3 个工作日（3月30日）",
        "“模具寿命短，想找热处理专家”首次对接已超期（3月12日）",
    ]


def test_a_missed_day_reaches_handler_and_staff(promise, handler, staff, system, time_machine):
    move(time_machine, "2026-03-31")

    actions.watch_deadlines("140921", by=system)

    assert told(staff, "deadline") == told(handler, "deadline") != []


def test_a_need_nobody_claims_is_announced_once(opened, staff, system, time_machine):
    move(time_machine, "2026-03-17")

    actions.watch_deadlines("140921", by=system)
    actions.watch_deadlines("140921", by=system)

    assert told(staff, "deadline") == ["“模具寿命短，想找热处理专家”认领已超期（3月16日）"]


def test_a_stopped_clock_is_not_late(promise, handler, system, time_machine):
    for row in promise.deadlines.all():
        actions.stop_clock(row, by=handler, reason="等图纸")
    move(time_machine, "2026-05-08")

    assert actions.watch_deadlines("140921", by=system) == (0, 0)


def test_silence_of_ten_working_days_closes_as_unconfirmed(delivery, opened, system, time_machine):
    move(time_machine, "2026-03-23")
    close_silent(0)
    assert Confirmation.objects.count() == 0

    move(time_machine, "2026-03-24")
    close_silent(0)

    opened.refresh_from_db()
    closure = Closure.objects.get(need=opened)
    assert (opened.state, closure.outcome, closure.ending) == ("closed", "fulfilled", "silence")
    assert Confirmation.objects.get().confirmer == "silence"
    assert silent_deliveries("140921") == []


def test_only_the_system_watches(staff):
    with pytest.raises(PermissionDenied):
        actions.watch_deadlines("140921", by=staff)


def test_offers_about_to_lapse_ask_for_renewal_once(kejiju, handler, staff, system, monday):
    offer = actions.post_offer(
        kejiju, by=handler, title="检测", category="ZL", valid_until=dt.date(2026, 3, 20), capacity=3
    )
    offer = actions.publish_offer(offer, by=staff)

    assert (actions.ask_renewals("140921", by=system), actions.ask_renewals("140921", by=system)) == (1, 0)
    assert told(handler, "renewal") == ["“检测”有效期到 3月20日，还开放的话请点一下续期"]
    actions.renew_offer(offer, by=handler, valid_until=dt.date(2026, 3, 22))
    assert actions.ask_renewals("140921", by=system) == 1


def test_the_morning_job_runs(promise, system):
    watch_deadlines(0)
