import pytest

from shuanglian.exchange import actions as exchange
from shuanglian.exchange.models import Match, Offer
from shuanglian.matching import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted(county, moulds, furnace, class_, expert, staff):
    actions.make_plan("140921", by=staff)
    return {moulds.items.get().pk: class_.items.get().pk, furnace.items.get().pk: expert.items.get().pk}


def asked():
    rows = Match.objects.order_by("need_item_id").select_related(
        "unit", "need_item__need", "offer_item__offer"
    )
    return [
        (m.need_item.need.title, m.unit.name, m.offer_item.offer.title, m.reasons[0]["text"]) for m in rows
    ]


def test_units_are_asked_and_nothing_is_assigned(wanted, staff, moulds, furnace):
    done = actions.send_lines(wanted, by=staff, words=dict.fromkeys(wanted, "请看能不能认领"))

    assert (done.sent, done.before, done.refused) == (2, 0, [])
    assert asked() == [
        ("模具寿命短", "县人社局", "热处理培训班", "请看能不能认领"),
        ("炉温控不住", "县科技局", "技改专家入企", "请看能不能认领"),
    ]
    moulds.refresh_from_db()
    assert (moulds.state, moulds.commitments.count()) == ("open", 0)


def test_pressing_twice_sends_once(wanted, staff):
    words = dict.fromkeys(wanted, "请看能不能认领")
    actions.send_lines(wanted, by=staff, words=words)
    done = actions.send_lines(wanted, by=staff, words=words)

    assert (done.sent, done.before, done.refused) == (0, 2, [])
    assert len(asked()) == 2


def test_what_was_claimed_meanwhile_is_named_and_the_rest_goes_out(wanted, furnace, kejiju, handler, staff):
    exchange.claim(furnace, by=handler, unit=kejiju)
    done = actions.send_lines(wanted, by=staff, words=dict.fromkeys(wanted, "请看能不能认领"))

    assert done.sent == 1
    assert [(item.need, why) for item, _, why in done.refused] == [(furnace, "这项需求已经全部有人认领了。")]


def test_nonsense_is_not_sent(wanted, staff):
    assert actions.send_lines({999: 1, next(iter(wanted)): 999}, by=staff, words={}).sent == 0


def test_what_can_no_longer_be_booked_is_not_sent(wanted, class_, staff):
    Offer.objects.filter(pk=class_.pk).update(availability="paused")
    done = actions.send_lines(wanted, by=staff, words=dict.fromkeys(wanted, "请看能不能认领"))

    assert done.sent == 1
    assert [(offer_item.offer, why) for _, offer_item, why in done.refused] == [
        (class_, "这项资源现在不能预约了")
    ]
