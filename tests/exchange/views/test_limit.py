import datetime as dt

import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.models import ClockStop, Deadline, Extension

pytestmark = pytest.mark.django_db
WHY = "专家出差，下周三才能到厂"


def text(answer):
    return answer.content.decode()


@pytest.fixture
def resolving(promise):
    return Deadline.objects.get(commitment=promise, kind="resolve")


def test_the_unit_extends_and_the_page_says_how(client, resolving, handler):
    before = resolving.due
    client.force_login(handler)
    assert f'href="/limits/{resolving.pk}/extend/"' in text(client.get(f"/needs/{resolving.need_id}/"))

    done = client.post(f"/limits/{resolving.pk}/extend/", {"days": "5", "reason": WHY})

    resolving.refresh_from_db()
    assert (done.status_code, before, resolving.due) == (303, dt.date(2026, 3, 30), dt.date(2026, 4, 7))
    page = text(client.get(f"/needs/{resolving.need_id}/"))
    assert f"3月9日延期 5 个工作日：{WHY}。" in page


def test_pressing_twice_extends_once(client, resolving, handler):
    client.force_login(handler)
    for _ in range(2):
        answer = client.post(f"/limits/{resolving.pk}/extend/", {"days": "5", "reason": WHY})

    assert (answer.status_code, Extension.objects.count()) == (422, 1)
    assert "刚才已经延期过了，不用再点一次。" in text(answer)


def test_reasons_are_not_for_the_public(client, resolving, handler):
    client.force_login(handler)
    client.post(f"/limits/{resolving.pk}/extend/", {"days": "5", "reason": WHY})
    client.logout()

    page = text(client.get(f"/needs/{resolving.need_id}/"))

    assert ("3月9日延期 5 个工作日。" in page, WHY in page, "/extend/" in page) == (True, False, False)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"days": "31", "reason": WHY}, "一次延期 1 到 30 个工作日"),
        ({"days": "0", "reason": WHY}, "一次延期 1 到 30 个工作日"),
        ({"days": "x", "reason": WHY}, "只能填整数，例如 5"),
        ({"days": "", "reason": WHY}, "请填延长几个工作日"),
        ({"days": "5", "reason": ""}, "请写明延期的理由"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(client, resolving, handler, typed, sentence):
    client.force_login(handler)

    answer = client.post(f"/limits/{resolving.pk}/extend/", typed)

    assert (answer.status_code, sentence in text(answer), Extension.objects.count()) == (422, True, 0)
    assert typed["reason"] in text(answer)


def test_the_clock_stands_still_and_goes_on(client, resolving, handler, time_machine):
    client.force_login(handler)
    stopped = client.post(f"/limits/{resolving.pk}/stop/", {"reason": "等企业把图纸发过来"})
    assert (stopped.status_code, ClockStop.objects.get().ends) == (303, None)
    page = text(client.get(f"/needs/{resolving.need_id}/"))
    assert ("恢复计时" in page, "3月9日起暂停计时，现在还停着：等企业把图纸发过来。" in page) == (True, True)
    again = client.post(f"/limits/{resolving.pk}/stop/", {"reason": "再停一次"})
    assert (again.status_code, "已经暂停计时了" in text(again)) == (422, True)

    time_machine.move_to(dt.datetime(2026, 3, 12, 1, 0, tzinfo=dt.UTC), tick=False)
    client.force_login(handler)
    assert client.post(f"/limits/{resolving.pk}/resume/").status_code == 303

    resolving.refresh_from_db()
    assert (ClockStop.objects.get().ends, resolving.due) == (dt.date(2026, 3, 12), dt.date(2026, 4, 2))
    story = text(client.get(f"/needs/{resolving.need_id}/"))
    assert ("恢复计时" in story, "3月9日至3月12日暂停计时：等企业把图纸发过来。" in story) == (True, True)
    assert "现在没有暂停计时" in text(client.get(f"/limits/{resolving.pk}/resume/"))


def test_who_is_waited_for_reads_it_first_and_the_unit_goes_on_with_one_press(
    client, resolving, handler, clerk, other_handler
):
    actions.stop_clock(resolving, by=handler, reason="等企业把图纸发过来")
    seen = {}
    for user in (clerk, handler, other_handler):
        client.force_login(user)
        top = text(client.get(f"/needs/{resolving.need_id}/")).split("办理进度")[0]
        seen[user.username] = (
            "<h2>已暂停计时</h2>" in top and "在等：等企业把图纸发过来" in top,
            "补好以后写一句留言" in top,
            f"/limits/{resolving.pk}/resume/" in top,
        )
    assert seen == {
        "guanli": (True, True, False),
        "kejiju": (True, False, True),
        "renshe": (True, False, False),
    }


def test_a_stop_of_no_day_says_so(client, resolving, handler):
    actions.stop_clock(resolving, by=handler, reason="等企业把图纸发过来")
    actions.resume_clock(resolving, by=handler)
    client.force_login(handler)

    page = text(client.get(f"/needs/{resolving.need_id}/"))

    assert "3月9日暂停计时，当天恢复，日期不变：等企业把图纸发过来。" in page


def test_a_stopped_clock_is_what_the_page_shows_first(client, resolving, handler):
    contact = Deadline.objects.get(kind="first_contact")
    client.force_login(handler)
    client.post(f"/limits/{contact.pk}/stop/", {"reason": "等企业把图纸发过来"})

    page = text(client.get(f"/needs/{resolving.need_id}/"))
    client.logout()
    public = text(client.get(f"/needs/{resolving.need_id}/"))

    assert ("已暂停计时" in page, "在等：等企业把图纸发过来" in page) == (True, True)
    assert ("等提出单位补充" in public, "图纸" in public) == (True, False)


@pytest.mark.parametrize(
    ("name", "status"), [("clerk", 403), ("other_handler", 403), ("auditor", 403), ("staff", 200)]
)
def test_whose_time_it_is_to_change(client, request, resolving, name, status):
    client.force_login(request.getfixturevalue(name))

    assert client.get(f"/limits/{resolving.pk}/extend/").status_code == status


def test_the_receivers_time_is_not_the_units_to_change(client, delivery, handler, staff):
    confirm = Deadline.objects.get(kind="confirm")
    client.force_login(handler)
    assert client.get(f"/limits/{confirm.pk}/extend/").status_code == 403
    client.force_login(staff)
    assert client.get(f"/limits/{confirm.pk}/extend/").status_code == 200


def test_a_limit_that_is_over_is_not_changed(client, resolving, handler):
    Deadline.objects.update(met_on=dt.date(2026, 3, 9))
    client.force_login(handler)

    assert "这个时限已经结束了。" in text(client.get(f"/limits/{resolving.pk}/extend/"))


def test_a_hidden_need_hides_its_limits(client, resolving, handler):
    client.force_login(handler)

    assert client.get("/limits/999999/extend/").status_code == 404


def test_a_year_without_calendar_is_warned_of(client, resolving, handler):
    Deadline.objects.filter(pk=resolving.pk).update(started_on=dt.date(2029, 12, 20), promised=None)
    client.force_login(handler)

    page = text(client.get(f"/needs/{resolving.need_id}/"))

    assert "2030 年的放假安排还没有公布，日期先按周一到周五算，公布以后会重新算。" in page
