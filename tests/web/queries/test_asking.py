import datetime as dt

import pytest
from django.urls import reverse

from shuanglian.exchange import actions
from shuanglian.exchange.models import Waiting
from tests.factories.exchange import OfferFactory
from tests.web.queries.test_desk import TITLE, rows_of, titles
from tests.web.stories import booked, claimed, delivered, opened, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(monday, guanli, clerk, staff):
    return opened(guanli, clerk, staff)


def test_a_unit_is_asked_by_the_office_and_by_other_units(
    need, kejiju, rsj, handler, other_handler, staff, guanli, clerk
):
    proposal = actions.propose_unit(need, by=staff, unit=rsj, reason="您单位有专家库")
    (row,) = rows_of(other_handler, "asked")
    assert (row.title, row.text) == (TITLE, "工委商请　冠力集团　您单位有专家库")
    assert row.act.href == reverse("exchange.proposal_answer", args=[proposal.pk])

    second = opened(guanli, clerk, staff, "要招 5 名车工", "RC")
    link = actions.refer_need(second, by=handler, from_unit=kejiju, to_unit=rsj, reason="招工归人社局")
    assert [r.text for r in rows_of(other_handler, "asked")][1] == "县科技局转来　冠力集团　招工归人社局"
    assert rows_of(other_handler, "asked")[1].act.href == reverse("exchange.referral_answer", args=[link.pk])
    assert "asked" not in titles(handler)

    actions.answer_proposal(proposal, by=other_handler, accept=True)
    actions.answer_referral(link, by=other_handler, accept=True)
    assert "asked" not in titles(other_handler)


def test_the_office_rings_the_units_of_the_city(need, city_lab, staff, handler, clerk, guanli):
    assert "outside" not in titles(staff)
    match = actions.propose_unit(need, by=staff, unit=city_lab, reason="市里有专家")
    booking = actions.book_offer(OfferFactory(unit=city_lab, title="专家坐诊"), by=clerk, organization=guanli)

    first, second = rows_of(staff, "outside")

    assert (first.title, first.text, first.act.text) == (
        TITLE,
        "忻州市锻压技术中心　冠力集团　3月9日商请",
        "记下答复",
    )
    assert first.act.href == reverse("exchange.proposal_answer", args=[match.pk])
    assert (second.title, second.href) == (
        "预约：专家坐诊",
        reverse("exchange.need", args=[booking.need_id]),
    )
    assert "outside" not in titles(handler)
    actions.answer_proposal(match, by=staff, accept=False, reason="3月10日电话，排不开")
    actions.accept_booking(booking, by=staff)
    assert "outside" not in titles(staff)


def test_a_declined_referral_comes_back_to_the_first_receiver(
    need, kejiju, rsj, handler, other_handler, staff
):
    link = actions.refer_need(need, by=handler, from_unit=kejiju, to_unit=rsj, reason="有专家库")
    assert "came-back" not in titles(handler)
    actions.answer_referral(link, by=other_handler, accept=False, reason="库里没有这一类")

    (row,) = rows_of(handler, "came-back")
    assert (row.title, row.text, row.act.text) == (
        TITLE,
        "冠力集团　县人社局谢绝：库里没有这一类",
        "再转或认领",
    )
    assert "came-back" not in titles(other_handler)
    actions.claim(need, by=handler, unit=kejiju)
    assert "came-back" not in titles(handler)


def test_the_office_sees_what_was_declined_until_somebody_is_asked_again(
    need, kejiju, rsj, handler, staff, liaison
):
    match = actions.propose_unit(need, by=staff, unit=kejiju, reason="主责单位")
    actions.answer_proposal(match, by=handler, accept=False, reason="专家在外地")

    (row,) = rows_of(staff, "declined")
    assert (row.text, row.act.text) == ("冠力集团　科技创新　县科技局谢绝：专家在外地", "再商请")
    assert row.act.href == f"/console/unclaimed/?is=declined#n{need.pk}"
    assert "declined" not in titles(liaison)
    actions.propose_unit(need, by=staff, unit=rsj, reason="也能办")
    assert "declined" not in titles(staff)


def test_an_objection_is_on_the_desk_of_the_office(need, clerk, staff, kejiju, handler):
    actions.close_need(need, by=staff, outcome="explained", note="县内没有条件")
    need.refresh_from_db()
    actions.reopen_need(need, by=clerk, note="邻县就有，可以请来")

    (row,) = rows_of(staff, "contested")
    assert row.text == "冠力集团　3月9日提出异议：邻县就有，可以请来"
    actions.claim(need, by=handler, unit=kejiju)
    assert "contested" not in titles(staff)


def test_ending_somebody_elses_need_early_is_seen_with_name_and_reason(
    need, clerk, staff, handler, kejiju, guanli, time_machine
):
    actions.close_need(need, by=staff, outcome="explained", note="县内没有条件")
    done = delivered(guanli, clerk, staff, handler, kejiju, title="办好了的")
    actions.confirm_delivery(done, by=clerk, verdict="solved")
    actions.withdraw_need(opened(guanli, clerk, staff, "不要了的"), by=clerk, note="自己解决了")

    assert [row.text for row in rows_of(staff, "ended")] == [
        "冠力集团　提出单位撤回",
        "冠力集团　已解决",
        "冠力集团　暂不能办（已说明）　王晓岚结束：县内没有条件",
    ]
    time_machine.move_to(dt.datetime(2026, 3, 24, 1, tzinfo=dt.UTC), tick=False)
    assert "ended" not in titles(staff)


def test_an_enterprise_is_told_that_its_turn_has_come(
    monday, guanli, haokun, clerk, other_clerk, staff, handler, kejiju
):
    offer = published(kejiju, handler, staff, capacity=1)
    promise = booked(offer, clerk, guanli)
    actions.join_waiting(offer.items.get(), by=other_clerk, organization=haokun)
    assert "waiting" not in titles(other_clerk)
    actions.decline_booking(promise, by=handler, note="设备检修")

    (row,) = rows_of(other_clerk, "waiting")
    assert (row.title, row.text, row.left) == (
        "锻件无损检测",
        "您排队的资源有名额了，请在 3月11日前答复要不要",
        2,
    )
    assert row.act.href == reverse("exchange.take_place", args=[Waiting.objects.get().pk])


def test_what_is_claimed_meanwhile_asks_nobody(need, kejiju, rsj, handler, other_handler, staff):
    actions.propose_unit(need, by=staff, unit=rsj, reason="您单位有专家库")
    actions.claim(need, by=handler, unit=kejiju)
    actions.record_delivery(need.commitments.get(), by=handler)

    assert "asked" not in titles(other_handler)


def test_promises_made_by_asking_are_at_work_like_others(monday, guanli, clerk, staff, handler, kejiju):
    claimed(guanli, clerk, staff, handler, kejiju)

    assert titles(handler) == {"soon": [TITLE]}
