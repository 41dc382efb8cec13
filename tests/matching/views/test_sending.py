import pytest

from shuanglian.exchange import actions as exchange
from shuanglian.exchange.models import Match
from shuanglian.matching import actions

pytestmark = pytest.mark.django_db


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def item(row):
    return row.items.get().pk


def test_what_goes_out_is_shown_once_more_and_sent_once(desk, moulds, furnace, class_, expert):
    body = text(desk.get("/console/send/"))
    assert "发给 2 家单位 2 项？" in body
    assert Match.objects.count() == 0

    form = {
        f"line-{item(moulds)}": item(class_),
        f"line-{item(furnace)}": item(expert),
        "words": "本周内请回复",
    }
    body = text(desk.post("/console/send/", form, follow=True))
    assert "已发给单位 2 项，等答复" in body
    desk.post("/console/send/", form)
    assert [m.reasons[0]["text"] for m in Match.objects.order_by("need_item_id")] == [
        "您单位的“热处理培训班”和这项需求较合适，请看能不能认领。本周内请回复",
        "您单位的“技改专家入企”和这项需求很合适，请看能不能认领。本周内请回复",
    ]


def test_what_was_left_out_does_not_go(desk, moulds, class_):
    desk.post("/console/send/", {f"line-{item(moulds)}": item(class_)})

    assert [m.need_item_id for m in Match.objects.all()] == [item(moulds)]


def test_what_could_not_be_sent_is_named(desk, moulds, furnace, class_, expert, kejiju, handler):
    exchange.claim(furnace, by=handler, unit=kejiju)
    form = {f"line-{item(moulds)}": item(class_), f"line-{item(furnace)}": item(expert)}
    answer = desk.post("/console/send/", form)

    assert answer.status_code == 409
    assert "1 项没有发出去" in answer.content.decode()
    assert "县科技局：这项需求已经全部有人认领了。" in answer.content.decode()


def test_what_somebody_changed_meanwhile_waits_for_another_look(desk, moulds, class_, expert, approver):
    actions.change_line(moulds.items.get(), expert.items.get(), by=approver)
    body = text(desk.post("/console/send/", {f"line-{item(moulds)}": item(class_)}, follow=True))

    assert "有 1 项刚被改派，没有发，请再看一遍" in body
    assert Match.objects.count() == 0


def test_what_somebody_left_out_meanwhile_does_not_go(desk, moulds, furnace, class_, expert, approver):
    actions.change_line(moulds.items.get(), None, by=approver)
    form = {f"line-{item(moulds)}": item(class_), f"line-{item(furnace)}": item(expert)}
    body = text(desk.post("/console/send/", form, follow=True))

    assert "有 1 项刚被改派，没有发，请再看一遍" in body
    assert [m.need_item_id for m in Match.objects.all()] == [item(furnace)]


def test_nothing_chosen_sends_nothing(desk):
    body = text(desk.post("/console/send/", {"line-x": "1", "line-1": "x"}, follow=True))

    assert "一项都没选，没有发出去" in body
