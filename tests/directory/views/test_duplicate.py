import pytest

from shuanglian.directory import actions
from shuanglian.directory.models import NotSame
from tests.factories.directory import OrganizationFactory

LIST = "/organizations/duplicates/"


@pytest.fixture
def twin(town):
    return OrganizationFactory(
        name="定襄县冠力集团有限公司", uscc="", pinyin="guan li ji tuan", division=town
    )


def test_the_worklist_shows_both_and_why(client, staff, guanli, twin):
    client.force_login(staff)
    page = client.get(LIST).text
    assert [page.count(text) for text in (twin.name, "去掉地名和公司形式，名称相同", "共 1 对")] == [3, 1, 1]
    assert f'href="/organizations/{guanli.pk}/merge/{twin.pk}/"' in page or (
        f'href="/organizations/{twin.pk}/merge/{guanli.pk}/"' in page
    )


def test_told_apart_with_one_press(client, staff, guanli, twin):
    client.force_login(staff)
    answer = client.post(f"/organizations/{guanli.pk}/apart/{twin.pk}/", follow=True)
    assert NotSame.objects.count() == 1
    assert [answer.text.count(text) for text in ("不是同一家</li>", "没有可能重复的企业")] == [0, 1]


@pytest.mark.parametrize("who", ["township_clerk", "clerk", "handler", "secadmin"])
def test_nobody_else_decides(client, who, request, guanli, twin):
    client.force_login(request.getfixturevalue(who))
    assert client.get(LIST).status_code == 403
    here = f"/organizations/{guanli.pk}"
    for path in (f"{here}/alike/", f"{here}/merge/{twin.pk}/", f"{here}/merge/"):
        assert client.get(path).status_code in (403, 404)
    for path in (f"{here}/apart/{twin.pk}/", f"{here}/merge/{twin.pk}/"):
        assert client.post(path).status_code in (403, 404)
    assert NotSame.objects.count() == 0


def test_the_part_on_its_own_page(client, staff, guanli, twin, haokun):
    client.force_login(staff)
    type(haokun).objects.filter(pk=haokun.pk).update(contact_phone="13700000000")
    assert client.get(f"/organizations/{guanli.pk}/").text.count("/alike/") == 2
    assert client.get(f"/organizations/{guanli.pk}/alike/").text.count(twin.name) == 3
    assert client.get(f"/organizations/{haokun.pk}/alike/").text.count("没有看到相似的记录。") == 1


@pytest.mark.parametrize(
    ("typed", "leads"), [("昊坤集团", True), (" ", False), ("冠力集团", False), ("某厂", False)]
)
def test_another_is_named_by_hand(client, staff, guanli, haokun, typed, leads):
    client.force_login(staff)
    answer = client.get(f"/organizations/{guanli.pk}/merge/", {"q": typed})
    aim = f"/organizations/{guanli.pk}/merge/{haokun.pk}/" if leads else f"/organizations/{guanli.pk}/"
    assert (answer.status_code, answer.url) == (302, aim)


def test_an_old_address_leads_to_the_row_that_stays(client, staff, stranger, other_clerk, guanli, twin):
    actions.merge_organizations(guanli, twin, by=staff)
    client.force_login(staff)
    assert client.get(f"/organizations/{twin.pk}/").url == f"/organizations/{guanli.pk}/"
    for nobody in (stranger, other_clerk):
        client.force_login(nobody)
        assert client.get(f"/organizations/{twin.pk}/").status_code == 404
