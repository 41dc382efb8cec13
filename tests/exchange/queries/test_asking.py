import pytest

from shuanglian.exchange.queries.asking import find_organizations, organizations_to_ask_for, speaks_for_itself
from tests.people import give

pytestmark = pytest.mark.django_db


def test_who_may_ask_for_whom(clerk, instructor, staff, liaison, handler, stranger, guanli, haokun):
    people = (clerk, instructor, staff, liaison, handler, stranger)

    assert {p.username: set(organizations_to_ask_for(p)) for p in people} == {
        "guanli": {guanli},
        "liusufang": {guanli},
        "wangxiaolan": {guanli, haokun},
        "lianluo": {guanli, haokun},
        "kejiju": set(),
        "stranger": set(),
    }


def test_closed_organisations_ask_for_nothing(staff, guanli):
    guanli.registration = "cancelled"
    guanli.save()

    assert list(organizations_to_ask_for(staff)) == []


def test_whose_word_it_is(clerk, instructor, staff, stranger, guanli):
    assert [speaks_for_itself(p) for p in (clerk, instructor, staff, stranger)] == [True, False, False, False]
    give(clerk, "liaison")
    del clerk._held
    assert speaks_for_itself(clerk) is False


def test_organisations_are_found_by_a_few_characters(staff, clerk, guanli, haokun):
    haokun.initials = "sxhkfljt"
    haokun.save()

    found = {
        text: find_organizations(staff, text)
        for text in ("", " ", "昊坤集团", "法兰", "SXHK", haokun.uscc.lower(), "冠力集团")
    }
    assert found == {
        "": [],
        " ": [],
        "昊坤集团": [haokun],
        "法兰": [haokun],
        "SXHK": [haokun],
        haokun.uscc.lower(): [haokun],
        "冠力集团": [guanli],
    }
    assert find_organizations(clerk, "昊坤") == []
