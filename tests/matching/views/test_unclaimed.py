import pytest

from shuanglian.exchange import actions
from shuanglian.exchange.models import Match

pytestmark = pytest.mark.django_db


def sent():
    return [(m.need_item.need.title, m.unit.name, m.reasons[0]["text"]) for m in Match.objects.order_by("pk")]


@pytest.fixture
def second(opened, guanli, clerk, staff):
    need = actions.post_need(guanli, by=clerk, title="要招 5 名车工", detail="要招 5 名车工", category="RC")
    return actions.accept_need(need, by=staff)


@pytest.fixture
def form(opened, second, kejiju, rsj):
    return {
        f"unit-{opened.pk}": kejiju.pk,
        f"reason-{opened.pk}": "主责单位",
        f"unit-{second.pk}": rsj.pk,
        f"reason-{second.pk}": "招工归您单位",
    }


def test_the_console_shows_needs_units_and_ready_made_reasons(client, opened, second, kejiju, staff):
    client.force_login(staff)
    body = client.get("/console/unclaimed/").content.decode()

    assert "还需 1 次" in body
    assert "主责，没定每月能接几项，办结过同类 0 件" in body
    assert 'value="“科技创新”属于您单位的职能范围，请看能不能认领。"' in body
    assert "办过同类的事" in body
    assert "后面的数字是情况，不是评价" in body


def test_several_are_looked_at_once_and_then_sent(client, form, staff, opened, second):
    client.force_login(staff)
    check = client.post("/console/unclaimed/", form).content.decode()
    assert "发给单位 2 项？" in check
    assert sent() == []

    page = client.post("/console/unclaimed/", {**form, "send": "1"}, follow=True).content.decode()
    assert "已发给单位 2 项，等答复" in page
    assert sent() == [
        ("模具寿命短，想找热处理专家", "县科技局", "主责单位"),
        ("要招 5 名车工", "县人社局", "招工归您单位"),
    ]
    assert "9日商请县科技局，等答复" in page


def test_one_of_many_goes_alone(client, form, staff, second):
    client.force_login(staff)

    assert (
        "发给单位 1 项？" in client.post("/console/unclaimed/", {**form, "only": second.pk}).content.decode()
    )


def test_what_could_not_be_sent_is_named_with_the_reason(client, form, staff, opened, second, kejiju):
    actions.propose_unit(opened, by=staff, unit=kejiju, reason="主责单位")
    client.force_login(staff)
    answer = client.post("/console/unclaimed/", {**form, f"reason-{second.pk}": " ", "send": "1"})
    body = answer.content.decode()

    assert answer.status_code == 409
    assert "2 项没有发出去" in body
    assert "县科技局：已经商请过县科技局，正在等答复" in body
    assert "县人社局：请写一句为什么请这个单位" in body
    assert len(sent()) == 1


def test_the_rest_goes_out_all_the_same(client, form, staff, opened, kejiju):
    actions.propose_unit(opened, by=staff, unit=kejiju, reason="主责单位")
    client.force_login(staff)
    body = client.post("/console/unclaimed/", {**form, "send": "1"}).content.decode()

    assert "1 项没有发出去" in body
    assert "其余 1 项已经发给单位，等答复。" in body


def test_nothing_chosen_says_what_to_do(client, opened, staff):
    client.force_login(staff)
    nonsense = {f"unit-{opened.pk}": "", "unit-x": "7", "unit-999": "1"}

    assert (
        "先给要商请的需求选一个单位"
        in client.post("/console/unclaimed/", nonsense, follow=True).content.decode()
    )


def test_an_empty_console_says_so(client, monday, staff):
    client.force_login(staff)

    assert "没有等认领的需求" in client.get("/console/unclaimed/").content.decode()
    assert "没有“等单位答复”的需求" in client.get("/console/unclaimed/", {"is": "asked"}).content.decode()
    assert client.get("/console/unclaimed/", {"is": "never", "page": "昨天"}).status_code == 200


@pytest.mark.parametrize("who", ["handler", "clerk", "liaison", "auditor", "secadmin", "township_clerk"])
def test_only_staff_open_the_console(client, form, request, who):
    client.force_login(request.getfixturevalue(who))

    assert [
        client.get("/console/unclaimed/").status_code,
        client.post("/console/unclaimed/", {**form, "send": "1"}).status_code,
    ] == [
        403,
        403,
    ]
    assert sent() == []
