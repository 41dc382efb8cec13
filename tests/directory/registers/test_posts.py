from shuanglian.accounts.choices import Role
from shuanglian.accounts.models import User
from shuanglian.directory.registers.posts import POSTS
from tests.people import person


def test_secadmin_gives_and_takes_back_a_role(client, secadmin, guanli, monday):
    user = person("zhangsan", "张三")
    client.force_login(secadmin)
    facts = {"user": user.pk, "role": Role.ENTERPRISE_CLERK, "starts": "2026-03-09"}
    wrong = client.post(POSTS.url("new"), {**facts, "place": "没有的厂"})
    assert wrong.status_code == 422
    assert "没有找到名称是“没有的厂”的企业或社会组织，请照台账里的全称填写" in wrong.text
    assert client.post(POSTS.url("new"), {**facts, "place": "冠力集团"}).status_code == 302
    (post,) = user.held
    assert post.scope_id == guanli.pk
    client.post(POSTS.url("move", post.pk, "end"), {"note": "离职"})
    assert not User.objects.get(pk=user.pk).held


def test_administrators_stay_apart_on_the_page_too(client, secadmin, sysadmin, monday):
    client.force_login(secadmin)
    page = client.post(POSTS.url("new"), {"user": sysadmin.pk, "role": Role.AUDITOR, "starts": "2026-03-09"})
    assert page.status_code == 422
    assert "系统管理员、安全管理员、审计员三个角色要由不同的人担任，也不能兼其他角色。" in page.text


def test_sysadmin_reads_and_does_not_write(client, sysadmin, staff):
    client.force_login(sysadmin)
    assert client.get(POSTS.url("list")).status_code == 200
    assert client.get(POSTS.url("new")).status_code == 403
    assert client.post(POSTS.url("move", staff.held[0].pk, "end")).status_code == 403
