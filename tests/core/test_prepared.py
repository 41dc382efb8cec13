import datetime as dt

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from shuanglian.core.models import CalendarDay
from shuanglian.core.prepared import Prepared, given

DAYS = [dt.date(2025, 1, day) for day in (1, 2, 3)]


@pytest.fixture
def days(db):
    CalendarDay.objects.all().delete()
    rows = [CalendarDay(day=day, is_workday=day.day > 1, note="元旦" if day.day == 1 else "") for day in DAYS]
    return CalendarDay.objects.bulk_create(rows)


def test_values_come_with_each_call(days):
    since = Prepared(lambda: CalendarDay.objects.filter(day__gte=given("first")).order_by("day"))
    assert since.rows(first=DAYS[0]) == days
    assert since.rows(first=DAYS[2]) == days[2:]
    assert [row.note for row in since.rows(first=DAYS[0])] == ["元旦", "", ""]


def test_a_list_is_one_parameter_however_long(days):
    among = Prepared(lambda: CalendarDay.objects.filter(day__any=given("days")).order_by("-day"))
    assert among.rows(days=DAYS[:2]) == days[1::-1]
    with CaptureQueriesContext(connection) as asked:
        assert among.rows(days=[]) == []
        assert among.rows(days=DAYS) == days[::-1]
    assert len(asked) == 2
    assert len(among._params) == 1


def test_tuples_of_sums(days):
    counted = Prepared(
        lambda: (
            CalendarDay.objects.filter(day__any=given("days"), note=given("note"))
            .order_by()
            .values_list("is_workday")
            .annotate(n=Count("pk"))
        )
    )
    assert counted.tuples(days=DAYS, note="") == [(True, 2)]
    assert counted.tuples(note="元旦", days=DAYS) == [(False, 1)]


def test_the_query_is_built_once(days):
    built = []

    def build():
        built.append(1)
        return CalendarDay.objects.filter(day=given("day"))

    one = Prepared(build)
    assert [one.rows(day=day) for day in DAYS] == [[row] for row in days]
    assert built == [1]


def test_hostile_text_stays_text(days):
    noted = Prepared(lambda: CalendarDay.objects.filter(note=given("note")))
    assert noted.rows(note="' OR ''='") == []


def test_a_value_that_is_missing_is_a_mistake(days):
    noted = Prepared(lambda: CalendarDay.objects.filter(note=given("note")))
    with pytest.raises(KeyError, match="note"):
        noted.rows()
