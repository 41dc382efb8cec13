from collections import Counter

import pytest

from demo.organizations import CLASSES, ENTERPRISES, FORGING, TOWNS, code_of, organizations
from shuanglian.core.uscc import fault
from shuanglian.directory.choices import NON_PUBLIC_ENTERPRISES, OrganizationKind, Registration


@pytest.fixture(scope="module")
def firms():
    return organizations()


def active(firms):
    return [f for f in firms if f.kind in NON_PUBLIC_ENTERPRISES and f.registration == Registration.ACTIVE]


def test_as_many_enterprises_as_the_article_counts(firms):
    found = active(firms)
    assert len(found) == 1311
    assert sum(f.is_forging for f in firms) == 323
    assert sum(f.is_scaled for f in firms) == 53
    assert all(f in found for f in firms if f.is_forging or f.is_scaled)


def test_they_are_spread_over_the_nine_townships(firms):
    assert Counter(f.division for f in active(firms)) == ENTERPRISES
    assert Counter(f.division for f in firms if f.is_forging) == FORGING
    assert len(TOWNS) == 9


def test_others_are_on_the_list_without_being_counted(firms):
    assert Counter(f.kind for f in firms if f.kind not in NON_PUBLIC_ENTERPRISES) == {
        OrganizationKind.FARMER_COOP: 14,
        OrganizationKind.PRIVATE_NONPROFIT: 8,
        OrganizationKind.SELF_EMPLOYED: 7,
        OrganizationKind.SOCIAL_ASSOCIATION: 6,
    }
    assert Counter(f.registration for f in firms if f.registration != Registration.ACTIVE) == {
        Registration.CANCELLED: 4,
        Registration.SUSPENDED: 3,
        Registration.MOVED: 1,
    }


def test_the_organisations_of_the_article_are_there_by_name(firms):
    assert [(f.name, f.short_name, f.is_forging, f.is_scaled) for f in firms[:3]] == [
        ("山西昊坤法兰集团有限公司", "昊坤集团", True, True),
        ("冠力集团", "", True, True),
        ("恒跃集团", "", True, True),
    ]


def test_names_and_codes_are_each_used_once(firms):
    assert len({f.name for f in firms}) == len(firms)
    assert len({f.uscc for f in firms}) == len(firms)


def test_every_code_is_valid_and_in_a_segment_the_county_does_not_give_out(firms):
    assert [f.name for f in firms if fault(f.uscc)] == []
    assert {f.uscc[2:8] + f.uscc[8:12] for f in firms} == {"140921MA0X", "140921MJ0X"}


def test_the_inner_check_character_is_that_of_the_handbooks_vectors():
    assert code_of("91", 2)[:17] == "91140921MA0X00023"
    assert code_of("91", 2) == "91140921MA0X000230"


def test_forging_without_the_code_has_a_ground(firms):
    assert [
        f.name for f in firms if f.is_forging and f.industry_code != "3393" and not f.forging_reason
    ] == []
    assert Counter(f.industry_code == "3393" for f in firms if f.is_forging) == {True: 272, False: 51}
    assert [f.name for f in firms if f.industry_code == "3393" and not f.is_forging] == []


def test_every_industry_has_its_word(firms):
    of_the_county = {"3311", "3360", "3391", "3393", "3443", "3482", "3484", "3489", "3525"}
    assert {f.industry_code for f in firms} - set(CLASSES) == of_the_county


def test_the_same_county_comes_out_every_time(firms):
    assert organizations() == firms
    assert (firms[3].name, firms[3].uscc) == ("定襄县穗垣法兰锻造有限公司", "91140921MA0X810701")
