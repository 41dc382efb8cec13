import datetime as dt

import pytest
from django.utils import timezone

from shuanglian.exchange.choices import CommitmentState, Confirmer, Verdict
from shuanglian.exchange.models import Commitment, Confirmation, Delivery, Need
from shuanglian.matching.queries.facts import (
    Reason,
    month_reason,
    reasons_of,
    records_of,
    telling,
    usual_band,
)
from tests.factories.exchange import CommitmentFactory, NeedFactory
from tests.people import COUNTY, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

TODAY = dt.date(2026, 3, 9)


@pytest.fixture
def need(guanli):
    row = NeedFactory(organization=guanli, expected_by=dt.date(2026, 3, 19))
    return Need.objects.select_related("division").get(pk=row.pk)


def case(owner, staff, days, ago=30, category="KJ", verdict=Verdict.SOLVED, confirmer=Confirmer.RECEIVER):
    """A case that ended ``ago`` days ago and took ``days`` from the promise to the report."""
    ended = TODAY - dt.timedelta(days=ago)
    row = CommitmentFactory(
        unit=owner, need=NeedFactory(category=category), state=CommitmentState.FINISHED, reported_on=ended
    )
    made = timezone.make_aware(dt.datetime.combine(ended - dt.timedelta(days=days), dt.time(10)))
    Commitment.objects.filter(pk=row.pk).update(created=made)
    delivery = Delivery.objects.create(county=COUNTY, commitment=row, quantity=1, happened_on=ended, by=staff)
    if verdict:
        Confirmation.objects.create(
            county=COUNTY,
            delivery=delivery,
            confirmer=confirmer,
            verdict=verdict,
            accepted=0 if verdict == Verdict.NOT_YET else 1,
            by=staff,
        )
    return row


def told(owner, need):
    record = records_of([owner], need.category)[owner.pk]
    return {
        reason.title: (reason.kind, reason.text)
        for reason in [*reasons_of(record, need), month_reason(record)]
    }


@pytest.mark.parametrize(
    ("took", "band"),
    [
        ((), None),
        ((4, 5), None),
        ((4, 5, 9), (4, 9)),
        ((1, 4, 5, 20), (4, 5)),
        ((1, 3, 4, 5, 6, 7, 8, 30), (4, 7)),
    ],
)
def test_the_usual_time_is_the_middle_half_from_three_cases_on(took, band):
    assert usual_band(took) == band


def test_nothing_known_is_said_to_be_unknown(need):
    assert told(unit("乙中心"), need) == {
        "职能未列": ("no", "这家单位登记的职能里没有“科技创新”"),
        "用时不明": ("no", "近一年没有报过办结的同类，不知道一般要几天；离企业希望的日期还有 10 天"),
        "没有记录": ("no", "近一年还没有确认办成的同类需求"),
        "地点不明": ("no", "没有登记这家单位在哪个乡镇"),
        "余量不明": ("no", "这家单位没定每月能接几项"),
    }


def test_what_is_recorded_is_told_with_its_count(need, kejiju, staff, town):
    kejiju.monthly_capacity, kejiju.division = 5, town
    kejiju.save()
    for days in (4, 6, 8):
        case(kejiju, staff, days)

    assert told(kejiju, need) == {
        "专业对口": ("yes", "“科技创新”是这家单位的主责"),
        "来得及": ("yes", "同类一般 4 至 8 天报办结（3 件），离企业希望的日期还有 10 天"),
        "办过同类": ("yes", "近一年同类办成 3 件，都有企业或工委确认"),
        "同在一处": ("yes", f"和企业同在{town.name}"),
        "有余量": ("yes", "本月还能接 5 项"),
    }


def test_only_what_somebody_confirmed_within_a_year_counts(need, kejiju, staff):
    case(kejiju, staff, 5, confirmer=Confirmer.STAFF, verdict=Verdict.PARTLY)
    case(kejiju, staff, 5, confirmer=Confirmer.SILENCE)
    case(kejiju, staff, 5, verdict=Verdict.NOT_YET)
    case(kejiju, staff, 5, verdict=None)
    case(kejiju, staff, 5, ago=400)
    case(kejiju, staff, 5, category="YL")

    assert told(kejiju, need)["办过同类"] == ("half", "近一年同类有 1 件部分解决，有企业或工委确认")


def test_what_was_solved_in_part_is_counted_apart(need, kejiju, staff):
    case(kejiju, staff, 5)
    case(kejiju, staff, 5, verdict=Verdict.PARTLY)

    assert told(kejiju, need)["办过同类"] == (
        "yes",
        "近一年同类办成 2 件，都有企业或工委确认，其中 1 件是部分解决",
    )


def test_a_delivery_that_was_taken_back_is_no_result(need, kejiju, staff):
    """Staff correct what silence confirmed: their word on the correction is no word on a result."""
    row = case(kejiju, staff, 5, confirmer=Confirmer.SILENCE)
    spoken = case(kejiju, staff, 5)
    for commitment in (row, spoken):
        delivery = Delivery.objects.get(commitment=commitment)
        correction = Delivery.objects.create(
            county=COUNTY, commitment=commitment, quantity=-1, happened_on=TODAY, corrects=delivery, by=staff
        )
        Confirmation.objects.create(
            county=COUNTY,
            delivery=correction,
            confirmer=Confirmer.STAFF,
            verdict=Verdict.SOLVED,
            accepted=-1,
            by=staff,
        )

    assert told(kejiju, need)["没有记录"][0] == "no"


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (dt.date(2026, 3, 15), ("half", "时间偏紧", "离企业希望的日期还有 6 天")),
        (dt.date(2026, 3, 11), ("no", "怕来不及", "离企业希望的日期还有 2 天")),
        (dt.date(2026, 3, 9), ("no", "怕来不及", "企业希望的日期就是今天")),
        (dt.date(2026, 3, 1), ("no", "怕来不及", "企业希望的日期已经过了 8 天")),
    ],
)
def test_time_left_is_held_against_the_usual_time(need, kejiju, staff, expected, said):
    for days in (4, 6, 8):
        case(kejiju, staff, days)
    need.expected_by = expected
    kind, title, left = said

    assert told(kejiju, need)[title] == (kind, f"同类一般 4 至 8 天报办结（3 件），{left}")


def test_without_a_wish_the_usual_time_is_told(need, kejiju, staff):
    need.expected_by = None
    assert told(kejiju, need)["用时不明"] == ("no", "近一年没有报过办结的同类，不知道一般要几天")

    for _ in range(3):
        case(kejiju, staff, 0)
    assert told(kejiju, need)["办得多快"] == ("half", "同类一般 当天报办结（3 件）；企业没写希望哪天办好")


def test_two_cases_are_said_to_be_few(need, kejiju, staff):
    need.expected_by = None
    for _ in range(2):
        case(kejiju, staff, 5)

    assert told(kejiju, need)["用时不明"] == ("no", "近一年同类只报过 2 件办结，看不出一般要几天")


def test_a_full_month_and_another_township_are_said(need, kejiju, staff, other_town, town):
    kejiju.monthly_capacity, kejiju.division = 1, other_town
    kejiju.save()
    CommitmentFactory(unit=kejiju)

    said = told(kejiju, need)
    assert said["本月已满"] == ("no", "每月最多接 1 项，本月已满")
    assert said["不在一处"] == ("no", f"单位在{other_town.name}，企业在{town.name}")


def test_a_side_duty_is_told_apart(need, kejiju):
    kejiju.mandates.update(is_main=False)

    assert told(kejiju, need)["可以兼办"] == ("half", "职能里有“科技创新”，不是主责")


def test_as_many_queries_for_any_number_of_units(need, kejiju, django_assert_num_queries):
    others = [unit(f"单位{i}", "KJ") for i in range(5)]

    with django_assert_num_queries(4):
        records_of([kejiju], "KJ")
    with django_assert_num_queries(4):
        records_of([kejiju, *others], "KJ")


def test_what_is_told_first():
    found, room = Reason("yes", "词语相同", "都提到检测"), Reason("yes", "有余量", "本月还剩 2 次")
    unknown = Reason("no", "用时不明", "近一年没有同类", is_known=False)
    late, far = Reason("no", "本月已满", "每月最多接 2 项"), Reason("half", "类别不同", "资源属于法律服务")
    duty = Reason("yes", "专业对口", "主责")

    first, rest = telling([found, room, unknown, duty, far, late])
    assert (first, rest) == ([found, far, late], [room, unknown, duty])
    first, rest = telling([found, unknown, room])
    assert (first, rest) == ([found, room], [unknown])
    assert telling([unknown]) == ([], [unknown])
