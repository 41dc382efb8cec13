import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.core.calendar import DueDate
from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import Commitment, ContactLook, Message, Need
from shuanglian.exchange.views.need import skipped_words
from tests.factories.exchange import NeedFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PEOPLE = (
    "staff",
    "clerk",
    "other_clerk",
    "handler",
    "instructor",
    "township_clerk",
    "liaison",
    "auditor",
    "sysadmin",
    "stranger",
)


@pytest.fixture
def promise(promise):
    Need.objects.update(contact_phone="13800000000")
    return promise


def text(answer):
    return answer.content.decode()


def signed_in(client, request, name):
    client.force_login(request.getfixturevalue(name))
    return client


# ---- the hall ----


def test_hall_is_open_to_everybody(client, opened):
    answer = client.get("/needs/")

    assert answer.status_code == 200
    page = text(answer)
    assert (
        "模具寿命短，想找热处理专家" in page,
        "冠力集团" in page,
        "13800000000" in page,
        "/claim/" in page,
    ) == (
        True,
        True,
        False,
        False,
    )


@pytest.mark.parametrize("name", PEOPLE)
def test_claiming_is_offered_to_units_alone(client, request, opened, name):
    page = text(signed_in(client, request, name).get("/needs/"))

    assert (f'href="/needs/{opened.pk}/claim/"' in page) == (name == "handler")


def test_hall_answers_htmx_with_its_own_part(client, opened):
    part = text(client.get("/needs/", headers=HTMX))

    assert (part.lstrip().startswith('<div id="hall"'), "<html" in part) == (True, False)


def test_history_gets_a_whole_page(client, opened):
    page = text(client.get("/needs/", headers={**HTMX, "HX-History-Restore-Request": "true"}))

    assert "<html" in page


def test_empty_hall_says_what_to_do(client, clerk):
    assert "还没有需求" in text(client.get("/needs/"))
    client.force_login(clerk)
    page = text(client.get("/needs/", {"q": "没有的"}))
    assert ("没有符合条件的需求" in page, "清除全部条件" in page) == (True, True)


NONSENSE = (
    "page=abc",
    "page=999999",
    "page=-1",
    "sort=xyz",
    "quick=%00",
    "state=draft&state=<script>",
    "town=abc&town=99999999999999999999",
    "category=%27%22--",
    "q=%25_%5C%00",
    "q=" + "a+" * 300,
    "urgency=",
)


@pytest.mark.parametrize("address", NONSENSE)
def test_nonsense_in_the_address_breaks_nothing(client, opened, staff, address):
    client.force_login(staff)

    assert [client.get(f"/{hall}/?{address}").status_code for hall in ("needs", "offers")] == [200, 200]


def test_hall_asks_no_more_for_more_rows(client, handler):
    client.force_login(handler)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            client.get("/needs/")
        return len(seen)

    NeedFactory()
    asked()
    one = asked()
    NeedFactory.create_batch(59)

    assert asked() == one


# ---- the page of one need ----


@pytest.mark.parametrize("visibility", ["public", "alliance", "staff"])
def test_who_sees_a_need_by_its_visibility(client, request, opened, visibility):
    Need.objects.update(visibility=visibility)
    always = {"staff", "clerk", "instructor", "township_clerk", "liaison", "auditor"}
    seen = {"public": set(PEOPLE), "alliance": always | {"handler"}, "staff": always}[visibility]

    found = {
        n for n in PEOPLE if signed_in(client, request, n).get(f"/needs/{opened.pk}/").status_code == 200
    }
    assert found == seen
    client.logout()
    assert client.get(f"/needs/{opened.pk}/").status_code == (200 if visibility == "public" else 404)


def test_absent_need_is_404(client, staff):
    client.force_login(staff)

    assert [
        client.get(a).status_code
        for a in ("/needs/4711/", "/needs/4711/claim/", "/offers/4711/", "/files/4711/")
    ] == [404] * 4


def test_strangers_read_facts_and_no_persons(client, stranger, promise, clerk, handler):
    actions.send_message(promise.need, by=clerk, body="请周三来")
    for visit in (client.logout, lambda: client.force_login(stranger)):
        visit()
        page = text(client.get(f"/needs/{promise.need.pk}/"))
        body = page[page.index("<main") : page.index("</main>")]
        assert ("县科技局认领" in body, "冠力集团" in body) == (True, True)
        assert [w for w in ("周建国", "赵立新", "王晓岚", "138", "请周三来", "看完整号码") if w in body] == []


@pytest.mark.parametrize(
    ("name", "shown", "ask"),
    [
        ("clerk", True, False),
        ("staff", False, True),
        ("handler", False, True),
        ("instructor", False, True),
        ("other_handler", False, False),
        ("liaison", False, False),
    ],
)
def test_phone_is_masked_until_it_is_asked_for(client, request, promise, name, shown, ask):
    page = text(signed_in(client, request, name).get(f"/needs/{promise.need.pk}/"))

    assert ("tel:13800000000" in page, ">看完整号码<" in page) == (shown, ask)


def test_asking_for_the_phone_is_written_down(client, promise, handler, other_handler):
    client.force_login(handler)
    part = text(client.post(f"/needs/{promise.need.pk}/phone/", headers=HTMX))
    assert ("tel:13800000000" in part, "<html" in part) == (True, False)
    assert "tel:13800000000" in text(client.post(f"/needs/{promise.need.pk}/phone/"))
    assert [look.by for look in ContactLook.objects.all()] == [handler, handler]

    client.force_login(other_handler)
    assert client.post(f"/needs/{promise.need.pk}/phone/").status_code == 403
    assert client.get(f"/needs/{promise.need.pk}/phone/").status_code == 405


def test_date_is_explained(client, opened, handler):
    client.force_login(handler)
    page = text(client.get(f"/needs/{opened.pk}/"))

    assert "从 3月9日的第二天数起，第 5 个工作日是 3月16日。" in page
    assert "不算：3月14日至15日（周末）。" in page


def test_days_that_do_not_count_are_said_in_runs():
    days = [(dt.date(2026, 9, 30), "周末"), (dt.date(2026, 10, 1), "国庆"), (dt.date(2026, 10, 2), "国庆")]
    days += [(dt.date(2026, 10, 31), "周末"), (dt.date(2026, 11, 1), "周末")]
    due = DueDate(dt.date(2026, 9, 29), 5, dt.date(2026, 11, 4), tuple(days), ())

    assert skipped_words(due) == "9月30日（周末）、10月1日至2日（国庆）、10月31日至11月1日（周末）"


def test_page_asks_no_more_for_more_words(client, promise, handler, clerk):
    client.force_login(handler)
    address = f"/needs/{promise.need.pk}/"

    def asked():
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    actions.send_message(promise.need, by=clerk, body="一句")
    asked()
    one = asked()
    for n in range(20):
        actions.send_message(promise.need, by=clerk, body=f"第 {n} 句")
        actions.note_progress(promise, by=handler, body=f"第 {n} 步")

    assert asked() == one


# ---- acts ----


ACTS = {  # act → (state of the need, what is typed, who may)
    "accept": ("submitted", {}, {"staff"}),
    "return": ("submitted", {"note": "要几个人？"}, {"staff"}),
    "withdraw": ("opened", {"note": "自己办了"}, {"clerk"}),
    "close": ("opened", {"outcome": "explained", "note": "没有资质"}, {"staff"}),
    "claim": ("opened", {"due": "2026-03-30"}, {"handler", "staff"}),
    "message": ("opened", {"body": "什么型号？"}, {"staff", "clerk", "handler", "instructor"}),
}


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("act", ACTS)
def test_who_may_do_what(client, request, kejiju, act, name):
    state, typed, may = ACTS[act]
    need = request.getfixturevalue(state)
    visible = state == "opened" or name in {
        "staff",
        "clerk",
        "instructor",
        "township_clerk",
        "liaison",
        "auditor",
    }
    if name == "staff" and act == "claim":
        typed = {**typed, "unit": kejiju.pk}

    answer = signed_in(client, request, name).post(f"/needs/{need.pk}/{act}/", typed)

    assert answer.status_code == (303 if name in may else 403 if visible else 404)


def test_acts_are_for_people_who_signed_in(client, opened):
    answers = [client.post(f"/needs/{opened.pk}/{act}/") for act in (*ACTS, "attach", "reopen")]

    assert {(a.status_code, a["Location"].split("?")[0]) for a in answers} == {(302, "/accounts/login/")}


@pytest.mark.parametrize(
    ("act", "state", "who", "sentence"),
    [
        ("return", "submitted", "staff", "退回补充要写明理由"),
        ("withdraw", "opened", "clerk", "撤回需求要写明理由"),
        ("close", "opened", "staff", "请选一种办理结果"),
        ("claim", "opened", "handler", "请填写计划哪天办结"),
        ("message", "opened", "clerk", "请写留言内容"),
        ("attach", "opened", "clerk", "请选一个文件"),
    ],
)
def test_faults_come_back_on_the_page_with_the_form(client, request, act, state, who, sentence):
    need = request.getfixturevalue(state)
    answer = signed_in(client, request, who).post(f"/needs/{need.pk}/{act}/", {"note": "  "})

    assert (answer.status_code, text(answer).count(f"<span>{sentence}</span>")) == (422, 1)
    assert "<html" in text(answer)


def test_typed_words_survive_a_refusal(client, opened, handler):
    client.force_login(handler)
    typed = {"due": "2026-03-01", "plan": "周三上午到厂里看一下"}
    for headers in ({}, HTMX):
        page = text(client.post(f"/needs/{opened.pk}/claim/", typed, headers=headers))
        assert (
            "办结日期不能早于今天" in page,
            'value="2026-03-01"' in page,
            "周三上午到厂里看一下" in page,
        ) == (
            True,
            True,
            True,
        )
        assert ("<html" in page, "data-open-now" in page) == ((False, True) if headers else (True, False))


def test_htmx_is_sent_on_after_success(client, opened, handler):
    client.force_login(handler)
    answer = client.post(f"/needs/{opened.pk}/claim/", {"due": "2026-03-30"}, headers=HTMX)

    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/needs/{opened.pk}/")


@pytest.mark.parametrize(
    ("wanted", "there"),
    [("/?x=1", "/?x=1"), ("https://else.example/", None), ("//else.example", None), ("", None)],
)
def test_a_form_may_ask_to_come_back_to_our_own_pages(client, submitted, staff, wanted, there):
    client.force_login(staff)
    answer = client.post(f"/needs/{submitted.pk}/accept/", {"next": wanted})

    assert answer["Location"] == (there or f"/needs/{submitted.pk}/")


def test_accepting_may_mend_category_and_visibility(client, submitted, staff):
    client.force_login(staff)
    client.post(
        f"/needs/{submitted.pk}/accept/", {"category": "ZL", "visibility": "alliance", "urgency": "urgent"}
    )

    need = Need.objects.get()
    assert (need.category, need.visibility, need.urgency, need.state) == (
        "ZL",
        "alliance",
        "urgent",
        NeedState.OPEN,
    )


def test_who_comes_too_late_reads_who_was_faster_and_where_to_go(
    client, opened, handler, rsj, other_handler, guanli
):
    near = NeedFactory(title="另一套模具", organization=guanli)
    actions.claim(opened, by=other_handler, unit=rsj)
    client.force_login(handler)

    for headers in ({}, HTMX):
        answer = client.post(f"/needs/{opened.pk}/claim/", {"due": "2026-03-30"}, headers=headers)
        page = text(answer)
        assert answer.status_code == 422
        assert "这项需求刚被县人社局认领了。您可以留言，或看看相近的 1 项。" in page
        assert f'<a href="/needs/{near.pk}/">另一套模具（冠力集团）</a>' in page
        assert "确认认领" not in page
    assert Commitment.objects.filter(unit__name="县科技局").count() == 0


def test_without_anything_near_a_message_is_what_is_left(client, opened, handler, rsj, other_handler):
    actions.claim(opened, by=other_handler, unit=rsj)
    client.force_login(handler)

    page = text(client.get(f"/needs/{opened.pk}/claim/"))
    assert "这项需求刚被县人社局认领了。您可以留言问问。" in page


def test_a_form_that_makes_no_sense_any_more_is_not_shown(client, opened, staff):
    client.force_login(staff)
    page = text(client.get(f"/needs/{opened.pk}/return/"))

    assert ("现在是“待认领”，不能退回补充。" in page, "退回企业" in page) == (True, False)
    answer = client.post(f"/needs/{opened.pk}/return/", {"note": "太晚了"})
    assert (answer.status_code, "现在是“待认领”，不能退回补充。" in text(answer)) == (422, True)


def test_forms_open_as_pages_and_as_dialogs(client, opened, clerk):
    client.force_login(clerk)
    page = client.get(f"/needs/{opened.pk}/withdraw/")
    part = client.get(f"/needs/{opened.pk}/withdraw/", headers=HTMX)

    assert ("<html" in text(page), "撤回这项需求？" in text(page)) == (True, True)
    assert ("<html" in text(part), "<dialog" in text(part), "先不撤回" in text(part)) == (False, True, True)


def test_internal_notes_stay_with_the_committee(client, opened, staff, clerk, handler):
    client.force_login(staff)
    client.post(f"/needs/{opened.pk}/message/", {"body": "等商务局回话", "internal": "on"})

    assert Message.objects.get().kind == "internal"
    seen = {}
    for user in (staff, clerk, handler):
        client.force_login(user)
        seen[user.username] = "等商务局回话" in text(client.get(f"/needs/{opened.pk}/"))
    assert seen == {"wangxiaolan": True, "guanli": False, "kejiju": False}


def test_a_unit_that_only_looks_cannot_smuggle_an_internal_note(client, opened, handler):
    client.force_login(handler)
    client.post(f"/needs/{opened.pk}/message/", {"body": "问一句", "internal": "on"})

    assert Message.objects.get().kind == "message"


def test_files_are_attached_and_their_faults_named(client, opened, clerk):
    client.force_login(clerk)
    good, bad = SimpleUploadedFile("图.pdf", b"%PDF-1"), SimpleUploadedFile("图.exe", b"MZ")

    assert (
        client.post(f"/needs/{opened.pk}/attach/", {"uploads": good})["Location"]
        == f"/needs/{opened.pk}/#files"
    )
    answer = client.post(f"/needs/{opened.pk}/attach/", {"uploads": bad})
    assert (answer.status_code, "图.exe：只收图片、PDF、Word 和 Excel 文件" in text(answer)) == (422, True)


def test_reopening_puts_it_back_in_the_hall(client, opened, staff, clerk):
    actions.close_need(opened, by=staff, outcome="explained", note="今年没有名额")
    client.force_login(clerk)
    page = text(client.get(f"/needs/{opened.pk}/"))
    assert ("暂不能办（已说明）" in page, "今年没有名额" in page, "照这项再提一次" in page) == (
        True,
        True,
        True,
    )

    assert client.post(f"/needs/{opened.pk}/reopen/", {"note": "今年又有了"}).status_code == 303
    opened.refresh_from_db()
    assert opened.state == NeedState.OPEN


def test_nothing_is_ticked_that_never_happened(client, submitted, staff, clerk):
    client.force_login(clerk)

    def reached():
        page = client.get(f"/needs/{submitted.pk}/").content.decode()
        return page.count("，已完成"), page.count("，进行到这一步")

    actions.close_need(submitted, by=staff, outcome="explained", note="没有条件")
    assert reached() == (0, 1)
    actions.reopen_need(submitted, by=staff, note="有条件了")
    actions.close_need(submitted, by=staff, outcome="explained", note="还是没有条件")
    assert reached() == (1, 1)
