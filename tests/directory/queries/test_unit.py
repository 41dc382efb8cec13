import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from shuanglian.directory import queries
from shuanglian.directory.models import Mandate, PartnerUnit
from tests.factories.directory import MandateFactory, PartnerUnitFactory


@pytest.mark.parametrize("who", ["staff", "clerk", "handler", "township_clerk", "stranger"])
def test_everybody_signed_in_sees_the_alliance(who, request, kejiju, rsj, django_assert_num_queries):
    user = request.getfixturevalue(who)
    with django_assert_num_queries(2):  # units, mandates
        seen = {u.name: [m.category for m in u.mandates.all()] for u in queries.units_visible_to(user)}
    assert seen == {"县科技局": ["KJ"], "县人社局": ["RC", "JN"]}


def test_nobody_else_does(kejiju):
    assert list(queries.units_visible_to(AnonymousUser())) == []


def test_units_of_another_county_are_hidden(staff, kejiju):
    PartnerUnit.objects.update(county="140922")
    assert list(queries.units_visible_to(staff)) == []


def test_units_one_handles(handler, clerk, kejiju):
    assert list(queries.units_of(handler)) == [kejiju]
    assert list(queries.units_of(clerk)) == []


def test_needs_find_units_by_mandate_main_ones_first(kejiju, rsj, monday):
    helper = PartnerUnitFactory(name="县工信局")
    Mandate.objects.create(county="140921", unit=helper, category="KJ", is_main=False)
    PartnerUnitFactory(mandates=["KJ"], left_on=monday)
    PartnerUnitFactory(mandates=["KJ"], joined_on=monday + dt.timedelta(days=1))
    PartnerUnitFactory(county="140922", mandates=["KJ"])
    found = queries.units_with_mandate("140921", "KJ")
    assert [(u.name, u.is_main) for u in found] == [("县科技局", True), ("县工信局", False)]


@pytest.mark.parametrize(
    ("joined", "left", "member"),
    [(None, None, True), (0, None, True), (1, None, False), (None, 0, False), (None, 1, True)],
)
def test_in_alliance(db, monday, joined, left, member):
    day = {None: None, 0: monday, 1: monday + dt.timedelta(days=1)}
    PartnerUnitFactory(joined_on=day[joined], left_on=day[left])
    assert PartnerUnit.objects.filter(queries.in_alliance(monday)).exists() is member


def test_units_no_category_leads_to(kejiju, monday):
    idle = PartnerUnitFactory()
    MandateFactory(unit=idle, is_main=False)
    assert list(PartnerUnit.objects.filter(queries.without_mandate(monday))) == [idle]
