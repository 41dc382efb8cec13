import datetime as dt

from shuanglian.core import clock


def test_today_is_the_day_in_shanghai(time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 8, 16, 30, tzinfo=dt.UTC), tick=False)

    assert clock.today() == dt.date(2026, 3, 9)


def test_the_clock_stands_where_it_is_told_and_goes_on_after():
    then = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

    with clock.at(then):
        assert clock.now() == then

    assert clock.now() > then
