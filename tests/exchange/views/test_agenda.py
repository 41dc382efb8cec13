import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.models import AgendaItem

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def test_from_the_need_to_the_meeting_and_back(client, opened, staff, clerk, handler):
    client.force_login(staff)
    assert "列入季度会议题</a>" in text(client.get(f"/needs/{opened.pk}/"))
    assert (
        client.post(f"/needs/{opened.pk}/put_on_agenda/", {"reason": "两个单位都接不了"}).status_code == 303
    )
    item = AgendaItem.objects.get()
    assert "列入季度会议题</a>" not in text(client.get(f"/needs/{opened.pk}/"))
    assert "已经列入季度会议题了" in text(client.get(f"/needs/{opened.pk}/put_on_agenda/"))
    desk = text(client.get("/"))
    assert ("季度会要议的" in desk, f"/agenda/{item.pk}/" in desk) == (True, True)
    assert "2026年第1季度" in text(client.get("/agenda/"))

    empty = client.post(f"/agenda/{item.pk}/do/discuss/", {"discussed_on": "2026-03-09", "result": ""})
    assert (empty.status_code, "请写议定的结果" in text(empty)) == (422, True)
    client.post(f"/agenda/{item.pk}/do/discuss/", {"discussed_on": "2026-03-09", "result": "县科技局牵头"})

    item.refresh_from_db()
    assert (item.state, "季度会要议的" in text(client.get("/"))) == ("discussed", False)
    told = {}
    for user in (clerk, handler):
        client.force_login(user)
        page = text(client.get(f"/needs/{opened.pk}/"))
        told[user.username] = ("季度会议议过" in page, "县科技局牵头" in page)
    assert told == {"guanli": (True, True), "kejiju": (True, True)}


def test_the_public_reads_nothing_of_meetings(client, opened, staff):
    actions.put_on_agenda(opened, by=staff, reason="两个单位都接不了")

    page = text(client.get(f"/needs/{opened.pk}/"))

    assert ("季度会" in page, "两个单位都接不了" in page) == (False, False)


@pytest.mark.parametrize("name", ["handler", "clerk", "township_clerk", "stranger"])
def test_who_may_not_open_the_agenda(client, request, opened, staff, name):
    item = actions.put_on_agenda(opened, by=staff, reason="会上定")
    client.force_login(request.getfixturevalue(name))

    assert [client.get(a).status_code for a in ("/agenda/", f"/agenda/{item.pk}/")] == [403, 404]
    assert client.post(f"/needs/{opened.pk}/put_on_agenda/", {"reason": "x"}).status_code == 403
