import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.models import Need, StepCheck

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def test_accepting_stays_one_press(client, submitted, staff):
    client.force_login(staff)
    page = text(client.get(f"/needs/{submitted.pk}/"))
    assert ("开放前核对、改类别、公开范围" in page, "写清楚了要什么、要多少" in page) == (True, True)

    assert client.post(f"/needs/{submitted.pk}/accept/").status_code == 303
    assert Need.objects.get().state == "open"


def test_a_required_check_comes_back_with_a_sentence(client, submitted, staff):
    must = actions.create_check(by=staff, step="accept", text="企业名称对得上", required=True)
    client.force_login(staff)
    assert f'<a class="btn btn-primary btn-block btn-lg" href="/needs/{submitted.pk}/accept/"' in text(
        client.get(f"/needs/{submitted.pk}/")
    ).replace("  ", " ")

    refused = client.post(f"/needs/{submitted.pk}/accept/")
    assert (refused.status_code, Need.objects.get().state) == (422, "submitted")
    assert (
        "受理并开放以前要先核对：企业名称对得上" in text(refused),
        "企业名称对得上（必须）" in text(refused),
    ) == (
        True,
        True,
    )
    assert client.post(f"/needs/{submitted.pk}/accept/", {"checks": [must.pk]}).status_code == 303


def test_what_was_ticked_is_told_to_those_inside_alone(client, submitted, staff, clerk, other_clerk):
    ticked = StepCheck.objects.filter(step="accept").first()
    client.force_login(staff)
    client.post(f"/needs/{submitted.pk}/accept/", {"checks": [ticked.pk]})
    page = f"/needs/{submitted.pk}/"

    told = {}
    for user in (staff, clerk, other_clerk):
        client.force_login(user)
        told[user.username] = "受理并开放前核对：写清楚了要什么、要多少" in text(client.get(page))

    assert told == {"wangxiaolan": True, "guanli": True, "haokun": False}


def test_a_check_that_ended_meanwhile_is_passed_over(client, promise, handler):
    client.force_login(handler)
    assert "和企业说过办到了什么程度" in text(client.get(f"/commitments/{promise.pk}/deliver/"))

    done = client.post(
        f"/commitments/{promise.pk}/deliver/",
        {"happened_on": "2026-03-09", "checks": ["987654", "不是数字"]},
    )

    assert (done.status_code, promise.deliveries.count()) == (303, 1)


def test_many_at_once_are_refused_where_each_must_be_checked(client, submitted, staff):
    actions.create_check(by=staff, step="accept", text="企业名称对得上", required=True)
    client.force_login(staff)

    answer = client.post("/ledger-needs/bulk/", {"do": "accept", "row": [submitted.pk]})

    assert Need.objects.get().state == "submitted"
    assert "受理并开放以前要先核对：企业名称对得上" in text(answer)
