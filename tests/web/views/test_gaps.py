import re

import pytest

from shuanglian.web.queries import gaps
from tests.factories.directory import OrganizationFactory


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("liaison", 200),
        ("township_clerk", 200),
        ("instructor", 200),
        ("clerk", 403),
        ("handler", 403),
        ("auditor", 403),
        ("stranger", 403),
    ],
)
def test_who_looks_after_others_sees_the_gaps(client, request, guanli, who, status):
    client.force_login(request.getfixturevalue(who))
    assert [client.get(path).status_code for path in ("/gaps/", "/gaps/silent/")] == [status, status]


def test_each_kind_with_its_act(client, guanli, staff):
    client.force_login(staff)
    text = client.get("/gaps/").text
    assert [text.count(t) for t in ("没有党组织也没有指导员的企业 1 个", "很久没联系的企业 1 个")] == [1, 1]
    assert f'action="/organizations/{guanli.pk}/do/check/"' in text


def test_an_unknown_kind_is_absent(client, staff):
    client.force_login(staff)
    assert client.get("/gaps/nothing/").status_code == 404


def test_nothing_missing_says_so(client, staff):
    client.force_login(staff)
    assert client.get("/gaps/").text.count("没有缺的") == 1
    assert client.get("/gaps/silent/").text.count("都联系过") == 1


def test_the_silent_are_narrowed_to_a_township(client, guanli, haokun, staff):
    client.force_login(staff)
    text = client.get("/gaps/silent/", {"town": guanli.division_id}).text
    assert ("冠力集团" in text, haokun.name in text) == (True, False)
    nonsense = client.get("/gaps/silent/", {"town": "x"}).text
    assert ("冠力集团" in nonsense, haokun.name in nonsense) == (True, True)


def test_the_silent_are_leafed_through(client, guanli, haokun, staff, monkeypatch):
    monkeypatch.setattr(gaps, "PAGE", 2)
    monkeypatch.setattr("shuanglian.web.views.gaps.PAGE", 2)
    third = OrganizationFactory(name="再往后机械", division=guanli.division)
    client.force_login(staff)

    def seen(page):
        text = client.get("/gaps/silent/", {"page": page}).text
        return {name for name in (guanli.name, haokun.name, third.name) if name in text}, text

    first, text = seen(1)
    second, _ = seen(2)
    assert (len(first), len(second), first | second) == (2, 1, {guanli.name, haokun.name, third.name})
    assert ("共 3 个" in text, re.findall(r'href="(\?page=2)"', text)[:1]) == (True, ["?page=2"])
    assert [seen(page)[0] for page in ("99", "x", "-1", "0", "٣")] == [first] * 5


def test_a_long_list_leads_to_the_register_that_shows_all(client, guanli, haokun, staff, monkeypatch):
    monkeypatch.setattr("shuanglian.web.views.gaps.LISTED", 1)
    client.force_login(staff)

    text = client.get("/gaps/uncovered/").text

    assert ('href="/organizations/?is=uncovered"' in text, "这里是前 1 个，到台账里看全部" in text) == (
        True,
        True,
    )


def test_more_than_anybody_counts_are_leafed_through_as_far_as_they_are_counted(
    client, guanli, haokun, staff, monkeypatch
):
    for place in ("shuanglian.web.queries.gaps", "shuanglian.web.views.gaps"):
        monkeypatch.setattr(f"{place}.PAGE", 1)
        monkeypatch.setattr(f"{place}.MOST", 1)
    monkeypatch.setattr(gaps.InAll.__init__, "__defaults__", (1,))
    client.force_login(staff)

    first, second = (client.get("/gaps/silent/", {"page": page}).text for page in (1, 2))

    assert [("共 1+ 个" in text, "page=2" in text) for text in (first, second)] == [(True, False)] * 2
    assert (guanli.name in first, guanli.name in second) == (haokun.name not in first, guanli.name in first)
