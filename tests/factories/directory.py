import datetime as dt

import factory

from shuanglian.directory.choices import BranchKind, Level, OrganizationKind, UnitKind
from shuanglian.directory.models import (
    BranchHost,
    Division,
    Mandate,
    NotSame,
    Organization,
    PartnerUnit,
    PartyBranch,
)
from tests.codes import synthetic_uscc

COUNTY = "140921"


class DivisionFactory(factory.django.DjangoModelFactory):
    """A township beside Dingxiang's nine."""

    class Meta:
        model = Division

    code = factory.Sequence(lambda n: f"{140921500 + n}")
    name = factory.Sequence(lambda n: f"新设镇{n}")
    level = Level.TOWNSHIP
    parent = factory.LazyFunction(lambda: Division.objects.get(code=COUNTY))


class OrganizationFactory(factory.django.DjangoModelFactory):
    """A forging enterprise of 蒋村镇."""

    class Meta:
        model = Organization

    county = COUNTY
    name = factory.Sequence(lambda n: f"定襄县虚构锻造厂{n}")
    uscc = factory.Sequence(lambda n: synthetic_uscc(10000 + n))
    kind = OrganizationKind.PRIVATE_ENTERPRISE
    industry_code = "3393"
    is_forging = True
    division = factory.LazyFunction(lambda: Division.objects.get(code="140921104"))
    pinyin = factory.Sequence(lambda n: f"ding xiang xian xu gou duan zao chang {n:05d}")
    initials = factory.Sequence(lambda n: f"dxxxgdzc{n}")


class NotSameFactory(factory.django.DjangoModelFactory):
    """Two organisations that somebody told apart."""

    class Meta:
        model = NotSame

    county = COUNTY
    first = factory.SubFactory(OrganizationFactory)
    second = factory.SubFactory(OrganizationFactory)
    by = factory.SubFactory("tests.factories.accounts.UserFactory")


class PartyBranchFactory(factory.django.DjangoModelFactory):
    """An independent branch in its first year of three; give ``hosts`` to name the organisations it covers."""

    class Meta:
        model = PartyBranch
        skip_postgeneration_save = True

    county = COUNTY
    name = factory.Sequence(lambda n: f"虚构锻造厂党支部{n}")
    kind = BranchKind.INDEPENDENT
    superior = "非公经济组织党委"
    full_members = 5
    term_start = dt.date(2025, 9, 1)
    pinyin = factory.Sequence(lambda n: f"xu gou duan zao chang dang zhi bu {n:05d}")
    initials = factory.Sequence(lambda n: f"xgdzcdzb{n}")

    @factory.post_generation
    def hosts(self, create, extracted, **kwargs):
        for organization in (extracted or [OrganizationFactory()]) if create else ():
            BranchHostFactory(branch=self, organization=organization)


class BranchHostFactory(factory.django.DjangoModelFactory):
    """An organisation covered since long ago."""

    class Meta:
        model = BranchHost

    county = COUNTY
    branch = factory.SubFactory(PartyBranchFactory)
    organization = factory.SubFactory(OrganizationFactory)
    starts = dt.date(2021, 1, 1)


class PartnerUnitFactory(factory.django.DjangoModelFactory):
    """A department of the alliance without mandates; give ``mandates`` as categories."""

    class Meta:
        model = PartnerUnit
        skip_postgeneration_save = True

    county = COUNTY
    name = factory.Sequence(lambda n: f"虚构单位{n}")
    kind = UnitKind.DEPARTMENT
    pinyin = factory.Sequence(lambda n: f"xu gou dan wei {n:05d}")
    initials = factory.Sequence(lambda n: f"xgdw{n}")

    @factory.post_generation
    def mandates(self, create, extracted, **kwargs):
        for category in (extracted or ()) if create else ():
            MandateFactory(unit=self, category=category)


class MandateFactory(factory.django.DjangoModelFactory):
    """A main mandate."""

    class Meta:
        model = Mandate

    county = COUNTY
    unit = factory.SubFactory(PartnerUnitFactory)
    category = "KJ"
