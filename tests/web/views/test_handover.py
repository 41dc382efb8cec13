import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shuanglian.accounts.choices import Role
from shuanglian.exchange.models import Commitment
from tests.people import person
from tests.web.stories import claimed
from tests.web.views.test_home import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise(monday, guanli, clerk, staff, handler, kejiju):
    return claimed(guanli, clerk, staff, handler, kejiju)


@pytest.fixture
def colleague(kejiju):
    return person("kejiju2", "孙悦", Role.PARTNER_HANDLER, kejiju.pk)


def test_the_page_lists_who_holds_something(client, promise, staff):
    client.force_login(staff)
    text = text_of(client.get("/handover/"))
    found = text_of(client.get("/handover/", {"q": "赵立"}))

    assert "周建国 guanli 1 项需求" in text
    assert "赵立新 kejiju 1 项对接" in text
    assert ("赵立新" in found, "guanli" in found) == (True, False)
    assert "没有找到手上有事的人" in text_of(client.get("/handover/", {"q": "没有这个人"}))


def test_everything_is_shown_and_then_moves(client, promise, handler, colleague, staff):
    client.force_login(staff)
    address = reverse("web.handover_of", args=[handler.pk])
    text = text_of(client.get(address))
    assert "在办的对接 1 项 模具寿命短，想找热处理专家 县科技局 办理中" in text
    assert ("孙悦（kejiju2）" in text, "王晓岚（wangxiaolan）" in text) == (True, False)

    answer = client.post(address, {"to": colleague.pk, "note": "调离"}, follow=True)
    assert "1 项对接已从赵立新交给孙悦。以后的提醒发给孙悦，赵立新不再收到。" in text_of(answer)
    assert "他手上没有事" in text_of(answer)
    assert Commitment.objects.get().handler == colleague


def test_nothing_moves_to_somebody_without_access(client, promise, handler, colleague, other_handler, staff):
    client.force_login(staff)
    answer = client.post(reverse("web.handover_of", args=[handler.pk]), {"to": other_handler.pk})

    assert answer.status_code == 422
    assert "他没有这些事的权限，请先加上角色，或换一个人" in text_of(answer)
    assert Commitment.objects.get().handler == handler


def test_without_a_successor_the_page_says_what_to_do_first(client, promise, handler, staff):
    client.force_login(staff)

    assert "没有人同时有这些事的权限。请安全管理员先给接手的人加上角色" in text_of(
        client.get(reverse("web.handover_of", args=[handler.pk]))
    )


def test_an_account_shows_what_its_person_holds(client, promise, handler, secadmin, stranger):
    client.force_login(secadmin)
    panel = reverse("web.holdings", args=[handler.pk])

    assert panel in client.get(reverse("users.detail", args=[handler.pk])).content.decode()
    assert "1 项对接。停用账号以前，请先交给接手的人。 去交接" in text_of(client.get(panel))
    assert "没有在办的事" in text_of(client.get(reverse("web.holdings", args=[stranger.pk])))


def test_the_security_administrator_sees_titles_but_no_way_into_needs(client, promise, handler, secadmin):
    client.force_login(secadmin)
    body = client.get(reverse("web.handover_of", args=[handler.pk])).content.decode()

    assert ("模具寿命短" in body, f'href="/needs/{promise.need_id}/"' in body) == (True, False)


@pytest.mark.parametrize("who", ["clerk", "handler", "auditor", "sysadmin", "liaison"])
def test_nobody_else_hands_over(client, promise, handler, request, who):
    client.force_login(request.getfixturevalue(who))
    addresses = [
        "/handover/",
        reverse("web.handover_of", args=[handler.pk]),
        reverse("web.holdings", args=[handler.pk]),
    ]

    assert [client.get(a).status_code for a in addresses] == [403] * 3
    assert client.post(addresses[1], {"to": handler.pk}).status_code == 403


def test_the_list_asks_the_same_number_of_questions_of_any_county(
    client, promise, staff, guanli, clerk, kejiju
):
    client.force_login(staff)
    client.get("/handover/")
    with CaptureQueriesContext(connection) as few:
        client.get("/handover/")
    for n in range(5):
        claimed(
            guanli,
            clerk,
            staff,
            person(f"h{n}", f"经办{n}", Role.PARTNER_HANDLER, kejiju.pk),
            kejiju,
            f"第 {n} 项",
        )
    with CaptureQueriesContext(connection) as many:
        text = text_of(client.get("/handover/"))

    assert ("经办4" in text, len(many)) == (True, len(few))


def test_a_leaver_of_another_county_does_not_exist(client, staff, stranger):
    stranger.county = "140981"
    stranger.save()
    client.force_login(staff)

    assert client.get(reverse("web.handover_of", args=[stranger.pk])).status_code == 404
