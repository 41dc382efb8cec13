import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuanglian.exchange import actions
from shuanglian.exchange.choices import NeedState
from tests.factories.exchange import CommitmentFactory, NeedFactory
from tests.people import give

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def test_it_is_for_people_who_signed_in(client):
    assert client.get("/mine/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("name", "title", "words"),
    [
        ("clerk", "我的需求", ["还没有需求", "企业有什么难处，写一句话就能提。"]),
        ("handler", "我单位的对接", ["没有在办的对接", "还没有共享资源"]),
        ("liaison", "我代录的需求", ["还没有代录的需求"]),
        ("stranger", "我代录的需求", ["您还没有可以办的角色"]),
    ],
)
def test_empty_pages_say_what_to_do(client, request, name, title, words):
    client.force_login(request.getfixturevalue(name))
    page = text(client.get("/mine/"))

    assert f"<h1>{title}</h1>" in page
    assert [w in page for w in words] == [True] * len(words)


def test_what_waits_for_the_enterprise_comes_first(client, delivery, clerk, guanli):
    NeedFactory(title="在办的", organization=guanli, state=NeedState.IN_PROGRESS)
    client.force_login(clerk)
    page = text(client.get("/mine/"))

    assert (
        page.index("等您确认")
        < page.index("县科技局说办好了，您看解决了吗")
        < page.index("正在办")
        < page.index("在办的")
    )


def test_a_closed_need_asks_for_a_word(client, delivery, clerk):
    actions.confirm_delivery(delivery, by=clerk, verdict="solved")
    client.force_login(clerk)

    assert ">去评价<" in text(client.get("/mine/"))


def test_a_unit_sees_its_work_and_its_offers(client, promise, booking, handler):
    client.force_login(handler)
    page = text(client.get("/mine/"))

    assert [
        w in page for w in ("等您答复的预约", "预约：专家入企", "办理中", "模具寿命短", "本月还剩 1 次")
    ] == [True] * 5


def test_somebody_with_two_hats_sees_both_sides(client, clerk, kejiju):
    give(clerk, "partner_handler", kejiju.pk)
    client.force_login(clerk)
    page = text(client.get("/mine/"))

    assert ("还没有需求" in page, "还没有共享资源" in page) == (True, True)


def test_page_asks_no_more_for_more_rows(client, clerk, handler, guanli, kejiju):
    def asked(user):
        client.force_login(user)
        client.get("/mine/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/mine/")
        return len(seen)

    CommitmentFactory(unit=kejiju, need__organization=guanli)
    one = asked(clerk), asked(handler)
    CommitmentFactory.create_batch(20, unit=kejiju, need__organization=guanli)

    assert (asked(clerk), asked(handler)) == one
