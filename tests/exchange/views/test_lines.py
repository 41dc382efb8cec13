"""A need of several lines: written, read again, claimed line by line; and many needs let in at once."""

import uuid
from decimal import Decimal

import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import Commitment, Need, NeedItem

pytestmark = pytest.mark.django_db
SENTENCE = "想招人，还想请专家看看安全隐患"


def text(answer):
    return answer.content.decode()


def typed(**more):
    return {
        "token": str(uuid.uuid4()),
        "detail": SENTENCE,
        "category": "RC",
        "measure": "人",
        "quantity": "5",
        "when": "month",
        "contact_phone": "13800000000",
        **more,
    }


TWO = {
    "lines_shown": "2",
    "text_1": "数控车工",
    "text_2": "安全专家到厂",
    "quantity_2": "1",
    "measure_2": "次",
}


def test_one_more_line_keeps_what_was_typed_and_saves_nothing(client, monday, clerk):
    client.force_login(clerk)

    answer = client.post("/needs/new/", typed(then="line", only_staff="on"))

    page = text(answer)
    assert (answer.status_code, Need.objects.count()) == (200, 0)
    assert [
        words in page
        for words in (
            'name="lines_shown" value="2"',
            SENTENCE,
            'name="text_1"',
            'name="quantity_2"',
            'value="5"',
            "第 2 项",
            "再加一行",
        )
    ] == [True] * 7
    assert "处要改" not in page


def test_two_lines_are_posted(client, monday, clerk):
    client.force_login(clerk)

    done = client.post("/needs/new/", typed(**TWO))

    assert done.status_code == 303
    lines = NeedItem.objects.order_by("position").values_list("position", "text", "requested", "measure")
    assert list(lines) == [(1, "数控车工", Decimal(5), "人"), (2, "安全专家到厂", Decimal(1), "次")]


def test_a_line_left_empty_is_none(client, monday, clerk):
    client.force_login(clerk)

    client.post("/needs/new/", typed(**TWO | {"text_2": "", "quantity_2": ""}))

    assert list(NeedItem.objects.values_list("text", "requested")) == [("数控车工", Decimal(5))]


def test_a_quantity_without_a_word_is_asked_about(client, monday, clerk):
    client.force_login(clerk)

    answer = client.post("/needs/new/", typed(**TWO | {"text_2": ""}))

    assert (answer.status_code, Need.objects.count()) == (422, 0)
    assert "请写这一项要什么，不要这一项就把数量也清空" in text(answer)
    assert 'value="数控车工"' in text(answer)


@pytest.mark.parametrize("shown", ["", "0", "-1", "x", "99", "９", "1" * 40])
def test_nonsense_as_the_number_of_lines_breaks_nothing(client, monday, clerk, shown):
    client.force_login(clerk)

    assert client.post("/needs/new/", typed(lines_shown=shown, then="line")).status_code == 200


def test_a_returned_need_shows_its_lines_again(client, monday, clerk, staff):
    client.force_login(clerk)
    client.post("/needs/new/", typed(**TWO))
    need = Need.objects.get()
    actions.return_need(need, by=staff, note="请写明工种")

    page = text(client.get(f"/needs/{need.pk}/edit/"))

    assert [
        words in page
        for words in ('value="数控车工"', 'value="安全专家到厂"', 'name="lines_shown" value="2"')
    ] == [
        True,
        True,
        True,
    ]


def test_lines_are_claimed_one_by_one(client, monday, guanli, clerk, staff, rsj, other_handler):
    lines = [
        {"text": "数控车工", "quantity": Decimal(5), "measure": "人"},
        {"text": "安全专家到厂", "quantity": Decimal(1), "measure": "次"},
    ]
    need = actions.post_need(guanli, by=clerk, detail=SENTENCE, category="RC", items=lines)
    actions.accept_need(need, by=staff)
    first, second = need.items.order_by("position")
    client.force_login(other_handler)
    page = text(client.get(f"/needs/{need.pk}/"))
    assert [
        words in page
        for words in (
            "还有 5 人没人认领",
            "还有 1 次没人认领",
            f"/needs/{need.pk}/claim/?item={second.pk}",
        )
    ] == [True, True, True]
    form = text(client.get(f"/needs/{need.pk}/claim/?item={second.pk}"))
    assert f'<option value="{second.pk}" selected>2. 安全专家到厂（还有 1 次没人认领）</option>' in form

    done = client.post(f"/needs/{need.pk}/claim/", {"item": first.pk, "quantity": "3", "due": "2026-03-30"})

    row = Commitment.objects.get()
    assert (done.status_code, row.need_item, row.quantity) == (303, first, Decimal(3))
    assert "还有 2 人没人认领" in text(client.get(f"/needs/{need.pk}/"))


# ---- what others asked for already ----


def test_the_box_tells_of_what_was_asked_before(client, opened, clerk, other_clerk):
    asked = {"text": "模具寿命短，想请热处理专家"}
    client.force_login(clerk)
    own = text(client.get("/needs/new/guess/", asked))
    client.force_login(other_clerk)
    foreign = text(client.get("/needs/new/guess/", asked))

    assert ("您单位提过相近的，同一件事不用再提：" in own, f'href="/needs/{opened.pk}/"' in own) == (
        True,
        True,
    )
    assert "别的企业提过相近的，可以看看怎么办的：" in foreign
    assert "别的企业提过相近的" in text(client.get("/needs/new/", asked))


# ---- many at once ----


@pytest.fixture
def three(monday, guanli, clerk):
    return [actions.post_need(guanli, by=clerk, detail=f"想找第 {n} 位专家", category="KJ") for n in range(3)]


def test_staff_let_many_needs_in_at_once(client, three, staff):
    actions.accept_need(three[0], by=staff)
    client.force_login(staff)
    assert "受理并开放" in text(client.get("/ledger-needs/"))

    answer = client.post("/ledger-needs/bulk/", {"do": "accept", "row": [n.pk for n in three]}, follow=True)

    assert answer.status_code == 200
    assert set(Need.objects.values_list("state", flat=True)) == {NeedState.OPEN}


def test_many_at_once_is_for_staff_alone(client, three, handler, auditor):
    for user in (handler, auditor):
        client.force_login(user)
        assert "受理并开放" not in text(client.get("/ledger-needs/"))
        client.post("/ledger-needs/bulk/", {"do": "accept", "row": [n.pk for n in three]})
    assert set(Need.objects.values_list("state", flat=True)) == {NeedState.SUBMITTED}
