import datetime as dt
from decimal import Decimal

import pytest

from shuanglian.exchange.choices import Availability, NeedState, Source, Visibility
from shuanglian.exchange.models import Need, Offer, OfferItem
from shuanglian.matching.queries.standing import Standing
from shuanglian.matching.queries.suggestion import (
    category_of,
    category_read,
    shows_suggestions,
    suggestion_of,
    suggestions_for,
)
from tests.factories.exchange import CommitmentFactory, NeedFactory, OfferFactory
from tests.people import unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(guanli, monday):
    row = NeedFactory(
        organization=guanli, title="模具老是开裂，想找热处理专家", expected_by=dt.date(2026, 3, 19)
    )
    return Need.objects.select_related("division").get(pk=row.pk)


@pytest.fixture
def offer(kejiju, standing):
    row = OfferFactory(unit=kejiju, title="热处理工艺专家进厂")
    standing.make()
    return row


def sentences(one):
    return [(reason.kind, reason.title, reason.text) for reason in one.reasons]


def test_an_offer_that_fits_comes_with_reasons_from_the_records(need, offer, staff):
    found = suggestions_for(staff, need)

    (one,) = found.offers
    assert (found.sure, found.is_ready, found.by_words_only, found.near) == (True, True, False, ())
    assert one.offer == offer
    assert sentences(one) == [
        ("yes", "意思相通", "“模具老是开裂”一般属于“热处理工艺攻关”，该资源提供此类服务"),
        ("yes", "有余量", "本月还剩 10 次"),
        ("yes", "专业对口", "“科技创新”是这家单位的主责"),
        ("no", "用时不明", "近一年没有报过办结的同类，不知道一般要几天；离企业希望的日期还有 10 天"),
        ("no", "没有记录", "近一年还没有确认办成的同类需求"),
        ("yes", "服务得到", "服务全县各乡镇"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"availability": Availability.PAUSED},
        {"standing": False, "valid_until": dt.date(2026, 3, 8)},
        {"valid_from": dt.date(2026, 3, 10)},
        {"state": "withdrawn"},
    ],
    ids=["paused", "over", "not begun", "withdrawn"],
)
def test_what_cannot_be_booked_today_is_not_suggested(need, offer, staff, change):
    Offer.objects.filter(pk=offer.pk).update(**change)

    assert [one.offer for one in suggestions_for(staff, need).offers] == []


def test_what_is_booked_up_is_not_suggested(need, offer, staff):
    item = offer.items.get()
    CommitmentFactory(
        unit=offer.unit,
        offer_item=item,
        quantity=Decimal(10),
        period_start=dt.date(2026, 3, 1),
        need=NeedFactory(),
    )

    assert suggestions_for(staff, need).offers == ()


def test_the_month_of_a_line_decides_which_one_is_meant(need, offer, staff):
    OfferItem.objects.filter(offer=offer).update(capacity=0)
    second = OfferItem.objects.create(offer=offer, position=2, text="会诊", capacity=2)

    assert suggestions_for(staff, need).offers[0].item == second


def test_an_offer_of_other_townships_is_not_suggested(need, offer, staff, other_town, town):
    offer.divisions.set([other_town])
    assert suggestions_for(staff, need).offers == ()

    offer.divisions.set([other_town, town])
    (one,) = suggestions_for(staff, need).offers
    assert sentences(one)[-1] == ("yes", "服务得到", f"服务{other_town.name}、{town.name}")


def test_a_unit_in_the_same_township_is_said_to_be_there(need, offer, staff, town):
    offer.unit.division = town
    offer.unit.save()

    (one,) = suggestions_for(staff, need).offers

    assert sentences(one)[-1] == ("yes", "同在一处", f"和企业同在{town.name}")


def test_where_the_county_has_nothing_the_city_is_asked(need, offer, city_lab, staff, clerk, standing):
    theirs = OfferFactory(unit=city_lab, title="热处理工艺专家坐诊")
    assert suggestions_for(staff, need).above == ()

    Offer.objects.filter(pk=offer.pk).update(availability=Availability.PAUSED)
    found = suggestions_for(clerk, need)

    assert (found.offers, [one.offer for one in found.above], found.sure) == ((), [theirs], False)
    assert sentences(found.above[0]) == [
        ("yes", "意思相通", "“模具老是开裂”一般属于“热处理工艺攻关”，该资源提供此类服务"),
        ("yes", "有余量", "本月还剩 10 次"),
        ("half", "市级资源", "市级单位，由工委去联系；见市级惠企服务清单 2026 年第 1 期"),
        ("no", "用时不明", "近一年没有报过办结的同类，不知道一般要几天；离企业希望的日期还有 10 天"),
        ("no", "没有记录", "近一年还没有确认办成的同类需求"),
        ("yes", "服务得到", "服务全县各乡镇"),
    ]
    assert suggestion_of(staff, need, theirs).reasons == found.above[0].reasons


def test_an_offer_of_another_county_written_down_for_a_city_stays_there(need, offer, city_lab, staff):
    Offer.objects.filter(pk=offer.pk).update(availability=Availability.PAUSED)
    city_lab.county = "140922"
    city_lab.save()
    OfferFactory(unit=city_lab, county="140922", title="热处理工艺专家坐诊")

    assert suggestions_for(staff, need).above == ()


def test_nobody_is_shown_what_he_may_not_see(need, offer, staff, clerk, handler):
    Offer.objects.filter(pk=offer.pk).update(visibility=Visibility.STAFF)

    assert [one.offer for one in suggestions_for(staff, need).offers] == [offer]
    assert [one.offer for one in suggestions_for(handler, need).offers] == [offer]
    assert suggestions_for(clerk, need).offers == ()


def test_where_nothing_fits_a_person_takes_over_and_the_nearest_are_folded_away(
    need, standing, staff, kejiju
):
    other = OfferFactory(unit=kejiju, title="共享会议室", detail="可坐八十人", category="WT")
    standing.make()

    found = suggestions_for(staff, need)

    assert (found.sure, found.offers) == (False, ())
    assert [one.offer for one in found.near] == [other]
    assert [one.unit for one in found.units] == [kejiju]


def test_units_whose_duty_it_is_stand_beside_the_offers_of_others(need, offer, staff, rsj):
    helper = unit("乙中心", "KJ", monthly_capacity=2)

    found = suggestions_for(staff, need)

    assert [one.unit for one in found.units] == [helper]
    assert [(r.title, r.text) for r in found.units[0].reasons][-1] == ("有余量", "本月还能接 2 项")


def test_a_wrong_category_is_said_and_another_one_proposed(offer, staff, guanli, monday):
    row = NeedFactory(organization=guanli, title="模具老是开裂，想找热处理专家", category="YL")
    need = Need.objects.select_related("division").get(pk=row.pk)

    one = suggestion_of(staff, need, offer)

    assert ("half", "类别不同", "资源属于“科技创新”，需求填的是“医疗健康”") in sentences(one)


def test_the_category_that_words_speak_for(standing, staff):
    OfferFactory(title="热处理工艺专家进厂")
    standing.make()

    assert category_of(staff, "模具老是开裂，淬火总不合格，想找热处理专家") == "KJ"
    assert category_of(staff, "模具老是开裂，淬火总不合格，想找热处理专家", "KJ") == ""


def test_the_meaning_of_a_text_is_read_when_it_can_be(standing, staff):
    text = "模具老是开裂，淬火总不合格，想找热处理专家"
    assert category_read(staff, text, "RC") is None  # nothing waits for an index that is not there
    OfferFactory(title="热处理工艺专家进厂")
    standing.make()

    assert (category_read(staff, text, "RC"), category_read(staff, "", "RC")) == ("KJ", None)


def test_too_little_left_is_said(need, offer, staff):
    need.items.update(requested=12)

    (one,) = suggestions_for(staff, need).offers

    assert ("half", "余量不够", "本月还剩 10 次，企业要 12 次") in sentences(one)


def test_what_others_promised_is_not_wanted_any_more(need, offer, staff, rsj):
    need.items.update(requested=12)
    promised = CommitmentFactory(unit=rsj, need=need, need_item=need.items.get(), quantity=Decimal(1))

    (one,) = suggestions_for(staff, need).offers
    assert ("half", "余量不够", "本月还剩 10 次，还没人认领的有 11 次") in sentences(one)

    type(promised).objects.filter(pk=promised.pk).update(quantity=3)
    (one,) = suggestions_for(staff, need).offers
    assert ("yes", "有余量", "本月还剩 10 次") in sentences(one)


def test_the_line_that_counts_as_the_need_does_is_meant(need, offer, staff):
    need.items.update(measure="家")
    second = OfferItem.objects.create(offer=offer, position=2, text="上门", capacity=2, measure="家")

    (one,) = suggestions_for(staff, need).offers

    assert one.item == second
    assert ("yes", "有余量", "本月还剩 2 家") in sentences(one)


def test_an_offer_that_soon_ends_says_so(need, offer, staff):
    Offer.objects.filter(pk=offer.pk).update(standing=False, valid_until=dt.date(2026, 3, 20))

    (one,) = suggestions_for(staff, need).offers

    assert ("half", "快到期", "有效期到 3月20日") in sentences(one)


def test_by_words_alone_nothing_is_said_of_how_well_it_fits(need, standing, staff, kejiju, monkeypatch):
    offer = OfferFactory(unit=kejiju, title="热处理工艺专家进厂")
    monkeypatch.setattr(standing, "_open_encoder", lambda: None)
    standing.make()

    found = suggestions_for(staff, need)

    assert found.by_words_only
    assert [(one.offer, one.words) for one in (*found.offers, *found.near)] == [(offer, "")]


def test_an_index_that_becomes_whole_meanwhile_does_not_change_what_was_asked(
    need, standing, staff, kejiju, monkeypatch
):
    OfferFactory(unit=kejiju, title="热处理工艺专家进厂")
    monkeypatch.setattr(standing, "_open_encoder", lambda: None)
    standing.make()
    monkeypatch.setattr(Standing, "by_words_only", False)

    found = suggestions_for(staff, need)

    assert (found.by_words_only, found.is_being_made) == (True, True)


def test_without_an_index_the_units_remain(need, standing, staff, kejiju, monkeypatch):
    monkeypatch.setattr(standing, "use", lambda question: None)

    found = suggestions_for(staff, need)

    assert (found.is_ready, found.offers) == (False, ())
    assert [one.unit for one in found.units] == [kejiju]


def test_as_many_queries_for_ten_offers_as_for_one(need, offer, staff, django_assert_num_queries):
    unit("乙中心", "KJ")
    suggestions_for(staff, need)
    as_the_page_has_it = Need.objects.select_related("division").prefetch_related("items")
    need = as_the_page_has_it.get(pk=need.pk)
    with django_assert_num_queries(15):
        suggestions_for(staff, need)
    for i in range(9):
        OfferFactory(unit=unit(f"单位{i}", "KJ"), title=f"热处理工艺专家进厂{i}")
    suggestions_for(staff, need)

    as_the_page_has_it = Need.objects.select_related("division").prefetch_related("items")
    need = as_the_page_has_it.get(pk=need.pk)
    with django_assert_num_queries(15):
        suggestions_for(staff, need)


@pytest.mark.parametrize("state", [NeedState.SUBMITTED, NeedState.OPEN, NeedState.IN_PROGRESS])
def test_pages_of_open_needs_show_suggestions_to_whoever_reads_inside(
    need, state, staff, clerk, handler, stranger
):
    need.state = state

    assert [shows_suggestions(user, need) for user in (staff, clerk, handler)] == [True, True, True]
    assert not shows_suggestions(stranger, need)


def test_neither_closed_needs_nor_bookings_show_suggestions(need, staff):
    need.state = NeedState.CLOSED
    assert not shows_suggestions(staff, need)

    need.state, need.source = NeedState.OPEN, Source.OFFER
    assert not shows_suggestions(staff, need)
