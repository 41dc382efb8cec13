import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shuanglian.core.models import Notice, NoticePreference, Pace
from shuanglian.core.notify import kinds, tell
from shuanglian.exchange.receivers import CLAIMED, PLACE
from tests.web.views.test_home import text_of

pytestmark = pytest.mark.django_db
TUESDAY = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def told(monday, clerk, staff):
    tell([clerk], PLACE, "“锻件无损检测”有名额了", "/offers/1/")
    tell([clerk, staff], CLAIMED, "县科技局认领了需求", "/needs/1/")
    return Notice.objects.get(user=clerk, kind=PLACE.code)


def test_the_morning_brings_the_digest(client, told, clerk, time_machine):
    client.force_login(clerk)
    today = text_of(client.get("/notices/"))
    time_machine.move_to(TUESDAY, tick=False)
    client.force_login(clerk)
    tomorrow = text_of(client.get("/notices/"))

    assert "3月9日 1 条 未读： “锻件无损检测”有名额了 排队轮到了" in today
    assert "县科技局认领了需求" not in today
    assert "2 条没有看过" in tomorrow
    assert "3月10日 1 条 未读： 县科技局认领了需求 需求有人认领 3月9日 1 条" in tomorrow


def test_the_bell_counts_what_is_new(client, told, clerk, other_clerk):
    client.force_login(clerk)
    assert 'aria-label="消息，1 条未读"' in client.get("/").content.decode()
    client.force_login(other_clerk)
    assert 'aria-label="消息"' in client.get("/").content.decode()


def test_opening_a_notice_marks_it_and_leads_to_its_page(client, told, clerk):
    client.force_login(clerk)
    answer = client.post(reverse("web.notice_read", args=[told.pk]))

    assert (answer.status_code, answer.url) == (302, "/offers/1/")
    assert Notice.objects.filter(pk=told.pk, read_at=None).count() == 0
    assert "都看过了" in text_of(client.get("/notices/"))


def test_somebody_elses_notice_and_one_that_has_not_come_do_not_exist(client, told, clerk, staff):
    client.force_login(staff)
    assert client.post(reverse("web.notice_read", args=[told.pk])).status_code == 404
    early = Notice.objects.get(user=staff)
    assert client.post(reverse("web.notice_read", args=[early.pk])).status_code == 404
    assert client.get(reverse("web.notice_read", args=[told.pk])).status_code == 405


def test_all_are_marked_as_read_at_once(client, told, clerk):
    client.force_login(clerk)
    answer = client.post("/notices/read/", follow=True)

    assert "1 条消息已标为已读" in answer.content.decode()
    assert "全部标为已读" not in text_of(answer)
    assert "没有未读的消息" in client.post("/notices/read/", follow=True).content.decode()


def test_nothing_told_says_what_will_come(client, clerk):
    client.force_login(clerk)

    assert "还没有消息 有人认领、答复、留言，或者快到期的时候，会在这里告诉您。" in text_of(
        client.get("/notices/")
    )


def test_many_are_paged_with_the_same_number_of_queries(client, told, clerk):
    client.force_login(clerk)
    client.get("/notices/")
    with CaptureQueriesContext(connection) as one:
        client.get("/notices/")
    for n in range(64):
        tell([clerk], PLACE, f"第 {n} 条", "/")
    with CaptureQueriesContext(connection) as many:
        first = text_of(client.get("/notices/"))
    last = text_of(client.get("/notices/", {"page": "99"}))

    assert len(one) == len(many)
    assert "第 1 页，共 3 页" in first
    assert ("第 34 条" in first, "第 33 条" in first, "“锻件无损检测”有名额了" in last) == (True, False, True)
    assert client.get("/notices/", {"page": "昨天"}).status_code == 200


def test_the_way_of_being_told_is_chosen_by_kind(client, clerk):
    client.force_login(clerk)
    answer = client.post(
        "/notices/settings/", {**dict.fromkeys(kinds, "digest"), "need_claimed": "at_once"}, follow=True
    )

    assert "提醒方式已保存" in answer.content.decode()
    assert NoticePreference.objects.get(user=clerk, kind="need_claimed").pace == Pace.AT_ONCE


def test_a_way_that_does_not_exist_is_refused(client, clerk):
    client.force_login(clerk)
    answer = client.post("/notices/settings/", {"need_claimed": "hourly"})

    assert answer.status_code == 422
    assert "请从列出的提醒方式里选一个" in answer.content.decode()
    assert NoticePreference.objects.count() == 0


@pytest.mark.parametrize("path", ["/notices/", "/notices/settings/"])
def test_notices_are_for_who_signs_in(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")
