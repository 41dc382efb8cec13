import datetime as dt

from django.contrib.auth.models import AnonymousUser

from shuanglian.directory.models import Division
from shuanglian.directory.queries import divisions_visible_to, townships
from tests.people import COUNTY

NINE = ["晋昌镇", "河边镇", "宏道镇", "季庄镇", "蒋村镇", "南王乡", "神山乡", "受禄乡", "定襄县居民办事处"]
OLD = {
    "晋昌镇": ["杨芳乡"],
    "季庄镇": ["季庄乡"],
    "蒋村镇": ["蒋村乡"],
    "受禄乡": ["受录乡"],
    "定襄县居民办事处": ["居民办事处"],
}


def test_dingxiang_has_nine_township_units_with_their_old_names(db):
    found = list(townships(COUNTY))
    assert [town.name for town in found] == NINE
    assert {town.name: town.aliases for town in found if town.aliases} == OLD


def test_a_township_that_ended_is_none_from_that_day(town):
    Division.objects.filter(pk=town.pk).update(ended_on=dt.date(2026, 1, 1))
    assert townships(COUNTY, dt.date(2025, 12, 31)).count() == 9
    assert townships(COUNTY, dt.date(2026, 1, 1)).count() == 8


def test_the_county_lies_in_its_prefecture_and_province(stranger):
    county = divisions_visible_to(stranger).get(code=COUNTY)
    assert [county.name, county.parent.name, county.parent.parent.name] == ["定襄县", "忻州市", "山西省"]
    assert divisions_visible_to(stranger).count() == 25


def test_divisions_are_for_people_who_signed_in(db):
    assert list(divisions_visible_to(AnonymousUser())) == []
