import pytest

from shuanglian.directory import actions as directory


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 200),
        ("approver", 200),
        ("liaison", 200),
        ("auditor", 200),
        ("township_clerk", 403),
        ("instructor", 403),
        ("clerk", 403),
        ("handler", 403),
        ("stranger", 403),
    ],
)
def test_who_sees_what_is_asked_of_others(client, request, who, status):
    client.force_login(request.getfixturevalue(who))
    assert [client.get(path).status_code for path in ("/burden/", "/burden/fields/")] == [status, status]


def test_a_month_is_chosen_and_nonsense_is_this_one(client, monday, guanli, staff):
    directory.check_organization(guanli, by=staff)
    client.force_login(staff)
    assert client.get("/burden/").text.count("核对企业信息") == 1
    assert client.get("/burden/", {"month": "2026-02"}).text.count("这个月还没有人填过什么") == 1
    assert client.get("/burden/", {"month": "x"}).text.count("核对企业信息") == 1


def test_nobody_is_named(client, monday, guanli, clerk, staff):
    directory.check_organization(guanli, by=clerk)
    client.force_login(staff)
    assert clerk.name not in client.get("/burden/").text


def test_every_field_with_its_source(client, staff):
    client.force_login(staff)
    text = client.get("/burden/fields/").text
    assert text.count("系统已有，先填好") >= 15
    assert text.count(">提需求<") == 1
