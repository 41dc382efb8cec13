import datetime as dt
from decimal import Decimal

import factory

from shuanglian.exchange.choices import CommitmentState, Mode, NeedState, OfferState
from shuanglian.exchange.models import (
    AgendaItem,
    Commitment,
    DeadlineRule,
    Need,
    NeedItem,
    Offer,
    OfferItem,
    ReplyTemplate,
    StateWord,
    StepCheck,
)
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganizationFactory, PartnerUnitFactory

COUNTY = "140921"
OPENED = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)


class NeedFactory(factory.django.DjangoModelFactory):
    """An open need with one line of one time."""

    class Meta:
        model = Need
        skip_postgeneration_save = True

    county = COUNTY
    number = factory.Sequence(lambda n: f"XQ2025{n:04d}")
    organization = factory.SubFactory(OrganizationFactory)
    division = factory.SelfAttribute("organization.division")
    entered_by = factory.SubFactory(UserFactory)
    category = "KJ"
    title = factory.Sequence(lambda n: f"模具寿命短，想找热处理专家（{n}）")
    state = NeedState.OPEN
    submitted_at = OPENED
    opened_at = OPENED

    @factory.post_generation
    def requested(self, create, extracted, **kwargs):
        if create:
            NeedItem.objects.create(need=self, text=self.title, requested=extracted or Decimal(1))


class OfferFactory(factory.django.DjangoModelFactory):
    """A published standing offer with a capacity of ten a month."""

    class Meta:
        model = Offer
        skip_postgeneration_save = True

    county = COUNTY
    number = factory.Sequence(lambda n: f"GX2025{n:04d}")
    unit = factory.SubFactory(PartnerUnitFactory)
    entered_by = factory.SubFactory(UserFactory)
    category = "KJ"
    title = factory.Sequence(lambda n: f"技改专家入企（{n}）")
    standing = True
    period = "month"
    state = OfferState.PUBLISHED
    published_at = OPENED

    @factory.post_generation
    def capacity(self, create, extracted, **kwargs):
        if create:
            OfferItem.objects.create(offer=self, text=self.title, capacity=extracted or Decimal(10))


class CommitmentFactory(factory.django.DjangoModelFactory):
    """An active promise for one time."""

    class Meta:
        model = Commitment

    county = COUNTY
    number = factory.Sequence(lambda n: f"DJ2025{n:04d}")
    need = factory.SubFactory(NeedFactory)
    need_item = factory.LazyAttribute(lambda row: row.need.items.get())
    unit = factory.SubFactory(PartnerUnitFactory)
    quantity = Decimal(1)
    mode = Mode.CLAIMED
    state = CommitmentState.ACTIVE


class DeadlineRuleFactory(factory.django.DjangoModelFactory):
    """One more version of the time to claim what is about technology."""

    class Meta:
        model = DeadlineRule

    county = COUNTY
    kind = "claim"
    category = "KJ"
    days = 5
    version = factory.Sequence(lambda n: n + 1)
    valid_from = dt.date(2026, 1, 1)


class ReplyTemplateFactory(factory.django.DjangoModelFactory):
    """A reason to return a need."""

    class Meta:
        model = ReplyTemplate

    county = COUNTY
    occasion = "return"
    title = factory.Sequence(lambda n: f"请补充第{n:05d}样")
    body = "请补充需要的数量。"


class StepCheckFactory(factory.django.DjangoModelFactory):
    """Something to look at before a need is accepted."""

    class Meta:
        model = StepCheck

    county = COUNTY
    step = "accept"
    text = factory.Sequence(lambda n: f"第{n:05d}样看过了")


class StateWordFactory(factory.django.DjangoModelFactory):
    """The words of one more state, which no need is ever in."""

    class Meta:
        model = StateWord

    county = COUNTY
    kind = "need"
    code = factory.Sequence(lambda n: f"s{n:05d}")
    name = factory.Sequence(lambda n: f"第{n:05d}步")


class AgendaItemFactory(factory.django.DjangoModelFactory):
    """A need nobody claimed, for the meeting of the first quarter."""

    class Meta:
        model = AgendaItem

    county = COUNTY
    need = factory.SubFactory(NeedFactory)
    quarter = dt.date(2026, 1, 1)
    reason = factory.Sequence(lambda n: f"认领时限 3月9日 已过，没有单位认领（{n:05d}）")
    by = factory.SubFactory(UserFactory)
