import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core import dictionary
from shuanglian.core.audit import history
from shuanglian.directory import actions
from shuanglian.directory.choices import UnitKind
from shuanglian.directory.models import PartnerUnit
from shuanglian.directory.queries import without_mandate
from tests.factories.exchange import CommitmentFactory, OfferFactory

FACTS = {"name": "县科技局", "short_name": "科技局", "kind": UnitKind.DEPARTMENT}


def mandates(unit):
    return {row.category: row.is_main for row in unit.mandates.all()}


def words(code):
    return dictionary.names("need_category")[code]


def test_staff_enters_a_unit_with_its_mandates(staff, monday):
    unit = actions.create_unit(by=staff, main=["KJ"], others=["RC"], monthly_capacity=8, **FACTS)
    unit.refresh_from_db()
    assert (unit.county, unit.monthly_capacity, unit.initials) == ("140921", 8, "xkjj kjj")
    assert mandates(unit) == {"KJ": True, "RC": False}
    entry = history(unit).get()
    assert (entry.verb, entry.note) == ("create", f"主责：{words('KJ')}；配合：{words('RC')}")


def test_everything_that_is_wrong_is_said(staff, kejiju):
    with pytest.raises(ValidationError) as refusal:
        actions.create_unit(
            by=staff,
            uscc="11140921012345678X",
            monthly_capacity=1000,
            contact_phone="1",
            joined_on=dt.date(2026, 1, 2),
            left_on=dt.date(2026, 1, 1),
            **FACTS,
        )
    assert refusal.value.message_dict == {
        "name": ["已经有“县科技局”了"],
        "uscc": ["最后一位是校验码，按前 17 位应为 A，现在是 X，请对照营业执照核对"],
        "monthly_capacity": ["每月承接数在 0 到 999 之间；不限就不填"],
        "contact_phone": ["电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"],
        "left_on": ["退出日期不能早于加入日期"],
    }


def test_a_unit_of_the_city_says_where_it_is_known_from_and_has_no_duties_here(staff, monday, town):
    facts = {"name": "忻州市锻压技术中心", "kind": UnitKind.INSTITUTION, "level": "prefecture"}
    with pytest.raises(ValidationError) as refusal:
        actions.create_unit(by=staff, division=town, **facts)
    assert refusal.value.message_dict == {
        "source": ["请写从哪里知道的，例如：市级惠企服务清单 2026 年第 2 期"],
        "division": ["市级单位不在本县乡镇，这里不用选"],
    }
    with pytest.raises(ValidationError, match="市级单位不派单"):
        actions.create_unit(by=staff, source="市级清单", main=["KJ"], **facts)

    unit = actions.create_unit(by=staff, source="市级清单", **facts)

    assert (unit.is_outside, mandates(unit)) == (True, {})
    assert not PartnerUnit.objects.filter(without_mandate(monday), pk=unit.pk).exists()


def test_a_unit_that_turns_out_to_be_the_citys_loses_its_duties(staff, kejiju):
    actions.change_unit(kejiju, by=staff, level="province", source="省级清单")

    assert (kejiju.__class__.objects.get(pk=kejiju.pk).level, mandates(kejiju)) == ("province", {})


@pytest.mark.parametrize("factory", [OfferFactory, CommitmentFactory])
def test_the_level_of_a_unit_that_shares_or_claimed_something_stays(staff, kejiju, factory):
    factory(unit=kejiju)

    with pytest.raises(ValidationError, match="级别不能改了"):
        actions.change_unit(kejiju, by=staff, level="prefecture", source="市级清单")


def test_only_the_committee_writes_down_units_of_the_city(handler, kejiju):
    with pytest.raises(PermissionDenied):
        actions.create_unit(by=handler, name="市院", kind="school", level="prefecture", source="市级清单")
    with pytest.raises(PermissionDenied):
        actions.change_unit(kejiju, by=handler, level="prefecture", source="市级清单")


def test_change_leaves_the_mandates_unless_they_are_named(staff, kejiju):
    actions.change_unit(kejiju, by=staff, duty="科技项目、专家")
    assert mandates(kejiju) == {"KJ": True}
    actions.change_unit(kejiju, by=staff, main=["KJ"], others=["JN"])
    assert mandates(kejiju) == {"KJ": True, "JN": False}
    assert [e.note for e in history(kejiju)] == [f"主责：{words('KJ')}；配合：{words('JN')}", ""]


def test_set_mandates_replaces_them_and_says_nothing_when_they_are_the_same(staff, kejiju):
    actions.set_mandates(kejiju, by=staff, main=["KJ"])
    assert not history(kejiju).exists()
    actions.set_mandates(kejiju, by=staff, others=["KJ"])
    assert mandates(kejiju) == {"KJ": False}
    assert history(kejiju).get().note == f"主责：无；配合：{words('KJ')}"


def test_a_category_is_known_and_main_or_other(staff, kejiju):
    with pytest.raises(ValidationError) as refusal:
        actions.set_mandates(kejiju, by=staff, main=["XX"])
    assert list(refusal.value.message_dict) == ["main"]
    assert refusal.value.messages[0].startswith("没有“XX”这一项，可以选：")
    with pytest.raises(ValidationError) as refusal:
        actions.set_mandates(kejiju, by=staff, main=["KJ"], others=["KJ"])
    assert refusal.value.message_dict == {"others": [f"“{words('KJ')}”已经是主责，不用再选配合"]}
    assert mandates(kejiju) == {"KJ": True}


@pytest.mark.parametrize("who", ["staff", "handler"])
def test_committee_and_own_handler_set_capacity_and_contact(who, request, kejiju):
    user = request.getfixturevalue(who)
    actions.set_capacity(kejiju, by=user, monthly_capacity=3)
    actions.set_contact(kejiju, by=user, contact_name="孙工", contact_phone="03506022345")
    kejiju.refresh_from_db()
    assert (kejiju.monthly_capacity, kejiju.contact_name, kejiju.contact_phone) == (3, "孙工", "0350-6022345")
    assert [e.verb for e in history(kejiju)] == ["set_contact", "set_capacity"]


@pytest.mark.parametrize("who", ["other_handler", "clerk", "township_clerk", "sysadmin", "stranger"])
def test_nobody_else_does(who, request, kejiju):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.set_capacity(kejiju, by=user, monthly_capacity=3)
    with pytest.raises(PermissionDenied):
        actions.set_contact(kejiju, by=user, contact_name="孙工", contact_phone="")


@pytest.mark.parametrize("who", ["handler", "clerk", "township_clerk", "stranger"])
def test_units_and_mandates_are_the_committees(who, request, kejiju):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.create_unit(by=user, **FACTS)
    with pytest.raises(PermissionDenied):
        actions.change_unit(kejiju, by=user, duty="别的")
    with pytest.raises(PermissionDenied):
        actions.set_mandates(kejiju, by=user, main=["RC"])


def test_capacity_can_be_unlimited_again(staff, kejiju):
    actions.set_capacity(kejiju, by=staff, monthly_capacity=0)
    assert actions.set_capacity(kejiju, by=staff, monthly_capacity=None).monthly_capacity is None
    with pytest.raises(ValidationError):
        actions.set_capacity(kejiju, by=staff, monthly_capacity=-1)
