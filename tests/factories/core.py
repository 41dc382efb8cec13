import datetime as dt

import factory

from shuanglian.core.models import CalendarDay, Term


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
