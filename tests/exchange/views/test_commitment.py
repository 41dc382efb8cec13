from decimal import Decimal

import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.choices import CommitmentState, NeedState
from shuanglian.exchange.models import Commitment, Delivery

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def text(answer):
    return answer.content.decode()


@pytest.fixture
def five(monday, guanli, clerk, staff, rsj, other_handler):
    """县人社局 has promised five lathe operators."""
    need = actions.post_need(
        guanli, by=clerk, detail="招 5 名车工", category="RC", quantity=Decimal(5), measure="人"
    )
    actions.accept_need(need, by=staff)
    return actions.claim(need, by=other_handler, unit=rsj)


ACTS = {  # act → (which row, what is typed, who may)
    "commitments/{}/progress/": ("promise", {"body": "看过了"}, {"handler", "staff"}),
    "commitments/{}/deliver/": ("promise", {"happened_on": "2026-03-09"}, {"handler", "staff"}),
    "commitments/{}/withdraw/": ("promise", {"note": "人手不够"}, {"handler", "staff"}),
    "commitments/{}/accept/": ("booking", {}, {"handler", "staff"}),
    "commitments/{}/decline/": ("booking", {"note": "那天不行"}, {"handler", "staff"}),
    "deliveries/{}/confirm/": ("delivery", {"verdict": "solved"}, {"clerk", "staff"}),
}
READERS = {"staff", "clerk", "handler", "instructor", "liaison", "auditor", "township_clerk"}


@pytest.mark.parametrize(
    "name",
    [*sorted(READERS), "other_clerk", "other_handler", "stranger", "sysadmin"],
)
@pytest.mark.parametrize("address", ACTS)
def test_who_may_do_what(client, request, address, name):
    row, typed, may = ACTS[address]
    pk = request.getfixturevalue(row).pk
    client.force_login(request.getfixturevalue(name))

    answers = [client.get(f"/{address.format(pk)}"), client.post(f"/{address.format(pk)}", typed)]

    expected = [200, 303] if name in may else [403, 403] if name in READERS else [404, 404]
    assert [answer.status_code for answer in answers] == expected


def test_acts_are_for_people_who_signed_in(client, promise, delivery):
    answers = [client.post(f"/{a.format(1)}") for a in ACTS]

    assert {(a.status_code, a["Location"].split("?")[0]) for a in answers} == {(302, "/accounts/login/")}


@pytest.mark.parametrize(
    ("act", "typed", "sentence"),
    [
        ("progress", {"body": ""}, "请写一句办理进展"),
        ("deliver", {"happened_on": "2026-03-10"}, "日期不能晚于今天"),
        ("deliver", {"happened_on": ""}, "请填写哪天办的"),
        ("withdraw", {}, "撤回认领要写明理由"),
    ],
)
def test_faults_come_back_with_the_form(client, promise, handler, act, typed, sentence):
    client.force_login(handler)
    for headers in ({}, HTMX):
        answer = client.post(f"/commitments/{promise.pk}/{act}/", typed, headers=headers)
        assert (answer.status_code, f"<span>{sentence}</span>" in text(answer)) == (422, True)


def test_more_than_promised_is_refused_at_the_field(client, five, other_handler):
    client.force_login(other_handler)
    answer = client.post(f"/commitments/{five.pk}/deliver/", {"happened_on": "2026-03-09", "quantity": "6"})

    assert (answer.status_code, "<span>数量要大于 0，最多 5 人</span>" in text(answer)) == (422, True)


def test_a_part_is_delivered_and_partly_accepted(client, five, other_handler, clerk):
    client.force_login(other_handler)
    typed = {"happened_on": "2026-03-09", "quantity": "3", "partial": "on"}
    assert client.post(f"/commitments/{five.pk}/deliver/", typed).status_code == 303
    delivery = Delivery.objects.get()

    client.force_login(clerk)
    page = text(client.get(f"/needs/{five.need_id}/"))
    assert ("县人社局说办好了，您看解决了吗？" in page, "办成 3 人" in page) == (True, True)
    answer = client.post(
        f"/deliveries/{delivery.pk}/confirm/", {"verdict": "partly", "accepted": "4", "note": "有一个没来"}
    )
    assert (answer.status_code, "<span>认可的数量在 0 到 3 之间</span>" in text(answer)) == (422, True)
    answer = client.post(
        f"/deliveries/{delivery.pk}/confirm/", {"verdict": "partly", "accepted": "2", "note": "有一个没来"}
    )
    assert answer.status_code == 303
    page = text(client.get(f"/needs/{five.need_id}/"))
    assert ("2 / 5 人" in page, "认可 2 人。有一个没来" in page) == (True, True)


def test_not_yet_opens_with_the_answer_chosen(client, delivery, clerk):
    client.force_login(clerk)
    page = text(client.get(f"/deliveries/{delivery.pk}/confirm/?verdict=not_yet"))
    assert 'value="not_yet" id="confirmform_verdict_2" checked' in page

    answer = client.post(f"/deliveries/{delivery.pk}/confirm/", {"verdict": "not_yet"})
    assert (answer.status_code, "<span>请写一句还差什么，对方好接着办</span>" in text(answer)) == (422, True)


def test_said_is_said(client, delivery, clerk):
    client.force_login(clerk)
    client.post(f"/deliveries/{delivery.pk}/confirm/", {"verdict": "solved"})

    answers = [
        client.get(f"/deliveries/{delivery.pk}/confirm/"),
        client.post(f"/deliveries/{delivery.pk}/confirm/", {"verdict": "solved"}),
    ]
    assert [(a.status_code, "这一笔已经确认过了。" in text(a)) for a in answers] == [(200, True), (422, True)]


def test_waiting_for_the_word_nothing_more_can_be_reported(client, delivery, handler):
    client.force_login(handler)
    address = f"/commitments/{delivery.commitment_id}/deliver/"

    assert "已经报过办结了，正在等提出单位确认。" in text(client.get(address))
    assert client.post(address, {"happened_on": "2026-03-09"}).status_code == 422


def test_a_promise_shrinks_and_the_rest_is_open_again(client, five, other_handler):
    client.force_login(other_handler)
    page = text(client.get(f"/needs/{five.need_id}/"))
    assert "减少数量" in page
    answer = client.post(f"/commitments/{five.pk}/shrink/", {"quantity": "5", "note": "只有两个"})
    assert (answer.status_code, "<span>数量要大于 0，并且要小于现在的 5</span>" in text(answer)) == (
        422,
        True,
    )

    assert (
        client.post(f"/commitments/{five.pk}/shrink/", {"quantity": "2", "note": "只有两个"}).status_code
        == 303
    )
    assert "2 / 5 人" in text(client.get(f"/needs/{five.need_id}/"))


def test_each_side_rates_once(client, delivery, clerk, handler, staff):
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    address = f"/commitments/{delivery.commitment_id}/rate/"
    client.force_login(staff)
    assert client.post(address, {"satisfaction": "satisfied"}).status_code == 403
    for user in (clerk, handler):
        client.force_login(user)
        assert "去评价" in text(client.get(f"/needs/{delivery.commitment.need_id}/"))
        answers = [client.post(address, {"satisfaction": word}) for word in ("", "satisfied", "satisfied")]
        assert [a.status_code for a in answers] == [422, 303, 422]
        assert "已经评价过了，每一方只评一次。" in text(answers[2])


def test_the_receiver_may_end_what_is_half_done(client, five, other_handler, clerk):
    part = actions.record_delivery(five, by=other_handler, quantity=Decimal(2), finish=False)
    actions.confirm_delivery(
        part, by=clerk, verdict="partly", accepted=Decimal(2), complete=True, note="够了"
    )
    five.refresh_from_db()
    if five.state == CommitmentState.ACTIVE:
        actions.shrink_commitment(five, by=other_handler, quantity=Decimal(2), note="只有两个")
    client.force_login(clerk)
    page = text(client.get(f"/needs/{five.need_id}/"))

    need = Commitment.objects.get().need
    if need.state == NeedState.OPEN and Commitment.objects.get().state == CommitmentState.FINISHED:
        assert "到此为止，不用再找了" in page
        assert client.post(f"/commitments/{five.pk}/end/").status_code == 303
        need.refresh_from_db()
        assert need.state == NeedState.CLOSED


def test_staff_confirm_for_somebody_who_only_telephones(client, delivery, staff):
    client.force_login(staff)
    page = text(client.get(f"/needs/{delivery.commitment.need_id}/"))
    assert ("代企业确认" in page, "您看解决了吗" in page) == (True, False)

    client.post(f"/deliveries/{delivery.pk}/confirm/", {"verdict": "solved"})
    assert Delivery.objects.get().confirmation.confirmer == "staff"


def test_a_declined_booking_says_why(client, booking, handler, clerk):
    client.force_login(handler)
    assert "等您答复的预约" in text(client.get("/mine/"))
    page = text(client.get(f"/needs/{booking.need_id}/"))
    assert ("接受预约" in page, "谢绝" in page) == (True, True)
    client.post(f"/commitments/{booking.pk}/decline/", {"note": "那天场地满了"})

    client.force_login(clerk)
    assert "那天场地满了" in text(client.get(f"/needs/{booking.need_id}/"))
