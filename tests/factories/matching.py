from typing import ClassVar

import factory

from shuanglian.exchange.choices import MatchOrigin, MatchState
from shuanglian.exchange.models import Match
from shuanglian.matching.engine.rank import as_values, load
from shuanglian.matching.models import FittedWeights, LexiconEntry
from tests.factories.exchange import COUNTY, NeedFactory, OfferFactory


class LexiconEntryFactory(factory.django.DjangoModelFactory):
    """A kind of service that the shipped dictionary does not know."""

    class Meta:
        model = LexiconEntry

    key = factory.Sequence(lambda n: f"AA-{n:05d}")
    category = "ZC"
    service = factory.Sequence(lambda n: f"第{n:05d}种服务")
    words = "锤头修复\n锤头更换"
    talk = "锤子打不动了"


class MatchFactory(factory.django.DjangoModelFactory):
    """A resource that was suggested for a need."""

    class Meta:
        model = Match

    county = COUNTY
    need_item = factory.LazyAttribute(lambda row: NeedFactory(**row.of_need).items.get())
    offer_item = factory.LazyAttribute(lambda row: OfferFactory().items.get())
    unit = factory.SelfAttribute("offer_item.offer.unit")
    origin = MatchOrigin.SYSTEM
    state = MatchState.SUGGESTED

    class Params:
        of_need: ClassVar[dict[str, str]] = {}


class FittedWeightsFactory(factory.django.DjangoModelFactory):
    """An attempt to fit the weights that was not better."""

    class Meta:
        model = FittedWeights

    needs = 120
    values = factory.LazyFunction(lambda: as_values(load()))
    before = 0.94
    after = 0.93
    in_use = False
