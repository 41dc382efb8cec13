"""Who reads what on the page of a need: nobody outside reads a person's name, a number or the parties' words."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.exchange import actions
from shuanglian.exchange.models import ContactLook, Deadline, Delivery, Need

pytestmark = pytest.mark.django_db
NAMES = ("周建国", "赵立新", "王晓岚", "曹丽", "13800000000", "03506022222")
WORDS = ("图纸.pdf", "周三到厂", "专家看过两套模具", "先看看图纸", "工艺改好", "多报了一次", "别的企业更急")


def text(answer):
    return answer.content.decode()


@pytest.fixture
def busy(opened, staff, clerk, handler, kejiju, rsj):
    """A need with everything on it that people write: plan, progress, message, report, correction, referral."""
    Need.objects.update(contact_phone="13800000000", contact_name="周建国")
    need = Need.objects.get()
    actions.refer_need(need, by=handler, from_unit=kejiju, to_unit=rsj, reason="别的企业更急")
    promise = actions.claim(need, by=handler, unit=kejiju, plan="周三到厂")
    actions.note_progress(promise, by=handler, body="专家看过两套模具")
    actions.send_message(need, by=clerk, body="先看看图纸")
    actions.send_message(need, by=staff, body="周建国电话打不通", kind="internal")
    delivery = actions.record_delivery(promise, by=handler, note="工艺改好")
    actions.correct_delivery(delivery, by=handler, less=Decimal("0.5"), note="多报了一次")
    actions.extend_deadline(Deadline.objects.get(kind="confirm"), by=staff, days=2, reason="别的企业更急")
    actions.look_at_contact(need, by=handler)
    return need


def test_the_public_reads_no_names_numbers_and_words(client, busy, offer):
    pages = [
        text(client.get(a)) for a in ("/needs/", f"/needs/{busy.pk}/", "/offers/", f"/offers/{offer.pk}/")
    ]

    found = [word for page in pages for word in (*NAMES, *WORDS) if word in page]
    assert found == []
    assert "县科技局认领" in pages[1]


@pytest.mark.parametrize(
    ("name", "shown"), [("clerk", True), ("staff", True), ("handler", False), ("other_handler", False)]
)
def test_who_looked_is_shown_to_the_organisation_and_the_committee(client, request, busy, name, shown):
    client.force_login(request.getfixturevalue(name))

    page = text(client.get(f"/needs/{busy.pk}/"))

    assert ("谁看过联系电话" in page, 'id="looks"' in page) == (shown, shown)


def test_looking_is_written_down_each_time(client, busy, handler):
    client.force_login(handler)
    assert "13800000000" not in text(client.get(f"/needs/{busy.pk}/"))

    page = text(client.post(f"/needs/{busy.pk}/phone/"))

    assert ("13800000000" in page, ContactLook.objects.filter(by=handler).count()) == (True, 2)


def test_a_unit_beside_reads_the_number_masked(client, busy, other_handler):
    client.force_login(other_handler)

    page = text(client.get(f"/needs/{busy.pk}/"))

    assert ("13800000000" in page, "138****0000" in page) == (False, True)
    assert client.post(f"/needs/{busy.pk}/phone/").status_code == 403


def test_internal_notes_are_the_committees(client, busy, clerk, staff, handler):
    seen = []
    for user in (clerk, handler, staff):
        client.force_login(user)
        seen.append("周建国电话打不通" in text(client.get(f"/needs/{busy.pk}/")))
    assert seen == [False, False, True]


# ---- corrections ----


@pytest.fixture
def reported(monday, guanli, clerk, staff, rsj, other_handler):
    """县人社局 reported three of five workers."""
    need = actions.post_need(
        guanli, by=clerk, detail="招 5 名车工", category="RC", quantity=Decimal(5), measure="人"
    )
    actions.accept_need(need, by=staff)
    row = actions.claim(need, by=other_handler, unit=rsj)
    return actions.record_delivery(row, by=other_handler, quantity=Decimal(3), finish=False)


def test_a_report_too_high_is_corrected_with_a_reason(client, reported, other_handler):
    need = reported.commitment.need
    client.force_login(other_handler)
    assert f'href="/deliveries/{reported.pk}/correct/"' in text(client.get(f"/needs/{need.pk}/"))
    assert "这一笔现在算 3 人" in text(client.get(f"/deliveries/{reported.pk}/correct/"))

    done = client.post(f"/deliveries/{reported.pk}/correct/", {"quantity": "1", "note": "多报了一名"})

    assert done.status_code == 303
    assert Delivery.objects.get(corrects=reported).quantity == Decimal(-1)
    assert "多报了一名" in text(client.get(f"/needs/{need.pk}/"))
    again = client.post(f"/deliveries/{reported.pk}/correct/", {"quantity": "1", "note": "多报了一名"})
    assert (again.status_code, Delivery.objects.count()) == (422, 2)
    assert "刚才已经更正过了，不用再点一次。" in text(again)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quantity": "4", "note": "多报了"}, "最多减去 3"),
        ({"quantity": "0", "note": "多报了"}, "最多减去 3"),
        ({"quantity": "1", "note": ""}, "请写明更正的理由"),
        ({"quantity": "", "note": "多报了"}, "请填要减去多少"),
    ],
)
def test_a_wrong_correction_is_refused_at_the_field(client, reported, other_handler, typed, sentence):
    client.force_login(other_handler)

    answer = client.post(f"/deliveries/{reported.pk}/correct/", typed)

    assert (answer.status_code, sentence in text(answer), Delivery.objects.count()) == (422, True, 1)


@pytest.mark.parametrize(
    ("name", "status"), [("clerk", 403), ("handler", 404), ("staff", 200), ("stranger", 404)]
)
def test_who_may_correct(client, request, reported, name, status):
    client.force_login(request.getfixturevalue(name))

    assert client.get(f"/deliveries/{reported.pk}/correct/").status_code == status


def test_a_closed_need_is_reopened_before_correcting(client, reported, other_handler, clerk):
    actions.confirm_delivery(reported, by=clerk, verdict="solved")
    actions.withdraw_need(reported.commitment.need, by=clerk, note="自己招到了")
    client.force_login(other_handler)

    page = text(client.get(f"/deliveries/{reported.pk}/correct/"))

    assert "需求已经办结，要先重新办理才能更正。" in page
    assert f"/deliveries/{reported.pk}/correct/" not in text(
        client.get(f"/needs/{reported.commitment.need_id}/")
    )


def test_the_page_asks_no_more_for_more_looks_and_deliveries(client, reported, staff, other_handler):
    need = reported.commitment.need
    client.force_login(staff)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/needs/{need.pk}/")
        return len(seen)

    actions.look_at_contact(need, by=other_handler)
    asked()
    one = asked()
    for _ in range(3):
        actions.look_at_contact(need, by=other_handler)
    actions.confirm_delivery(reported, by=staff, verdict="partly", accepted=Decimal(2))
    actions.record_delivery(reported.commitment, by=other_handler, quantity=Decimal(1), finish=False)
    assert asked() == one
