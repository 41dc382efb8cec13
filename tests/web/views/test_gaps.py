import pytest


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
