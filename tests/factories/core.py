import factory

from shuanglian.core.models import Term


class TermFactory(factory.django.DjangoModelFactory):
    """A word of a dictionary that only tests know."""

    class Meta:
        model = Term

    dictionary = "colour"
    code = factory.Sequence(lambda n: f"C{n:05d}")
    name = factory.Sequence(lambda n: f"颜色{n:05d}")
    position = factory.Sequence(lambda n: n)
