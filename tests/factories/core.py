import datetime as dt

import factory

from shuanglian.core.models import CalendarDay, Suggestion, Term


class TermFactory(factory.django.DjangoModelFactory):
    """A word of a dictionary that only tests know."""

    class Meta:
        model = Term

    dictionary = "colour"
    code = factory.Sequence(lambda n: f"C{n:05d}")
    name = factory.Sequence(lambda n: f"颜色{n:05d}")
    position = factory.Sequence(lambda n: n)


class CalendarDayFactory(factory.django.DjangoModelFactory):
    """A holiday of a year nobody has published yet."""

    class Meta:
        model = CalendarDay

    day = factory.Sequence(lambda n: dt.date(2060, 1, 1) + dt.timedelta(days=n))
    is_workday = False
    note = "放假"


class SuggestionFactory(factory.django.DjangoModelFactory):
    """Somebody who is not signed in finds the letters too small."""

    class Meta:
        model = Suggestion

    county = "140921"
    body = factory.Sequence(lambda n: f"第{n:05d}条：字太小了")
    answer_by = dt.date(2026, 3, 16)
