import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shuanglian.core.files import files_of
from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState, Source, Visibility
from shuanglian.exchange.models import Need

pytestmark = pytest.mark.django_db
GIVEN = {
    "detail": "想招 5 名车工。夜班也行",
    "category": "RC",
    "measure": "人",
    "quantity": "5",
    "when": "month",
}


def text(answer):
    return answer.content.decode()


def sent(**changed):
    return {**GIVEN, "token": str(uuid.uuid4()), **changed}


@pytest.mark.parametrize("name", ["clerk", "instructor", "liaison", "staff"])
def test_who_may_post(client, request, name):
    client.force_login(request.getfixturevalue(name))

    assert [
        client.get("/needs/new/").status_code,
        client.get("/needs/new/", {"text": "想招人"}).status_code,
    ] == [200, 200]


@pytest.mark.parametrize("name", ["handler", "auditor", "township_clerk", "sysadmin", "stranger"])
def test_who_may_not(client, request, name):
    client.force_login(request.getfixturevalue(name))

    assert [client.get("/needs/new/").status_code, client.post("/needs/new/", sent()).status_code] == [
        403,
        403,
    ]


def test_posting_is_for_people_who_signed_in(client):
    assert client.get("/needs/new/")["Location"] == "/accounts/login/?next=%2Fneeds%2Fnew%2F"


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_sentence_is_read(client, monday, clerk, method):
    client.force_login(clerk)
    page = text(getattr(client, method)("/needs/new/", {"text": "下月要招 5 名数控车工，夜班也行"}))

    assert '<option value="RC" selected>人才用工</option>' in page
    assert 'name="quantity" value="5"' in page
    assert '<option value="人" selected>人</option>' in page
    assert 'name="contact_phone" value="13800000000"' in page
    assert page.count("系统填的</span>") == 3
    assert "下月要招 5 名数控车工，夜班也行</textarea>" in page


def test_blank_words_stay_at_the_box(client, clerk):
    client.force_login(clerk)

    assert "企业有什么难处？" in text(client.get("/needs/new/", {"text": "  "}))


def test_the_box_takes_no_more_than_it_says(client, clerk):
    client.force_login(clerk)
    page = text(client.get("/needs/new/", {"text": "长" * 3000 + "\0"}))

    assert page.count("长") == 1000


def test_the_guess_is_told_while_typing(client, monday, clerk):
    client.force_login(clerk)
    found = {
        words: text(client.get("/needs/new/guess/", {"text": words}))
        for words in ("贷款300万，三个月内", "10月25日前检测46件", "嗯", "")
    }

    assert "看起来是“金融信贷”，300 万元，三个月内，下一步可以改。" in found["贷款300万，三个月内"]
    assert "看起来是“质量标准”，46 件，10月25日前，下一步可以改。" in found["10月25日前检测46件"]
    assert (found["嗯"].strip(), found[""].strip()) == ("", "")


def test_a_need_is_posted(client, monday, clerk, guanli):
    client.force_login(clerk)
    answer = client.post(
        "/needs/new/", sent(only_staff="on", uploads=[SimpleUploadedFile("岗位.pdf", b"%PDF-1")])
    )

    need = Need.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/needs/{need.pk}/")
    assert (need.organization, need.title, need.state, need.raised_by, need.source, need.visibility) == (
        guanli,
        "想招 5 名车工",
        NeedState.SUBMITTED,
        clerk,
        Source.ENTERPRISE,
        Visibility.STAFF,
    )
    assert [(i.requested, i.measure) for i in need.items.all()] == [(5, "人")]
    assert [f.name for f in files_of(need)] == ["岗位.pdf"]
    assert "需求已提交，工委 2 个工作日内审核" in text(client.get(answer["Location"]))


def test_staff_type_for_an_enterprise(client, monday, staff, guanli):
    client.force_login(staff)
    client.post("/needs/new/", sent(organization="冠力集团", source="hotline", contact_name="周建国"))

    need = Need.objects.get()
    assert (need.organization, need.raised_by, need.entered_by, need.source) == (
        guanli,
        None,
        staff,
        "hotline",
    )


def test_the_same_form_sent_again_makes_no_second_need(client, monday, clerk):
    client.force_login(clerk)
    form = sent()
    answers = [client.post("/needs/new/", form) for _ in range(3)]

    assert Need.objects.count() == 1
    assert {a["Location"] for a in answers} == {f"/needs/{Need.objects.get().pk}/"}


def test_somebody_elses_token_is_no_key_to_his_need(client, monday, clerk, other_clerk):
    form = sent()
    client.force_login(clerk)
    client.post("/needs/new/", form)
    client.force_login(other_clerk)

    answer = client.post("/needs/new/", form)
    assert (answer.status_code, Need.objects.count()) == (422, 1)


def test_nothing_typed_is_lost_on_faults(client, monday, clerk):
    client.force_login(clerk)
    answer = client.post(
        "/needs/new/", sent(category="", contact_phone="123", when="own", expected_by="", only_staff="on")
    )
    page = text(answer)

    assert answer.status_code == 422
    assert [
        s in page
        for s in ("请选一个类别；拿不准就选最接近的", "请选一个日期，或者选“一个月内”", "有 3 处要改")
    ] == [True] * 3
    assert (
        "想招 5 名车工。夜班也行</textarea>" in page,
        'value="123"' in page,
        'name="quantity" value="5"' in page,
    ) == (
        True,
        True,
        True,
    )
    assert Need.objects.count() == 0


def test_a_draft_is_kept_changed_posted_or_thrown_away(client, monday, clerk):
    client.force_login(clerk)
    answer = client.post(
        "/needs/new/", {"token": str(uuid.uuid4()), "detail": "写了一半", "measure": "次", "then": "draft"}
    )
    assert answer["Location"] == "/mine/"
    draft = Need.objects.get()
    assert (draft.state, draft.number, draft.title) == (NeedState.DRAFT, "", "写了一半")
    assert "接着写" in text(client.get("/mine/"))
    assert "写了一半</textarea>" in text(client.get(f"/needs/{draft.pk}/edit/"))

    assert client.post(f"/needs/{draft.pk}/edit/", {**GIVEN, "then": "draft"}).status_code == 303
    assert client.post(f"/needs/{draft.pk}/edit/", GIVEN)["Location"] == f"/needs/{draft.pk}/"
    draft.refresh_from_db()
    assert (draft.state, draft.title) == (NeedState.SUBMITTED, "想招 5 名车工")
    assert client.post(f"/needs/{draft.pk}/discard/").status_code == 422

    other = actions.save_draft(draft.organization, by=clerk, detail="不要了")
    assert client.post(f"/needs/{other.pk}/discard/")["Location"] == "/mine/"
    assert Need.objects.count() == 1


def test_drafts_of_others_do_not_exist(client, monday, clerk, staff, guanli):
    draft = actions.save_draft(guanli, by=clerk, detail="写了一半")
    client.force_login(staff)

    assert [client.get(f"/needs/{draft.pk}/{p}").status_code for p in ("", "edit/")] == [404, 404]
    assert client.post(f"/needs/{draft.pk}/discard/").status_code == 404


def test_a_returned_need_is_completed(client, submitted, staff, clerk):
    actions.return_need(submitted, by=staff, note="请写明型号")
    client.force_login(clerk)
    page = text(client.get(f"/needs/{submitted.pk}/edit/"))
    assert ("工委请您补充" in page, "请写明型号" in page, "提交需求" in page) == (True, True, True)

    client.post(
        f"/needs/{submitted.pk}/edit/", {**GIVEN, "detail": "H13 模具，想找热处理专家", "category": "KJ"}
    )
    submitted.refresh_from_db()
    assert (submitted.state, submitted.title, submitted.number) == (
        NeedState.SUBMITTED,
        "H13 模具，想找热处理专家",
        "XQ20260001",
    )


def test_what_is_not_yet_accepted_may_be_mended(client, submitted, clerk):
    client.force_login(clerk)
    for _ in range(2):
        assert client.post(f"/needs/{submitted.pk}/edit/", {**GIVEN, "category": "KJ"}).status_code == 303

    submitted.refresh_from_db()
    assert (submitted.state, submitted.title) == (NeedState.SUBMITTED, "想招 5 名车工")


def test_what_is_published_is_not_changed_any_more(client, opened, clerk):
    client.force_login(clerk)
    answers = [client.get(f"/needs/{opened.pk}/edit/"), client.post(f"/needs/{opened.pk}/edit/", GIVEN)]

    assert [(a.status_code, "不能再改内容。可以在留言里补充。" in text(a)) for a in answers] == [
        (422, True)
    ] * 2


def test_organisations_are_proposed_to_those_who_may_ask_for_them(
    client, staff, clerk, stranger, guanli, haokun
):
    client.force_login(staff)
    assert "冠力集团" in text(client.get("/needs/new/organizations/", {"organization": "冠力"}))
    assert "没有找到“某某”" in text(client.get("/needs/new/organizations/", {"organization": "某某"}))
    client.force_login(clerk)
    assert "昊坤" not in text(client.get("/needs/new/organizations/", {"organization": "法兰"}))
    client.force_login(stranger)
    assert client.get("/needs/new/organizations/", {"organization": "冠力"}).status_code == 403
