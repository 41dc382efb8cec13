import factory

from shuanglian.matching.models import LexiconEntry


class LexiconEntryFactory(factory.django.DjangoModelFactory):
    """A kind of service that the shipped dictionary does not know."""

    class Meta:
        model = LexiconEntry

    key = factory.Sequence(lambda n: f"AA-{n:05d}")
    category = "ZC"
    service = factory.Sequence(lambda n: f"第{n:05d}种服务")
    words = "锤头修复\n锤头更换"
    talk = "锤子打不动了"
