import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from shuanglian.core.audit import history
from shuanglian.core.models import Entry, Notice
from shuanglian.exchange import actions
from shuanglian.exchange.models import Commitment, Match, OfferItem, Referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral(opened, handler, other_handler, kejiju, rsj):
    return actions.refer_need(opened, by=handler, from_unit=kejiju, to_unit=rsj, reason="属于技能人才")


def test_a_need_is_passed_on_and_the_other_unit_told(referral, other_handler):
    assert [n.text for n in Notice.objects.filter(user=other_handler, kind="asked")] == [
        "县科技局转来“模具寿命短，想找热处理专家”：属于技能人才"
    ]


def test_accepting_a_referral_is_a_promise(referral, opened, rsj, other_handler):
    actions.answer_referral(referral, by=other_handler, accept=True)

    row = Commitment.objects.get(need=opened)
    assert (row.unit, row.mode, row.state) == (rsj, "proposed", "active")


def test_declining_needs_a_reason_and_tells_the_first_receiver(referral, handler, other_handler):
    with pytest.raises(ValidationError, match="请写明谢绝的理由"):
        actions.answer_referral(referral, by=other_handler, accept=False)

    actions.answer_referral(referral, by=other_handler, accept=False, reason="本月没有专家")

    assert [n.text for n in Notice.objects.filter(user=handler, kind="answered")] == [
        "县人社局谢绝了转办的“模具寿命短，想找热处理专家”：本月没有专家"
    ]


def test_the_chain_grows_and_is_never_overwritten(referral, opened, handler, other_handler, kejiju, rsj):
    actions.answer_referral(referral, by=other_handler, accept=False, reason="不是本单位职能")
    actions.refer_need(opened, by=other_handler, from_unit=rsj, to_unit=kejiju, reason="工艺问题归科技")

    chain = Referral.objects.filter(need=opened)
    assert [(r.from_unit, r.to_unit, r.answer) for r in chain] == [
        (kejiju, rsj, "declined"),
        (rsj, kejiju, ""),
    ]


def test_a_referral_is_answered_once_and_by_the_asked_unit(referral, handler, other_handler):
    with pytest.raises(ValidationError, match="只有被请的单位可以答复"):
        actions.answer_referral(referral, by=handler, accept=True)
    actions.answer_referral(referral, by=other_handler, accept=False, reason="x")
    with pytest.raises(ValidationError, match="已经答复过了"):
        actions.answer_referral(referral, by=other_handler, accept=True)


@pytest.mark.parametrize("reason", ["", "  "])
def test_passing_on_without_a_reason_is_refused(opened, handler, kejiju, rsj, reason):
    with pytest.raises(ValidationError, match="请写明为什么转"):
        actions.refer_need(opened, by=handler, from_unit=kejiju, to_unit=rsj, reason=reason)


def test_nobody_passes_on_in_the_name_of_another_unit(opened, handler, kejiju, rsj):
    with pytest.raises(ValidationError, match="您只能代表自己单位转办"):
        actions.refer_need(opened, by=handler, from_unit=rsj, to_unit=kejiju, reason="x")


def test_an_enterprise_cannot_refer(opened, clerk, kejiju, rsj):
    with pytest.raises(PermissionDenied):
        actions.refer_need(opened, by=clerk, from_unit=kejiju, to_unit=rsj, reason="x")


def test_staff_ask_a_unit_and_it_accepts(opened, staff, handler, kejiju):
    match = actions.propose_unit(opened, by=staff, unit=kejiju, reason="近一年办过同类需求")

    row = actions.answer_proposal(match, by=handler, accept=True)

    assert (row.mode, row.unit, Match.objects.get().state) == ("proposed", kejiju, "accepted")


def test_staff_ask_a_unit_and_it_says_no(opened, staff, handler, kejiju):
    match = actions.propose_unit(opened, by=staff, unit=kejiju, reason="对口")

    assert actions.answer_proposal(match, by=handler, accept=False, reason="人手不够") is None

    match.refresh_from_db()
    assert (match.state, match.decline_reason, Commitment.objects.count()) == ("declined", "人手不够", 0)
    assert [n.text for n in Notice.objects.filter(user=staff, kind="answered")] == [
        "县科技局已谢绝“模具寿命短，想找热处理专家”：人手不够"
    ]


def test_what_a_unit_of_the_city_said_is_written_down_by_the_office(opened, staff, city_lab):
    match = actions.propose_unit(opened, by=staff, unit=city_lab, reason="市里有专家")
    with pytest.raises(ValidationError, match="请写明对方哪天、怎么答复的"):
        actions.answer_proposal(match, by=staff, accept=True)

    row = actions.answer_proposal(match, by=staff, accept=True, reason="3月9日来函同意")

    assert (row.unit, row.mode, row.handler) == (city_lab, "proposed", None)
    entry = history(match).first()
    assert (entry.verb, entry.actor, entry.behalf, entry.note) == (
        "answer_proposal",
        staff,
        "忻州市锻压技术中心",
        "3月9日来函同意",
    )


def test_a_no_of_the_city_is_the_reason_to_go_on_looking(opened, staff, city_lab):
    match = actions.propose_unit(opened, by=staff, unit=city_lab, reason="市里有专家")
    actions.answer_proposal(match, by=staff, accept=False, reason="3月9日电话，本季排满")

    assert Match.objects.get().decline_reason == "3月9日电话，本季排满"


def test_nobody_but_the_office_speaks_for_the_city(opened, staff, handler, clerk, city_lab):
    match = actions.propose_unit(opened, by=staff, unit=city_lab, reason="市里有专家")

    for somebody in (handler, clerk):
        with pytest.raises(PermissionDenied):
            actions.answer_proposal(match, by=somebody, accept=True, reason="x")


def test_the_office_does_not_answer_for_a_unit_of_the_county(opened, staff, kejiju):
    match = actions.propose_unit(opened, by=staff, unit=kejiju, reason="对口")

    with pytest.raises(ValidationError, match="只有被请的单位可以答复"):
        actions.answer_proposal(match, by=staff, accept=True, reason="x")


def test_only_the_office_takes_a_letter_and_only_to_units_above_the_county(
    opened, staff, handler, city_lab, kejiju
):
    above = actions.propose_unit(opened, by=staff, unit=city_lab, reason="市里有专家")
    near = actions.propose_unit(opened, by=staff, unit=kejiju, reason="本县的也问问")

    for match, who in ((above, handler), (near, staff)):
        with pytest.raises(PermissionDenied):
            actions.take_letter(match, by=who)
    assert not Entry.objects.filter(verb="take_letter").exists()


def test_units_do_not_pass_needs_on_to_the_city(opened, handler, kejiju, city_lab):
    with pytest.raises(ValidationError, match="忻州市锻压技术中心是市级单位，要由工委去商请"):
        actions.refer_need(opened, by=handler, from_unit=kejiju, to_unit=city_lab, reason="x")


def test_a_promise_counts_against_the_offer_that_was_thought_of(opened, offer, staff, handler, kejiju):
    thought = offer.items.get()
    OfferItem.objects.filter(pk=thought.pk).update(measure="次")
    match = actions.propose_unit(opened, by=staff, unit=kejiju, reason="专家入企正合适", offer_item=thought)

    assert actions.answer_proposal(match, by=handler, accept=True).offer_item == thought


def test_an_offer_in_another_measure_or_used_up_is_no_obstacle(opened, offer, staff, handler, kejiju):
    thought = offer.items.get()
    OfferItem.objects.filter(pk=thought.pk).update(capacity=0)
    match = actions.propose_unit(opened, by=staff, unit=kejiju, reason="专家入企正合适", offer_item=thought)

    assert actions.answer_proposal(match, by=handler, accept=True).offer_item is None


def test_an_offer_is_thought_of_for_its_own_unit_only(opened, offer, staff, rsj):
    with pytest.raises(ValidationError, match="这项资源不是县人社局的"):
        actions.propose_unit(opened, by=staff, unit=rsj, reason="试试", offer_item=offer.items.get())


def test_only_staff_propose(opened, handler, kejiju):
    with pytest.raises(PermissionDenied):
        actions.propose_unit(opened, by=handler, unit=kejiju, reason="x")


def test_what_is_for_the_committee_alone_is_not_passed_on(monday, guanli, clerk, staff, kejiju, rsj):
    need = actions.post_need(guanli, by=clerk, detail="想问清算的事", category="FL", visibility="staff")
    need = actions.accept_need(need, by=staff)

    with pytest.raises(ValidationError, match="这项需求只给工委看，别的单位看不到，不能转办或商请认领"):
        actions.propose_unit(need, by=staff, unit=rsj, reason="主责单位")
    with pytest.raises(ValidationError, match="这项需求只给工委看"):
        actions.refer_need(need, by=staff, from_unit=kejiju, to_unit=rsj, reason="归人社局")
    assert (Match.objects.count(), Referral.objects.count()) == (0, 0)
