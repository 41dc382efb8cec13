import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.models import Need
from shuanglian.exchange.queries.detail import need_detail
from shuanglian.exchange.views.card import due_card, held_cards

pytestmark = pytest.mark.django_db


def buttons(need, user):
    need.refresh_from_db()
    card = due_card(need_detail(need), user)
    return [b.text for b in card.main], [b.text for b in card.more]


def on_promise(user):
    (card,) = held_cards(need_detail(Need.objects.get()), user)
    return [b.text for b in card.buttons]


def test_staff_decide_what_was_handed_in(submitted, staff, clerk, handler):
    assert buttons(submitted, staff)[0] == ["受理并开放", "退回补充"]
    assert buttons(submitted, clerk) == (["撤回需求", "修改内容"], ["分出一条", "关联另一项"])
    assert buttons(submitted, handler) == ([], [])


def test_units_claim_what_is_open(opened, handler, clerk):
    assert buttons(opened, handler)[0][0] == "认领这项需求"
    assert buttons(opened, clerk)[0] == ["撤回需求"]


def test_who_holds_it_works_on_it(promise, handler, other_handler):
    need = promise.need
    assert buttons(need, handler)[0] == ["报办结", "写办理进展"]
    assert "认领这项需求" not in buttons(need, other_handler)[0]
    assert (on_promise(handler), on_promise(other_handler)) == (["撤回认领"], [])


def test_after_the_report_the_receiver_is_asked(delivery, handler, clerk, staff):
    need = delivery.commitment.need
    assert "报办结" not in buttons(need, handler)[0]
    asks = {
        user.username: held_cards(need_detail(need), user)[0].asks_receiver
        for user in (handler, clerk, staff)
    }
    assert asks == {"kejiju": False, "guanli": True, "wangxiaolan": False}
    assert on_promise(staff) == ["代企业确认"]
    offered = {text for user in (clerk, staff) for texts in buttons(need, user) for text in texts}
    assert offered & {"撤回需求", "结束办理"} == set()


def test_a_returned_need_is_completed_first(submitted, staff, clerk):
    actions.return_need(submitted, by=staff, note="型号？")

    assert buttons(submitted, clerk)[0] == ["补充后再提交", "撤回需求"]


def test_time_left_and_late_and_the_end_are_told(opened, staff, time_machine):
    card = due_card(need_detail(opened), staff)
    assert (card.number, card.headline, card.small, card.tone) == (7, "天后到期", "3月16日前有单位认领", "")

    time_machine.move_to("2026-03-18T02:00:00+00:00", tick=False)
    card = due_card(need_detail(opened), staff)
    assert (card.number, card.headline, card.tone) == (-2, "天，已超期", "bad")

    actions.close_need(opened, by=staff, outcome="referred", note="已交市科技局")
    opened.refresh_from_db()
    card = due_card(need_detail(opened), staff)
    assert (card.number, card.headline, card.small, card.tone) == (
        None,
        "3月18日办结",
        "转其他渠道办理",
        "",
    )


@pytest.mark.parametrize(
    ("verdict", "confirmer", "tone", "words"),
    [
        ("solved", "receiver", "ok", "已解决"),
        ("solved", "silence", "", "已办结（逾期未确认）"),
        ("partly", "receiver", "", "部分解决"),
    ],
)
def test_green_is_for_what_the_receiver_called_solved(
    client, delivery, clerk, system, verdict, confirmer, tone, words
):
    by = system if confirmer == "silence" else clerk
    more = {} if verdict == "solved" else {"complete": True, "accepted": 1}
    actions.confirm_delivery(delivery, by=by, verdict=verdict, confirmer=confirmer, **more)
    need = Need.objects.get()

    card = due_card(need_detail(need), clerk)

    assert (need.state, card.tone, card.small) == ("closed", tone, words)
    for page in (f"/needs/{need.pk}/", "/needs/"):
        assert f'<span class="sl-stage is-{tone}">' in client.get(page).content.decode()
