"""The quarter in the life of one need (handbook 5.9), through the pages and without scripts."""

import pytest
from django.urls import reverse

from shuanglian.exchange.choices import NeedState
from shuanglian.exchange.models import Commitment, Delivery, Need

pytestmark = pytest.mark.django_db
SENTENCE = "模具寿命短，想找热处理专家"


def test_the_story_of_one_need_is_told_with_plain_forms(client, monday, clerk, staff, handler, kejiju):
    client.force_login(clerk)
    checked = client.get(reverse("exchange.post"), {"text": SENTENCE})
    form = checked.context_data if hasattr(checked, "context_data") else None
    assert form is None  # Jinja2 answers carry no context: what counts is the page
    page = checked.content.decode()
    assert '<option value="KJ" selected>科技创新</option>' in page
    token = page.split('name="token" value="')[1].split('"')[0]
    posted = client.post(
        reverse("exchange.post"),
        {
            "token": token,
            "detail": SENTENCE,
            "category": "KJ",
            "measure": "次",
            "when": "month",
            "contact_phone": "13800000000",
        },
    )
    need = Need.objects.get()
    assert (posted.status_code, posted["Location"]) == (303, f"/needs/{need.pk}/")
    assert (need.title, need.state, need.number) == (SENTENCE, NeedState.SUBMITTED, "XQ20260001")

    client.force_login(staff)
    assert "受理并开放" in client.get(f"/needs/{need.pk}/").content.decode()
    assert client.post(f"/needs/{need.pk}/accept/").status_code == 303

    client.force_login(handler)
    hall = client.get("/needs/").content.decode()
    assert f'href="/needs/{need.pk}/claim/"' in hall
    assert "计划哪天办结" in client.get(f"/needs/{need.pk}/claim/").content.decode()
    assert (
        client.post(f"/needs/{need.pk}/claim/", {"due": "2026-03-30", "plan": "周三到厂"}).status_code == 303
    )
    commitment = Commitment.objects.get()
    assert (
        client.post(f"/commitments/{commitment.pk}/progress/", {"body": "专家看过两套模具"}).status_code
        == 303
    )
    done = client.post(
        f"/commitments/{commitment.pk}/deliver/", {"happened_on": "2026-03-09", "note": "工艺改好"}
    )
    assert done.status_code == 303

    client.force_login(clerk)
    page = client.get(f"/needs/{need.pk}/").content.decode()
    assert "县科技局说办好了，您看解决了吗？" in page
    delivery = Delivery.objects.get()
    assert client.post(f"/deliveries/{delivery.pk}/confirm/", {"verdict": "solved"}).status_code == 303
    need.refresh_from_db()
    assert need.state == NeedState.CLOSED
    rated = client.post(
        f"/commitments/{commitment.pk}/rate/", {"satisfaction": "satisfied", "words": "来得快"}
    )
    assert rated.status_code == 303
    page = client.get(f"/needs/{need.pk}/").content.decode()
    assert "企业评价：满意" in page
    for address in ("/mine/", "/needs/", "/offers/"):
        assert client.get(address).status_code == 200
