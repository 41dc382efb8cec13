import dataclasses
import datetime as dt
import re

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from shuanglian.core.middleware import CSP
from shuanglian.core.models import CalendarDay
from shuanglian.exchange.models import Need
from shuanglian.web.queries.desk import UNFINISHED, desk_of
from shuanglian.web.queries.section import Filled
from tests.web.stories import booked, claimed, delivered, many_open, opened, posted, published

pytestmark = pytest.mark.django_db

PAGES = ["/", "/search/", "/search/?q=冠力", "/help/", "/rules/", "/a11y/", "/privacy/"]
PEOPLE = [
    "staff",
    "approver",
    "clerk",
    "handler",
    "instructor",
    "township_clerk",
    "liaison",
    "sysadmin",
    "secadmin",
    "auditor",
    "stranger",
]


def text_of(response):
    """What a person reads, tags and runs of space left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).strip()


@pytest.fixture
def county(monday, guanli, clerk, staff, handler, kejiju, instructor):
    """One matter of each kind."""
    posted(guanli, clerk, "等审核的")
    need = opened(guanli, clerk, staff, "等认领的")
    opened(guanli, clerk, staff, "只给工委看的", visibility="staff")
    claimed(guanli, clerk, staff, handler, kejiju, title="认领了的")
    delivered(guanli, clerk, staff, handler, kejiju, title="报办结的")
    booked(published(kejiju, handler, staff), clerk, guanli)
    return need


@pytest.mark.parametrize("path", PAGES)
def test_everybody_reads_the_public_pages(client, county, path):
    response = client.get(path)
    assert (response.status_code, response["Content-Security-Policy"]) == (200, CSP)
    assert response["Cache-Control"] == "no-store, private"
    assert len(re.findall(r"<h1\b", response.content.decode())) == 1


@pytest.mark.parametrize("who", PEOPLE)
def test_every_role_reads_every_page(client, county, request, who):
    client.force_login(request.getfixturevalue(who))
    for path in PAGES:
        response = client.get(path)
        markup = response.content.decode()
        assert (path, response.status_code, response["Content-Security-Policy"]) == (path, 200, CSP)
        assert (path, len(re.findall(r"<h1\b", markup))) == (path, 1)
        ids = re.findall(r'\sid="([^"]+)"', markup)
        assert sorted(ids) == sorted(set(ids))
        assert re.findall(r'<script(?![^>]*src="/)|<style|\sstyle=|\son\w+=|javascript:', markup) == []


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_only_answer_questions(client, path):
    assert client.post(path).status_code == 405


# ---- the public home ----


def test_the_public_home_shows_both_lists_and_nothing_that_is_not_public(client, county):
    text = text_of(client.get("/"))
    for shown in ("等认领的", "认领了的", "报办结的", "锻件无损检测", "有效期"):
        assert (shown in text) is (shown != "有效期")
    for hidden in ("等审核的", "只给工委看的", "周建国", "13800000000", "预约："):
        assert hidden not in text
    assert "3 项需求 1 项资源" in text
    assert "等单位认领 1 等首次对接 1 正在对接 0 等企业确认 1 已经办结 0" in text


def test_the_figures_of_the_public_home_lead_to_their_lists(client, county):
    markup = client.get("/").content.decode()
    links = re.findall(r'href="(/needs/\?state=[^"]+)"', markup)
    assert links == [f"/needs/?state={s}" for s in ("open", "claimed", "in_progress", "done", "closed")]
    assert 'href="/needs/"' in markup
    assert 'href="/offers/"' in markup


def test_an_empty_county_has_a_home_too(client):
    text = text_of(client.get("/"))
    assert "还没有公布的需求" in text
    assert "还没有开放的资源" in text


def test_the_public_home_asks_the_same_number_of_questions_of_any_county(client, county):
    client.get("/")
    with CaptureQueriesContext(connection) as once:
        client.get("/")
    many_open(30, county)
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) <= len(once)


# ---- the desk ----


def test_the_office_opens_a_need_from_the_desk_with_one_press(client, county, staff):
    client.force_login(staff)
    markup = client.get("/").content.decode()
    (action,) = re.findall(r'<form class="sl-one" method="post" action="(/needs/\d+/accept/)">', markup)
    (back,) = re.findall(r'name="next" value="([^"]+)"', markup)
    answer = client.post(action, {"next": back})
    assert (answer.status_code, answer["Location"]) == (303, "/#review")
    assert Need.objects.get(title="等审核的").state == "open"
    assert action not in client.get("/").content.decode()


def test_nobody_else_is_offered_that_press(client, county, handler, liaison, clerk):
    for user in (handler, liaison, clerk):
        client.force_login(user)
        assert "/accept/" not in client.get("/").content.decode()


def test_the_funnel_opens_the_hall(client, county, staff, handler):
    client.force_login(staff)
    markup = client.get("/").content.decode()
    assert 'href="/needs/?state=submitted&amp;state=returned"' in markup
    client.force_login(handler)
    assert 'id="funnel"' not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("who", "buttons"),
    [
        ("staff", ["代录需求"]),
        ("liaison", ["代录需求"]),
        ("instructor", ["代录需求"]),
        ("handler", ["发布资源"]),
        ("township_clerk", []),
        ("auditor", []),
        ("sysadmin", []),
    ],
)
def test_the_buttons_of_a_desk_are_what_the_role_may_do(client, county, request, who, buttons):
    client.force_login(request.getfixturevalue(who))
    (head,) = re.findall(r'<div class="sl-head-act">(.*?)</div>', client.get("/").content.decode(), re.DOTALL)
    assert re.findall(r"</svg>(.*?)</a>", head) == buttons


def test_administrators_find_their_registers_and_the_system_its_state(client, sysadmin, secadmin, auditor):
    client.force_login(sysadmin)
    text = text_of(client.get("/"))
    assert "您管理的台账" in text
    assert "系统状态 数据库 PostgreSQL" in text
    client.force_login(secadmin)
    assert "系统状态" not in text_of(client.get("/"))
    client.force_login(auditor)
    assert "操作记录" in text_of(client.get("/"))


def test_somebody_without_a_role_is_told_whom_to_ask(client, stranger):
    client.force_login(stranger)
    assert "还没有给您分配身份 需要办事的话，请联系本单位管理员开通。" in text_of(client.get("/"))


def test_the_enterprise_has_a_box_that_leads_to_posting(client, county, clerk):
    client.force_login(clerk)
    markup = client.get("/").content.decode()
    assert re.search(
        r'<form method="get" action="/needs/new/" data-draft="need-sentence">\s*<textarea[^>]*name="text"',
        markup,
    )
    text = text_of(client.get("/"))
    for shown in (
        "周建国，您好",
        "冠力集团 企业经办人",
        "等您处理",
        "报办结的",
        "去确认",
        "刘素芳",
        "锻件无损检测",
    ):
        assert shown in text


def test_a_short_desk_is_not_folded_on_phones(client, county, staff):
    client.force_login(staff)
    page = client.get("/").text

    assert ("sl-desk-card" in page, "data-fold" in page) == (True, False)


def test_a_long_desk_folds_on_phones_what_its_strip_does_not_name(client, county, staff, monkeypatch):
    named = desk_of(staff)[0]
    others = [dataclasses.replace(UNFINISHED, strip="", key=f"k{n}") for n in range(5)]
    long = [named, *(Filled(other, [], 0) for other in others)]
    monkeypatch.setattr("shuanglian.web.views.home.desk_of", lambda user: long)
    client.force_login(staff)

    assert client.get("/").text.count('<details class="sl-fold" open data-fold>') == 5


def test_a_list_of_the_desk_opens_in_full(client, county, staff, handler, clerk):
    client.force_login(staff)
    assert "等认领的" in text_of(client.get("/todo/unclaimed/"))
    assert "没有超期的需求" in text_of(client.get("/todo/late/"))
    client.force_login(clerk)
    assert "报办结的" in text_of(client.get("/todo/waiting/"))
    client.force_login(handler)
    assert client.get("/todo/unclaimed/").status_code == 404
    assert client.get("/todo/nothing/").status_code == 404


def test_lists_of_the_desk_are_for_people_who_signed_in(client):
    assert client.get("/todo/late/")["Location"] == "/accounts/login/?next=%2Ftodo%2Flate%2F"


# ---- search ----


def test_search_groups_what_was_found_and_keeps_the_question(client, county, staff):
    client.force_login(staff)
    response = client.get("/search/", {"q": " 等认领 "})
    assert 'value="等认领"' in response.content.decode()
    assert "需求 等认领的 待认领 冠力集团 科技创新 XQ20260002" in text_of(response)


def test_search_says_when_there_is_nothing(client, staff):
    client.force_login(staff)
    assert "没有找到“飞船” 少写几个字试试" in text_of(client.get("/search/", {"q": "飞船"}))
    assert "想找什么" in text_of(client.get("/search/"))


@pytest.mark.parametrize("question", ["\x00", "%", "<script>alert(1)</script>", "长" * 9000, "'\"\\", "🙂"])
def test_search_survives_nonsense(client, staff, question):
    client.force_login(staff)
    response = client.get("/search/", {"q": question})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


# ---- explanations ----


def test_the_rules_print_the_days_in_force(client, monday):
    assert "公布以后认领 联盟单位 5" in text_of(client.get("/rules/"))


# ---- errors ----


@pytest.mark.parametrize("who", [None, "staff", "clerk"])
def test_an_absent_page_says_so_in_the_layout_of_the_reader(client, request, who):
    if who:
        client.force_login(request.getfixturevalue(who))
    response = client.get("/nowhere/")
    assert (response.status_code, response["Content-Security-Policy"]) == (404, CSP)
    assert "没有找到这个页面 网址可能不完整，内容也可能已经撤下，或者没有对您开放。 回首页" in text_of(
        response
    )


def test_a_refusal_for_htmx_is_a_note_and_not_a_page(client, staff):
    client.force_login(staff)
    response = client.get("/nowhere/", headers={"HX-Request": "true"})
    assert response.status_code == 404
    assert response.content.decode().startswith('<div class="sl-note is-bad')


def test_a_forbidden_act_names_the_way_out(client, county, handler):
    client.force_login(handler)
    need = Need.objects.get(title="等认领的")
    response = client.post(f"/needs/{need.pk}/accept/")
    assert response.status_code == 403
    assert "您的账号不能看这个页面，或不能办这件事。需要的话，请联系本单位管理员。" in text_of(response)


def test_a_request_that_makes_no_sense_is_a_400(client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "这个请求系统看不懂" in text_of(response)


def test_a_form_left_open_too_long_is_explained(client, staff):
    client.force_login(staff)
    client.handler.enforce_csrf_checks = True
    response = client.post("/accounts/logout/")
    assert response.status_code == 403
    assert "没有提交成功：页面打开太久了 为了账号安全，请返回上一页，刷新以后再提交一次。" in text_of(
        response
    )


def test_what_an_action_refuses_is_said_in_its_own_sentence(client, county, staff):
    client.force_login(staff)
    need = Need.objects.get(title="认领了的")
    response = client.get(f"/needs/{need.pk}/edit/")
    assert response.status_code == 422
    assert "没有办成 现在是“待首次对接”，不能再改内容。可以在留言里补充。" in text_of(response)


def broken(*args, **kwargs):
    raise OperationalError("the server closed the connection unexpectedly")


def test_a_crash_has_a_number_that_stands_in_the_log(client, monkeypatch, caplog):
    client.raise_request_exception = False
    monkeypatch.setattr("shuanglian.web.views.home.steps_for", broken)
    response = client.get("/")
    assert (response.status_code, response["Content-Security-Policy"]) == (500, CSP)
    (number,) = re.findall(r"系统出错了（编号 ([0-9A-F]{4})）", text_of(response))
    assert f"fault {number} at /" in caplog.messages
    assert "请稍后再试，或把编号告诉 12345" in text_of(response)


def test_the_page_of_a_crash_needs_no_database(client, staff, monkeypatch, caplog):
    client.force_login(staff)
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)
    monkeypatch.setattr("shuanglian.web.views.home.desk_of", broken)
    with CaptureQueriesContext(connection) as seen:
        response = client.get("/")
    assert response.status_code == 500
    assert len(seen) == 0
    (number,) = re.findall(r"系统出错了（编号 ([0-9A-F]{4})）", text_of(response))
    assert [m for m in caplog.messages if number in m] == [f"fault {number} at /"]


def test_the_office_is_warned_of_a_missing_calendar_with_the_way_to_mend_it(client, monday, staff, handler):
    CalendarDay.objects.all().delete()
    client.force_login(staff)
    answer = client.get("/")
    assert "工作日历没有 2026 年，时限会算不准。 去录入放假安排" in text_of(answer)
    assert 'href="/calendar/"' in answer.content.decode()
    client.force_login(handler)
    assert "工作日历" not in text_of(client.get("/"))


def test_an_offer_is_renewed_with_one_press_from_the_desk(client, monday, staff, handler, kejiju):
    offer = published(kejiju, handler, staff, standing=False, valid_until=dt.date(2026, 3, 20))
    client.force_login(handler)
    markup = client.get("/").content.decode()
    assert f'action="/offers/{offer.pk}/renew/"' in markup
    assert '<input type="hidden" name="valid_until" value="2027-03-20">' in markup
    sent = {"valid_until": "2027-03-20", "next": "/#own-offers"}
    answer = client.post(f"/offers/{offer.pk}/renew/", sent)
    assert (answer.status_code, answer.url) == (303, "/#own-offers")
    offer.refresh_from_db()
    assert offer.valid_until == dt.date(2027, 3, 20)
