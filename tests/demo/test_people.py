from itertools import islice

import pytest

from demo import people
from shuanglian.accounts.choices import ADMINISTRATORS
from shuanglian.core.phones import mobile_fault


def test_names_do_not_repeat_and_are_the_same_every_time():
    first = list(islice(people.names("clerks"), 2000))
    assert len(set(first)) == 2000
    assert first == list(islice(people.names("clerks"), 2000))


def test_telephone_numbers_are_well_formed_and_belong_to_nobody():
    assert people.phone(7) == "15409210007"
    assert mobile_fault(people.phone(9999)) == ""


@pytest.mark.parametrize("n", [-1, 10000])
def test_there_are_ten_thousand_numbers(n):
    with pytest.raises(ValueError, match=str(n)):
        people.phone(n)


def test_accounts_to_try():
    assert [p.username for p in people.DEMONSTRATION] == [
        "demo-staff",
        "demo-approver",
        "demo-guanli",
        "demo-haokun-owner",
        "demo-hengyue-secretary",
        "demo-kejiju",
        "demo-rsj",
        "demo-liaison",
        "demo-leader",
        "demo-township",
    ]
    assert tuple(p.posts[0].role for p in people.ADMINISTRATORS) == ADMINISTRATORS


def test_every_unit_but_the_committees_office_has_a_handler():
    found = people.handlers(["县科技局", people.STAFF_OFFICE, "县图书馆"])
    assert {unit: person.username for unit, person in found.items()} == {
        "县科技局": "demo-kejiju",
        "县图书馆": "handler-03",
    }


def test_organisations_of_the_article_are_asked_for_by_the_people_one_can_be():
    found = people.clerks([people.GUANLI, "甲", people.HAOKUN])
    assert [person.username for person in found.values()] == ["demo-guanli", "clerk-002", "demo-haokun-owner"]


def test_twenty_nine_instructors_of_whom_one_can_be_tried():
    found = people.instructors(["甲", "乙"], [f"企业{n}" for n in range(200)])
    assert len(found) == 29
    assert [p.username for p in found if p.signs_in] == ["demo-instructor"]
    assert [post.place for post in found[0].posts] == ["甲", "乙"]
    assert [post.place for post in found[28].posts] == ["企业108", "企业109", "企业110", "企业111"]
