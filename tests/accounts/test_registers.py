from shuanglian.accounts.models import User
from shuanglian.accounts.registers import HISTORY, USERS
from shuanglian.core.audit import record, snapshot
from tests.people import person

GOOD = "Dingxiang-2026"


def test_sysadmin_makes_an_account_on_its_page(client, sysadmin):
    client.force_login(sysadmin)
    weak = client.post(USERS.url("new"), {"username": "zhangsan", "name": "张三", "password": "xq9"})
    assert (weak.status_code, "密码至少 10 位，现在是 3 位" in weak.text) == (422, True)
    client.post(
        USERS.url("new"), {"username": "zhangsan", "name": "张三", "mobile": "13800138000", "password": GOOD}
    )
    user = User.objects.get(username="zhangsan")
    assert (user.check_password(GOOD), user.must_change_password) == (True, True)


def test_sysadmin_changes_resets_and_shuts(client, sysadmin):
    user = person("zhangsan", "张三")
    client.force_login(sysadmin)
    client.post(USERS.url("edit", user.pk), {"username": "zhangsan", "name": "张三丰", "mobile": ""})
    client.post(USERS.url("move", user.pk, "reset_password"), {"password": GOOD})
    client.post(USERS.url("move", user.pk, "deactivate"), {"note": "已调离"})
    user.refresh_from_db()
    assert (user.name, user.check_password(GOOD), user.is_active) == ("张三丰", True, False)
    page = client.get(USERS.url("detail", user.pk)).text
    assert [word for word in ("重置密码", "停用", "已调离") if word in page] == ["重置密码", "停用", "已调离"]
    assert "argon2" not in page


def test_a_taken_mobile_is_said_at_its_field(client, sysadmin, clerk):
    client.force_login(sysadmin)
    page = client.post(
        USERS.url("new"), {"username": "zhangsan", "name": "张三", "mobile": clerk.mobile, "password": GOOD}
    )
    assert (page.status_code, "这个手机号已登记给另一个账号" in page.text) == (422, True)


def test_secadmin_reads_accounts_and_makes_none(client, secadmin, staff):
    client.force_login(secadmin)
    assert client.get(USERS.url("list")).status_code == 200
    assert client.get(USERS.url("new")).status_code == 403
    assert client.post(USERS.url("edit", staff.pk), {}).status_code == 403


def test_business_people_do_not_browse_accounts(client, staff, clerk):
    client.force_login(staff)
    assert client.get(USERS.url("list")).status_code == 403
    assert client.get(USERS.url("detail", clerk.pk)).status_code == 404


def test_auditor_reads_what_was_done_without_the_values(client, auditor, staff, guanli):
    before = snapshot(guanli)
    guanli.contact_phone = "13912345678"
    record(guanli, "check", by=staff, before=before, note="核对时改了电话")
    client.force_login(auditor)
    page = client.get(HISTORY.url("list")).text
    told = ("王晓岚", "核对无误", "企业和社会组织", "联系电话", "核对时改了电话")
    assert [word for word in told if word in page] == list(told)
    assert "13912345678" not in page


def test_nobody_else_reads_the_whole_history(client, sysadmin, secadmin, staff):
    for user in (sysadmin, secadmin, staff):
        client.force_login(user)
        assert client.get(HISTORY.url("list")).status_code == 403


def test_the_auditor_sees_how_far_the_history_goes(client, auditor):
    client.force_login(auditor)
    assert "现在已封存 0 条，最新印记 无，可以抄下来日后核对。" in client.get(HISTORY.url("list")).text
