import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core import actions, queries
from shuanglian.core.models import Notice, NoticePreference, Pace
from shuanglian.core.notify import tell, unread
from shuanglian.exchange.receivers import CLAIMED, PLACE

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monday, clerk, staff):
    """One thing at once, one that comes with tomorrow's digest."""
    tell([clerk], PLACE, "“锻件无损检测”有名额了", "/offers/1/")
    tell([clerk, staff], CLAIMED, "县科技局认领了需求", "/needs/1/")
    return Notice.objects.get(user=clerk, kind=PLACE.code)


def test_reading_a_notice_keeps_the_moment_of_the_first_time(told, clerk, time_machine):
    actions.read_notice(told, by=clerk)
    first = told.read_at
    time_machine.move_to(dt.datetime(2026, 3, 9, 3, 0, tzinfo=dt.UTC), tick=False)
    actions.read_notice(told, by=clerk)

    assert (told.read_at, unread(clerk)) == (first, 0)


def test_nobody_reads_what_was_sent_to_somebody_else(told, staff):
    with pytest.raises(PermissionDenied):
        actions.read_notice(told, by=staff)

    assert Notice.objects.get(pk=told.pk).read_at is None


def test_reading_all_leaves_what_has_not_come_yet_and_other_people_alone(told, clerk, time_machine):
    assert actions.read_all_notices(by=clerk) == 1

    time_machine.move_to(dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC), tick=False)
    assert [n.text for n in Notice.objects.filter(user=clerk, read_at=None)] == ["县科技局认领了需求"]
    assert Notice.objects.filter(read_at=None).count() == 2


def test_a_chosen_pace_holds_from_the_next_notice_on(told, clerk):
    actions.choose_paces({CLAIMED.code: Pace.AT_ONCE, PLACE.code: Pace.NEVER}, by=clerk)
    actions.choose_paces({CLAIMED.code: Pace.AT_ONCE}, by=clerk)

    assert [tell([clerk], kind, "又有了", "/") for kind in (CLAIMED, PLACE)] == [1, 0]
    assert unread(clerk) == 2
    assert NoticePreference.objects.count() == 2


def test_kinds_and_paces_that_do_not_exist_are_refused(clerk):
    with pytest.raises(ValidationError) as refused:
        actions.choose_paces({"gossip": Pace.NEVER, PLACE.code: "hourly"}, by=clerk)

    assert refused.value.message_dict == {
        "gossip": ["没有这种提醒"],
        "place": ["请从列出的提醒方式里选一个"],
    }


def test_what_one_was_told_stands_under_the_day_it_came(told, clerk, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC), tick=False)

    assert [(t.day, [n.text for n in t.notices]) for t in queries.told(clerk, 0, 10)] == [
        (dt.date(2026, 3, 10), ["县科技局认领了需求"]),
        (dt.date(2026, 3, 9), ["“锻件无损检测”有名额了"]),
    ]
    assert [t.day for t in queries.told(clerk, 1, 10)] == [dt.date(2026, 3, 9)]


# asked of an enterprise, of a unit, of the office, of all sides, of everybody
WHOSE = ("delivered", "asked", "need_new", "message", "suggestion")


def test_everybody_can_say_how_of_every_kind_that_reaches_him(clerk, handler, staff):
    actions.choose_paces({CLAIMED.code: Pace.NEVER}, by=clerk)
    found = {kind.code: pace for kind, pace in queries.paces_of(clerk)}

    assert (found[CLAIMED.code], found[PLACE.code]) == (Pace.NEVER, Pace.AT_ONCE)
    reached = {
        user.username: [code in {kind.code for kind, _ in queries.paces_of(user)} for code in WHOSE]
        for user in (clerk, handler, staff)
    }
    assert reached == {
        "guanli": [True, False, False, True, True],
        "kejiju": [False, True, False, True, True],
        "wangxiaolan": [False, False, True, True, True],
    }
