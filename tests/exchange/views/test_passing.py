from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from shuanglian.core.audit import history
from shuanglian.exchange import actions
from shuanglian.exchange.choices import Visibility
from shuanglian.exchange.models import Commitment, Match, Need, Referral

pytestmark = pytest.mark.django_db
WHY = "这是用工的事，人社局有招聘会"


def text(answer):
    return answer.content.decode()


@pytest.fixture
def referral(opened, handler, kejiju, rsj):
    return actions.refer_need(opened, by=handler, from_unit=kejiju, to_unit=rsj, reason=WHY)


@pytest.fixture
def proposal(opened, staff, rsj):
    return actions.propose_unit(opened, by=staff, unit=rsj, reason="去年办过同类的事")


# ---- asking a unit of the city ----


@pytest.fixture
def asked_above(opened, staff, city_lab):
    return actions.propose_unit(opened, by=staff, unit=city_lab, reason="市里有专家")


def test_the_office_writes_to_a_unit_of_the_city_and_notes_its_answer(client, asked_above, opened, staff):
    client.force_login(staff)
    page = text(client.get(f"/needs/{opened.pk}/"))
    assert ("记下答复" in page, f"/proposals/{asked_above.pk}/letter/" in page) == (True, True)
    form = text(client.get(f"/proposals/{asked_above.pk}/answer/"))
    assert ("对方怎么答复的？" in form, "接受，由对方单位认领" in form, "哪天、怎么答复的" in form) == (
        True,
        True,
        True,
    )

    refused = client.post(f"/proposals/{asked_above.pk}/answer/", {"answer": "accept"})
    assert (refused.status_code, "请写明对方哪天、怎么答复的" in text(refused)) == (422, True)
    client.post(f"/proposals/{asked_above.pk}/answer/", {"answer": "accept", "reason": "3月9日来函同意"})

    page = text(client.get(f"/needs/{opened.pk}/"))
    assert "王晓岚（代忻州市锻压技术中心）" in page
    assert ("写办理进展" in page, "报办结" in page) == (True, True)


def test_the_letter_names_the_need_and_keeps_the_contact_of_the_enterprise(
    client, asked_above, staff, opened
):
    client.force_login(staff)
    answer = client.get(f"/proposals/{asked_above.pk}/letter/")
    document = Document(BytesIO(b"".join(answer.streaming_content)))
    said = [paragraph.text for paragraph in document.paragraphs]

    assert said[:3] == [
        "关于商请支持企业需求的函",
        "忻州市锻压技术中心：",
        f"我县冠力集团提出“模具寿命短，想找热处理专家”（编号 {opened.number}），需要 1 次。",
    ]
    assert "13800000000" not in "".join(said)  # the contact of the enterprise is given by the office
    assert said[-1] == "2026年3月9日"


def test_that_the_letter_was_taken_is_in_the_history_once_a_day_also_after_the_answer(
    client, asked_above, staff, opened, time_machine
):
    client.force_login(staff)
    letter, told = f"/proposals/{asked_above.pk}/letter/", "工委下载了给忻州市锻压技术中心的商请函"
    client.head(letter)
    assert told not in text(client.get(f"/needs/{opened.pk}/"))
    client.get(letter)
    client.get(letter)
    assert text(client.get(f"/needs/{opened.pk}/")).count(told) == 1

    time_machine.move_to("2026-03-10 09:00:00+08:00")
    client.force_login(staff)
    client.post(f"/proposals/{asked_above.pk}/answer/", {"answer": "accept", "reason": "3月9日来函同意"})
    client.get(letter)
    assert text(client.get(f"/needs/{opened.pk}/")).count(told) == 2
    assert history(asked_above).values_list("verb", flat=True).first() == "take_letter"


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("handler", 403), ("clerk", 403), ("liaison", 403)]
)
def test_only_the_office_has_the_letter(client, asked_above, request, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.get(f"/proposals/{asked_above.pk}/letter/").status_code == status


def test_a_unit_of_the_county_gets_no_letter(client, proposal, staff):
    client.force_login(staff)

    assert client.get(f"/proposals/{proposal.pk}/letter/").status_code == 403


def test_units_of_the_city_can_be_asked_but_not_passed_on_to(client, opened, city_lab, staff, handler):
    client.force_login(staff)
    assert "市级、省级单位，由工委去联系" in text(client.get(f"/needs/{opened.pk}/propose/"))
    client.force_login(handler)
    assert "忻州市锻压技术中心" not in text(client.get(f"/needs/{opened.pk}/refer/"))


# ---- passing on ----


def test_a_unit_passes_a_need_on_and_stays_on_duty(client, opened, handler, kejiju, rsj, clerk):
    client.force_login(handler)
    assert "转给更合适的单位" in text(client.get(f"/needs/{opened.pk}/"))
    form = text(client.get(f"/needs/{opened.pk}/refer/"))
    assert ("其他单位" in form, "县人社局" in form, ">县科技局</option>" in form) == (True, True, False)

    done = client.post(f"/needs/{opened.pk}/refer/", {"to_unit": rsj.pk, "reason": WHY})

    assert (done.status_code, done["Location"]) == (303, f"/needs/{opened.pk}/")
    row = Referral.objects.get()
    assert (row.from_unit, row.to_unit, row.reason, row.answer) == (kejiju, rsj, WHY, "")
    client.force_login(clerk)
    page = text(client.get(f"/needs/{opened.pk}/"))
    assert (
        "首接单位：县科技局，转办期间继续负责" in page,
        "县科技局转给县人社局" in page,
        "等待答复" in page,
        WHY in page,
        "去答复" in page,
    ) == (True, True, True, True, False)


def test_those_with_the_mandate_are_listed_first(client, opened, other_handler, rsj, kejiju):
    client.force_login(other_handler)

    form = text(client.get(f"/needs/{opened.pk}/refer/"))

    assert ('<optgroup label="职能对口的单位">' in form, form.index("县科技局") > form.index("职能对口")) == (
        True,
        True,
    )


def test_passing_on_without_reason_keeps_what_was_typed(client, opened, handler, rsj):
    client.force_login(handler)

    answer = client.post(f"/needs/{opened.pk}/refer/", {"to_unit": rsj.pk, "reason": " "})

    assert (answer.status_code, Referral.objects.count()) == (422, 0)
    assert (
        "请写明为什么转、为什么对方更合适" in text(answer),
        f'value="{rsj.pk}" selected' in text(answer),
    ) == (True, True)


def test_pressing_twice_passes_on_once(client, opened, handler, rsj):
    client.force_login(handler)
    for _ in range(2):
        answer = client.post(f"/needs/{opened.pk}/refer/", {"to_unit": rsj.pk, "reason": WHY})

    assert (answer.status_code, Referral.objects.count()) == (422, 1)
    assert "已经转给县人社局，正在等答复" in text(answer)


@pytest.mark.parametrize(
    ("name", "status"),
    [("clerk", 403), ("instructor", 403), ("auditor", 403), ("sysadmin", 403), ("stranger", 403)],
)
def test_who_may_not_pass_on_or_propose(client, request, opened, name, status):
    client.force_login(request.getfixturevalue(name))

    assert [client.get(f"/needs/{opened.pk}/{act}/").status_code for act in ("refer", "propose")] == [
        status,
        status,
    ]


def test_a_need_for_staff_alone_is_not_passed_on(client, opened, staff):
    Need.objects.update(visibility=Visibility.STAFF)
    client.force_login(staff)

    page = text(client.get(f"/needs/{opened.pk}/propose/"))

    assert "这项需求只给工委看，别的单位看不到，不能转办或商请认领。" in page
    assert "商请认领</a>" not in text(client.get(f"/needs/{opened.pk}/"))


# ---- the answers ----


def test_accepting_claims_the_need(client, referral, other_handler, rsj):
    client.force_login(other_handler)
    assert f'href="/referrals/{referral.pk}/answer/"' in text(client.get(f"/needs/{referral.need_id}/"))
    assert "这项需求转给您单位，接不接？" in text(client.get(f"/referrals/{referral.pk}/answer/"))

    done = client.post(f"/referrals/{referral.pk}/answer/", {"answer": "accept"})

    assert done.status_code == 303
    row = Commitment.objects.get()
    assert (row.unit, row.mode) == (rsj, "proposed")
    page = text(client.get(f"/needs/{referral.need_id}/"))
    assert ("首接单位" in page, "去答复" in page) == (False, False)


def test_declining_needs_a_reason_and_shows_it(client, referral, other_handler, handler):
    client.force_login(other_handler)
    refused = client.post(f"/referrals/{referral.pk}/answer/", {"answer": "decline"})
    assert (refused.status_code, "请写明谢绝的理由" in text(refused)) == (422, True)

    done = client.post(f"/referrals/{referral.pk}/answer/", {"answer": "decline", "reason": "要先有用工备案"})

    referral.refresh_from_db()
    assert (done.status_code, referral.answer, Commitment.objects.count()) == (303, "declined", 0)
    client.force_login(handler)
    page = text(client.get(f"/needs/{referral.need_id}/"))
    assert ("要先有用工备案" in page, "首接单位：县科技局，转办期间继续负责" in page) == (True, True)


def test_nobody_answers_twice(client, referral, other_handler):
    client.force_login(other_handler)
    for _ in range(2):
        answer = client.post(f"/referrals/{referral.pk}/answer/", {"answer": "accept"})

    assert (answer.status_code, "已经答复过了" in text(answer), Commitment.objects.count()) == (422, True, 1)
    assert "已经答复过了。" in text(client.get(f"/referrals/{referral.pk}/answer/"))


@pytest.mark.parametrize("name", ["handler", "clerk", "staff", "stranger"])
def test_only_the_asked_unit_answers(client, request, referral, proposal, name):
    client.force_login(request.getfixturevalue(name))

    answers = [
        client.get(f"/referrals/{referral.pk}/answer/").status_code,
        client.post(f"/proposals/{proposal.pk}/answer/", {"answer": "accept"}).status_code,
    ]

    assert (answers, Commitment.objects.count()) == ([403, 403], 0)


def test_answering_needs_an_account(client, referral, proposal):
    assert [
        client.get(f"/referrals/{referral.pk}/answer/").status_code,
        client.get(f"/proposals/{proposal.pk}/answer/").status_code,
    ] == [302, 302]


def test_staff_propose_a_unit_which_declines_with_a_reason(client, opened, staff, rsj, other_handler):
    client.force_login(staff)
    done = client.post(f"/needs/{opened.pk}/propose/", {"unit": rsj.pk, "reason": "去年办过同类的事"})
    match = Match.objects.get()
    assert (done.status_code, match.unit, match.state) == (303, rsj, "invited")
    assert "工委商请县人社局认领" in text(client.get(f"/needs/{opened.pk}/"))

    client.force_login(other_handler)
    refused = client.post(f"/proposals/{match.pk}/answer/", {"answer": "decline", "reason": "没有对口的专家"})

    match.refresh_from_db()
    assert (refused.status_code, match.state, match.decline_reason) == (303, "declined", "没有对口的专家")


def test_a_full_need_is_not_proposed(client, promise, staff):
    client.force_login(staff)

    assert "这项需求已经全部有人认领了。" in text(client.get(f"/needs/{promise.need_id}/propose/"))


def test_accepting_what_was_taken_meanwhile_says_so(client, proposal, handler, kejiju, opened, other_handler):
    actions.claim(opened, by=handler, unit=kejiju)
    client.force_login(other_handler)

    answer = client.post(f"/proposals/{proposal.pk}/answer/", {"answer": "accept"})

    proposal.refresh_from_db()
    assert (answer.status_code, proposal.state) == (422, "invited")
    assert "这项需求刚被县科技局认领了。您可以留言问问。" in text(answer)


def test_the_public_reads_nothing_of_the_chain(client, referral, proposal):
    page = text(client.get(f"/needs/{referral.need_id}/"))

    assert [words in page for words in ("转办和商请", WHY, "去年办过同类的事")] == [False, False, False]


def test_a_longer_chain_asks_no_more(client, opened, handler, kejiju, rsj, referral):
    client.force_login(handler)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/needs/{opened.pk}/")
        return len(seen)

    asked()
    one = asked()
    Referral.objects.create(
        county=opened.county, need=opened, from_unit=rsj, to_unit=kejiju, reason="再转回来", by=handler
    )
    assert asked() == one


def test_the_page_says_why_a_need_cannot_be_passed_on(client, opened, staff, clerk):
    Need.objects.update(visibility=Visibility.STAFF)
    why = "这项需求只给工委看，别的单位看不到，不能转办或商请认领。可以替单位认领。"
    said = {}
    for user in (staff, clerk):
        client.force_login(user)
        said[user.username] = why in text(client.get(f"/needs/{opened.pk}/"))

    assert said == {"wangxiaolan": True, "guanli": False}
