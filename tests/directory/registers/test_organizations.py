import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from shuanglian.accounts.choices import Role
from shuanglian.core.audit import history
from shuanglian.core.models import ImportBatch
from shuanglian.directory.models import Organization
from shuanglian.directory.registers.organizations import ORGANIZATIONS
from tests.codes import synthetic_uscc
from tests.factories.directory import PartyBranchFactory
from tests.people import give, person

LIST = "/organizations/"


def sheet_of(*rows):
    book = Workbook()
    book.active.append(["两新组织基本情况台账"])
    book.active.append(
        ["组织名称", "统一社会信用代码", "组织类别", "行业代码", "是否锻造企业", "所属乡镇", "联系电话"]
    )
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("底册.xlsx", out.getvalue())


def plan(client, staff, *rows):
    client.force_login(staff)
    answer = client.post(ORGANIZATIONS.url("import"), {"file": sheet_of(*rows)})
    assert answer.status_code == 302
    return answer.url, ImportBatch.objects.latest("pk")


@pytest.mark.parametrize(
    ("old", "new"),
    [("杨芳乡", "晋昌镇"), ("季庄乡", "季庄镇"), ("蒋村乡", "蒋村镇"), ("受录乡", "受禄乡")]
    + [
        ("140921102", "宏道镇"),
        ("山西省忻州市定襄县宏道镇", "宏道镇"),
        ("忻州市定襄县居民办事处", "定襄县居民办事处"),
    ],
)
def test_old_names_of_townships_are_understood(client, staff, old, new):
    address, told = plan(client, staff, ["甲厂", synthetic_uscc(77), "私营企业", "3393", "是", old, ""])
    assert told.counts["new"] == 1
    client.post(address, {"do": "write", **{f"seen-{kind}": n for kind, n in told.counts.items()}})
    assert Organization.objects.get().division.name == new


def test_an_import_writes_what_the_actions_work_out(client, staff):
    rows = [
        ["甲厂", synthetic_uscc(77), "私营企业", "3393", "是", "蒋村乡", "138 0013 8000"],
        ["乙法兰厂", synthetic_uscc(78), "私营企业", "3489", "是", "蒋村镇", ""],
        ["丙老厂", "91140921MA0X000231", "私营企业", "3393", "是", "宏道镇", ""],
    ]
    address, told = plan(client, staff, *rows)
    assert told.counts == {"new": 3, "changed": 0, "same": 0, "twice": 0, "wrong": 0}
    client.post(address, {"do": "write", **{f"seen-{kind}": n for kind, n in told.counts.items()}})
    stored = {o.name: o for o in Organization.objects.all()}
    assert stored["甲厂"].contact_phone == "13800138000"
    assert (stored["乙法兰厂"].is_forging, stored["乙法兰厂"].forging_reason) == (
        True,
        "按台账“是否锻造企业”一栏",
    )
    assert {name: o.uscc_doubtful for name, o in stored.items()} == {
        "甲厂": False,
        "乙法兰厂": False,
        "丙老厂": True,
    }
    assert [e.verb for e in history(stored["甲厂"])] == ["create"]


def test_an_import_names_codes_of_wrong_shape(client, staff):
    _, told = plan(client, staff, ["甲厂", "9114092101", "私营企业", "3393", "是", "蒋村镇", ""])
    assert [reason for row in told.rows.all() for reason, _ in row.wrong.values()] == [
        "统一社会信用代码应为 18 位，现在是 10 位"
    ]


def test_list_finds_by_initials_and_by_code(client, staff, guanli, haokun):
    Organization.objects.filter(pk=guanli.pk).update(initials="gljt")
    client.force_login(staff)
    for q in ("gljt", guanli.uscc[:17], "冠力"):
        page = client.get(LIST, {"q": q}).text
        assert (f"/organizations/{guanli.pk}/" in page, f"/organizations/{haokun.pk}/" in page) == (
            True,
            False,
        )


def test_conditions_count_what_is_to_be_done(client, staff, guanli, haokun):
    PartyBranchFactory(hosts=[guanli])
    client.force_login(staff)
    page = client.get(LIST, {"is": "uncovered"}).text
    assert (f"/organizations/{guanli.pk}/" in page, f"/organizations/{haokun.pk}/" in page) == (False, True)


def test_contact_is_shown_to_those_close_and_to_nobody_else(client, staff, clerk, handler, guanli):
    client.force_login(clerk)
    assert "tel:13800000000" in client.get(f"{LIST}{guanli.pk}/").text
    client.force_login(handler)
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{guanli.pk}/").status_code == 404


def test_all_holds_with_one_press_and_for_many(client, staff, guanli, haokun, monday):
    client.force_login(staff)
    client.post(ORGANIZATIONS.url("move", guanli.pk, "check"))
    guanli.refresh_from_db()
    assert (guanli.checked_on, guanli.checked_by) == (monday, staff)
    client.post(ORGANIZATIONS.url("bulk"), {"do": "check", "row": [guanli.pk, haokun.pk]})
    haokun.refresh_from_db()
    assert haokun.checked_on == monday


def test_export_masks_nothing_for_keepers_and_carries_empty_columns(client, staff, guanli):
    client.force_login(staff)
    data = b"".join(client.get(ORGANIZATIONS.url("export")).streaming_content)
    sheet = load_workbook(io.BytesIO(data)).active
    told = dict(zip([c.value for c in sheet[3]], [c.value for c in sheet[4]], strict=True))
    assert (told["联系电话"], told["统一社会信用代码"], told["行业名称"]) == (
        "13800000000",
        guanli.uscc,
        "锻件及粉末冶金制品制造",
    )
    assert (told["联系领导"], told["党建指导员"], told["所属乡镇代码"]) == (None, None, "140921104")


def test_the_instructors_posted_today_stand_in_the_ledger(
    client, staff, guanli, haokun, instructor, other_clerk
):
    give(other_clerk, Role.INSTRUCTOR, guanli.pk)
    give(
        person("yuan", "袁前任", Role.INSTRUCTOR, haokun.pk),
        Role.INSTRUCTOR,
        guanli.pk,
        ends=dt.date(2024, 1, 1),
    )
    client.force_login(staff)
    data = b"".join(client.get(ORGANIZATIONS.url("export")).streaming_content)
    heads, *rows = list(load_workbook(io.BytesIO(data)).active.values)[2:]
    at = heads.index("党建指导员")

    assert sorted((row[1], row[at]) for row in rows) == [
        ("冠力集团", "刘素芳、韩雪梅"),
        ("山西昊坤法兰集团有限公司", "袁前任"),
    ]


def test_new_and_edit_pages_say_what_is_wrong_and_save(client, staff, guanli):
    client.force_login(staff)
    page = client.post(ORGANIZATIONS.url("new"), {"name": "甲厂", "uscc": "123"})
    assert page.status_code == 422
    assert "统一社会信用代码应为 18 位，现在是 3 位" in page.text
    facts = {"name": "冠力锻造集团", "kind": guanli.kind, "division": guanli.division_id, "uscc": guanli.uscc}
    saved = client.post(
        ORGANIZATIONS.url("edit", guanli.pk),
        {**facts, "industry_code": "3393", "industry_version": "2017", "member_count": "5"},
    )
    assert saved.status_code == 302
    assert history(guanli).get().changes["name"] == ["冠力集团", "冠力锻造集团"]
